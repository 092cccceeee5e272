import { ArnFormat, Aws, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction, IVersion } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { CfnStateMachineAlias, CfnStateMachineVersion, DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { type AslFile, keyPattern, readAslFile, type ServiceCall } from './asl-file.ts';
import { grantKeys } from './store-access.ts';

/** What a workflow may be given for a `${Name}`: the ARN of a function or of one version of it, of another workflow, the name of a bucket. */
export type Substitution = IFunction | IVersion | IBucket | StateMachineFromAsl;

export interface StateMachineFromAslProps {
  /** Path of the *.asl.json, from the root of the repository. */
  readonly file: string;
  readonly stateMachineName: string;
  /** By the names in the file, all of them and no others. `Partition` is filled in. */
  readonly substitutions: Readonly<Record<string, Substitution>>;
  /** Keys from which the maps may read their items; the file has only paths for them.
   *  @default none */
  readonly itemKeys?: readonly string[];
  /** Publishes each change as a version, to which alias `live` then points. Versions that were replaced stay, because executions that are
   *  under way go on starting the children that they were written for.
   *  @default false: what starts the machine starts its latest definition */
  readonly versions?: boolean;
}

/** A state machine whose definition is a file. The file is the only copy: from it come the definition and the permissions. */
export class StateMachineFromAsl extends Construct {
  readonly stateMachine: StateMachine;
  readonly logGroup: LogGroup;
  /** What operators, rules and the outputs start: alias `live`, or the machine itself where it has no versions. */
  readonly liveArn: string;
  /** What a workflow starts that has this one as a part: the version of the same deployment, or the machine itself. */
  readonly pinnedArn: string;

  constructor(scope: Construct, id: string, props: StateMachineFromAslProps) {
    super(scope, id);
    const asl = readAslFile(props.file);
    refuseOtherNames(asl, props);
    this.logGroup = new LogGroup(this, 'Logs', {
      // Below this prefix the resource policy of CloudWatch Logs, which is limited in size, needs no line for each log group.
      logGroupName: `/aws/vendedlogs/states/${props.stateMachineName}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: props.stateMachineName,
      definitionBody: DefinitionBody.fromString(asl.definition),
      definitionSubstitutions: { Partition: Aws.PARTITION, ...mapValues(props.substitutions, referenceTo) },
      // Every event, because the log is the only history that an EXPRESS child has. Not the data: what was read and said is in the store,
      // encrypted, and an operator's input is in the execution.
      logs: { destination: this.logGroup, level: LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: true,
    });
    const { version, alias } = props.versions ? this.publish() : {};
    this.pinnedArn = version?.ref ?? this.stateMachine.stateMachineArn;
    this.liveArn = alias?.ref ?? this.stateMachine.stateMachineArn;
    for (const call of asl.calls) this.grantCall(call, props);
    if (asl.distributedMaps.length > 0) this.grantDistributedMaps(asl.distributedMaps, props.stateMachineName);
    Validations.of(this.stateMachine.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'The delivery of logs (logs:*LogDelivery, resource policies) and X-Ray are APIs whose actions have no resource at all.',
    });
  }

  /** One integration, one statement. An integration that is not listed here is an error: its permission has to be thought about. */
  private grantCall(
    { role, integration, parameters }: ServiceCall,
    { file, substitutions, itemKeys = [] }: StateMachineFromAslProps,
  ): void {
    const unknown = `${file}: no permissions are known for ${integration} as ${role} with ${JSON.stringify(parameters)}`;
    const target = parameters.FunctionName ?? parameters.StateMachineArn ?? parameters.Bucket;
    const given = substitutions[/^\$\{(\w+)\}$/.exec(String(target))?.[1] ?? ''];
    if (given === undefined) throw new Error(unknown);
    if (integration === 'lambda:invoke' && 'functionArn' in given) {
      this.grantInvoke(given);
      return;
    }
    if (integration === 'states:startExecution.sync:2' && given instanceof StateMachineFromAsl) {
      this.grantNestedExecution(given.stateMachine);
      return;
    }
    if (!('bucketArn' in given)) throw new Error(unknown);
    const key = keyPattern(parameters['Key.$']);
    const prefix = keyPattern(parameters['Prefix.$']);
    if (role === 'item-reader' && integration === 's3:getObject') grantKeys(given, this.stateMachine.role, { get: itemKeys });
    else if (role === 'task' && integration === 'aws-sdk:s3:putObject' && key !== undefined)
      grantKeys(given, this.stateMachine.role, { put: [key] });
    else if (role === 'result-writer' && prefix !== undefined) this.grantResults(given, `${prefix}/*`);
    else throw new Error(unknown);
  }

  /** What a version is asked for, all versions are allowed: an execution that is under way invokes the one of its own deployment. */
  private grantInvoke(given: IFunction | IVersion): void {
    const resource = 'lambda' in given ? `${given.lambda.functionArn}:*` : given.functionArn;
    this.stateMachine.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [resource] }));
    acknowledgeWildcards(
      this.stateMachine.role,
      [resource],
      'The wildcard stands for versions of this one function: an execution under way invokes the version of its own deployment.',
    );
  }

  /** Versions and aliases are authorized as the machine they belong to.
   *  @see https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
   *  @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html#sync-async-iam-policies */
  private grantNestedExecution(child: StateMachine): void {
    const stack = Stack.of(this);
    const executions = stack.formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${child.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const rule = stack.formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
    });
    const { role } = this.stateMachine;
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['states:StartExecution'], resources: [child.stateMachineArn] }));
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['states:DescribeExecution', 'states:StopExecution'], resources: [executions] }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], resources: [rule] }),
    );
    acknowledgeWildcards(role, [executions], 'Executions get their names when they start; the wildcard stands for that name alone.');
  }

  /** A version for each change of the definition, and the alias that points to the last one. */
  private publish(): { readonly version: CfnStateMachineVersion; readonly alias: CfnStateMachineAlias } {
    const version = new CfnStateMachineVersion(this, 'Version', {
      stateMachineArn: this.stateMachine.stateMachineArn,
      // Another definition is another revision, and another revision replaces the version.
      stateMachineRevisionId: this.stateMachine.stateMachineRevisionId,
    });
    version.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const alias = new CfnStateMachineAlias(this, 'Live', {
      name: 'live',
      description: 'What a start of this machine runs',
      deploymentPreference: { type: 'ALL_AT_ONCE', stateMachineVersionArn: version.ref },
    });
    return { version, alias };
  }

  /** @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html#resultwriter-iam-policies */
  private grantResults(bucket: IBucket, keys: string): void {
    grantKeys(bucket, this.stateMachine.role, { get: [keys], put: [keys] });
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({
        actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        resources: [bucket.arnForObjects(keys)],
      }),
    );
  }

  /** A distributed map runs its items as executions of the machine itself. The machine depends on the policies of its role, so what names
   *  the machine must be a policy of its own.
   *  @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html */
  private grantDistributedMaps(labels: readonly string[], name: string): void {
    const executions = (of: string) =>
      Stack.of(this).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${of}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    const children = labels.map((label) => executions(`${name}/${label}`));
    const policy = new Policy(this, 'DistributedMapPolicy', {
      statements: [
        new PolicyStatement({ actions: ['states:StartExecution'], resources: [this.stateMachine.stateMachineArn] }),
        new PolicyStatement({
          actions: ['states:DescribeExecution', 'states:StopExecution'],
          resources: [executions(name), ...children],
        }),
        new PolicyStatement({ actions: ['states:RedriveExecution'], resources: children }),
      ],
    });
    this.stateMachine.role.attachInlinePolicy(policy);
    acknowledgeWildcards(
      policy,
      [executions(name), ...children],
      'Executions get their names when they start; the wildcard stands for that name alone.',
    );
  }
}

function refuseOtherNames({ substitutions }: AslFile, props: StateMachineFromAslProps): void {
  const given = ['Partition', ...Object.keys(props.substitutions)];
  const missing = substitutions.filter((name) => !given.includes(name)).map((name) => `\${${name}} is used but not given`);
  const unused = given.filter((name) => !substitutions.includes(name)).map((name) => `\${${name}} is given but not used`);
  if (missing.length + unused.length > 0) throw new Error(`${props.file}: ${[...missing, ...unused].join(', ')}`);
}

function referenceTo(given: Substitution): string {
  if (given instanceof StateMachineFromAsl) return given.pinnedArn;
  return 'functionArn' in given ? given.functionArn : given.bucketName;
}

const mapValues = <T, U>(record: Readonly<Record<string, T>>, of: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
