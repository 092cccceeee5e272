import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { asRoot } from './aws-client.ts';
import { executionEnded, startExecution, stepFunctions } from './executions.ts';
import { HUB } from './pipeline-world.ts';
import type { SessionCredentials } from './scan-role.ts';
import { environment } from './world.ts';

/** What a role of a function may do can only be tried by a function that has it, because only Lambda may assume it: beside each function of
 *  the product one with the same role that says its credentials. */

const StackName = 'function-sessions';
const machineArn = `arn:aws:states:us-east-1:${HUB}:stateMachine:${StackName}`;

const source = `exports.handler = async () => ({
  accessKeyId: process.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
  sessionToken: process.env.AWS_SESSION_TOKEN,
});`;

const twin = (name: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: `twin-of-${name}`,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: `arn:aws:iam::${HUB}:role/eks-greenlight-${name}`,
    Code: { ZipFile: source },
  },
});

const definition = {
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { 'FunctionName.$': '$.twin' },
      OutputPath: '$.Payload',
      End: true,
    },
  },
};

const template = (names: readonly string[]) => ({
  Resources: {
    ...Object.fromEntries(names.map((name) => [name.replaceAll('-', ''), twin(name)])),
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'ask',
            PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }] },
          },
        ],
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: StackName,
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        DefinitionString: JSON.stringify(definition),
      },
    },
  },
});

const sessionSchema = z.object({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string() });

/** Sessions of the roles `eks-greenlight-<name>` of the tooling account, by name. They end with `close`. */
export async function functionSessions<Name extends string>(names: readonly Name[]): Promise<FunctionSessions<Name>> {
  const client = new CloudFormationClient(asRoot(HUB, 'CLOUDFORMATION'));
  const waiting = { client, maxWaitTime: 60, minDelay: 0.1, maxDelay: 0.2 };
  const TemplateBody = JSON.stringify(template(names));
  await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }));
  await waitUntilStackCreateComplete(waiting, { StackName });
  const machines = stepFunctions(environment(), HUB);
  const sessions = new Map<Name, SessionCredentials>();
  for (const name of names) {
    const { output } = await executionEnded(machines, await startExecution(machines, machineArn, { twin: `twin-of-${name}` }));
    sessions.set(name, sessionSchema.parse(output));
  }
  return {
    of(name) {
      const session = sessions.get(name);
      if (!session) throw new Error(`no session of ${name}`);
      return session;
    },
    async close() {
      await client.send(new DeleteStackCommand({ StackName }));
      await waitUntilStackDeleteComplete(waiting, { StackName });
    },
  };
}

export interface FunctionSessions<Name extends string> {
  of(name: Name): SessionCredentials;
  close(): Promise<void>;
}
