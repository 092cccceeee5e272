import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { DescribeMapRunCommand, ListMapRunsCommand } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { asRoot, client, root } from './aws-client.ts';
import { type Execution, executionEnded, startExecution, stepFunctions } from './executions.ts';
import { HUB, PAYMENTS_ACCOUNT } from './fleet.ts';
import { environment } from './world.ts';

/** A small stack without the product: one function, one machine, what both may do, and types that the stack only remembers. */

export const FUNCTION = 'witness';
export const BUCKET = 'witness-results';
export const TOPIC = 'witness-topic';
/** Role of the hub that its root may assume, and the role of another account that trusts exactly it. */
export const CALLING_ROLE = 'witness-caller';
export const TRUSTING_ROLE = 'trusts-the-witness-caller';

/** Fails as it is told, or puts an object to a presigned URL. */
const source = `
exports.handler = async (event) => {
  if (event.fail) throw Object.assign(new Error('as told'), { name: event.fail });
  if (event.put) await fetch(event.put, { method: 'PUT', body: 'x' });
  return event;
};`;

const allow = (Action: readonly string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
const role = (principal: object, statements: readonly unknown[], { name, condition }: { name?: string; condition?: object } = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    ...(name ? { RoleName: name } : {}),
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...(condition ? { Condition: condition } : {}) }],
    },
    ...(statements.length > 0 ? { Policies: [{ PolicyName: 'all', PolicyDocument: { Statement: statements } }] } : {}),
  },
});
const hubRoot = { AWS: `arn:aws:iam::${HUB}:root` };
const fn = (name: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: { 'Fn::GetAtt': ['FunctionRole', 'Arn'] },
    Code: { ZipFile: source },
    Timeout: 20,
  },
});

const invoke = (name: string, payload: unknown, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: name, Payload: payload },
  ResultSelector: { 'said.$': '$.Payload' },
  End: true,
  ...more,
});
/** What the machine does is what its input names: $.do. */
const definition = {
  StartAt: 'Which',
  States: {
    Which: {
      Type: 'Choice',
      Choices: ['Invoke', 'NotGranted', 'Put', 'Map'].map((name) => ({ Variable: '$.do', StringEquals: name, Next: name })),
      Default: 'Invoke',
    },
    Invoke: invoke(
      FUNCTION,
      { 'fail.$': '$.fail', 'put.$': '$.put' },
      { Catch: [{ ErrorEquals: ['InvalidInput'], ResultPath: '$.caught', Next: 'Caught' }] },
    ),
    Caught: { Type: 'Pass', End: true },
    NotGranted: invoke(`${FUNCTION}-other`, {}),
    Put: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:s3:putObject',
      Parameters: { Bucket: BUCKET, 'Key.$': '$.key', 'Body.$': '$' },
      End: true,
    },
    Map: {
      Type: 'Map',
      Label: 'Items',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSONL' },
        Parameters: { Bucket: BUCKET, 'Key.$': '$.key' },
      },
      ItemSelector: { 'item.$': '$$.Map.Item.Value' },
      MaxConcurrencyPath: '$.atOnce',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Done',
        States: { Done: { Type: 'Pass', End: true } },
      },
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: BUCKET, Prefix: 'results' } },
      End: true,
    },
  },
};

const machineArn = (name: string) => `arn:aws:states:us-east-1:${HUB}:stateMachine:${name}`;
const machine = (name: string, of: string) => ({
  Type: 'AWS::StepFunctions::StateMachine',
  DependsOn: ['Function', 'OtherFunction'],
  Properties: { StateMachineName: name, RoleArn: { 'Fn::GetAtt': [of, 'Arn'] }, DefinitionString: JSON.stringify(definition) },
});
const functionArn = `arn:aws:lambda:us-east-1:${HUB}:function:${FUNCTION}`;
const template = {
  Resources: {
    FunctionRole: role({ Service: 'lambda.amazonaws.com' }, []),
    CallingRole: role(hubRoot, [allow(['sts:AssumeRole'], '*')], { name: CALLING_ROLE }),
    OtherCallingRole: role(hubRoot, [allow(['sts:AssumeRole'], '*')], { name: `${CALLING_ROLE}-other` }),
    Function: fn(FUNCTION),
    OtherFunction: fn(`${FUNCTION}-other`),
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: BUCKET } },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: TOPIC } },
    MachineRole: role({ Service: 'states.amazonaws.com' }, [
      allow(['lambda:InvokeFunction'], functionArn),
      allow(['s3:PutObject'], [`arn:aws:s3:::${BUCKET}/granted/*`, `arn:aws:s3:::${BUCKET}/results/*`]),
      allow(['s3:GetObject'], `arn:aws:s3:::${BUCKET}/items/*`),
      allow(['states:StartExecution'], machineArn('witness')),
    ]),
    Machine: machine('witness', 'MachineRole'),
    BareRole: role({ Service: 'states.amazonaws.com' }, [allow(['s3:GetObject'], `arn:aws:s3:::${BUCKET}/items/*`)]),
    BareMachine: machine('witness-bare', 'BareRole'),
    Sum: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: 'witness',
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        Threshold: 0,
        Metrics: [{ Id: 'sum', Expression: 'SUM(METRICS())' }],
      },
    },
    Channel: { Type: 'AWS::Chatbot::SlackChannelConfiguration', Properties: { ConfigurationName: 'witness' } },
    Roles: { Type: 'AWS::CloudFormation::StackSet', Properties: { StackSetName: 'witness' } },
  },
};

/** Trusts one role of the hub by `aws:PrincipalArn`, as the scan role does. */
const trustingTemplate = {
  Resources: {
    Trusting: role(hubRoot, [], {
      name: TRUSTING_ROLE,
      condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${HUB}:role/${CALLING_ROLE}` } },
    }),
  },
};

export async function deployWitness(): Promise<void> {
  await created(HUB, template);
  await created(PAYMENTS_ACCOUNT, trustingTemplate);
}

async function created(account: string, body: object): Promise<void> {
  const cloudFormation = new CloudFormationClient(asRoot(account, 'CLOUDFORMATION'));
  const StackName = 'witness';
  await cloudFormation.send(
    new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(body), Capabilities: ['CAPABILITY_NAMED_IAM'] }),
  );
  try {
    await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 60, minDelay: 0.1, maxDelay: 0.2 }, { StackName });
  } catch (error) {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    throw new Error(`the witness was not created: ${Stacks?.[0]?.StackStatus} ${Stacks?.[0]?.StackStatusReason}`, { cause: error });
  }
}

/** Runs the machine to its end; `witness-bare` is the same without permissions to invoke, write or start executions. */
export async function execution(
  input: Readonly<Record<string, unknown>>,
  name: 'witness' | 'witness-bare' = 'witness',
): Promise<Execution> {
  const machines = stepFunctions(environment(), HUB);
  return executionEnded(machines, await startExecution(machines, machineArn(name), input));
}

/** Of the last distributed map of an execution: how many children it may run at once. */
export async function concurrencyOfMap({ arn }: Execution): Promise<number | undefined> {
  const machines = stepFunctions(environment(), HUB);
  const { mapRuns = [] } = await machines.send(new ListMapRunsCommand({ executionArn: arn }));
  return (await machines.send(new DescribeMapRunCommand({ mapRunArn: mapRuns[0]?.mapRunArn }))).maxConcurrency;
}

/** A URL with which anybody may write that object of the bucket. */
export async function presignedPut(key: string): Promise<string> {
  const endpoint = new URL(client('S3').endpoint);
  const { sha256 } = new STSClient(client('STS')).config;
  const signer = new SignatureV4({ credentials: root(HUB), region: 'us-east-1', service: 's3', sha256, uriEscapePath: false });
  const { query = {}, path } = await signer.presign({
    method: 'PUT',
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    path: `/${BUCKET}/${key}`,
    headers: { host: endpoint.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  const search = new URLSearchParams(Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])));
  return `${endpoint.origin}${path}?${search}`;
}
