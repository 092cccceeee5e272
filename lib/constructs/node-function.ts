import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { ISecurityGroup, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, LoggingFormat, Runtime, Tracing, type VersionOptions } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { telemetry } from './run-metrics.ts';

/** Network of a function. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  readonly securityGroups: readonly ISecurityGroup[];
}

export interface NodeFunctionProps {
  /** Name of the function, of its role and, below `/eks-greenlight/`, of its log group: `eks-greenlight-<name>`. */
  readonly name: string;
  /** File that exports `handler`, from the root of the repository. */
  readonly entry: string;
  readonly description: string;
  readonly timeout: Duration;
  /** MiB.
   *  @default 512 */
  readonly memorySize?: number;
  /** @default nothing beyond what every function gets */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default the function is in no VPC */
  readonly network?: FunctionNetwork;
  /** Encrypts the log group; its policy must let CloudWatch Logs use it.
   *  @default the key of CloudWatch Logs */
  readonly logKey?: IKey;
  /** Of `currentVersion`, where it is used.
   *  @default versions go with the next one */
  readonly currentVersionOptions?: VersionOptions;
}

/** A Lambda function of one TypeScript file, with a role and a log group of its own. The role has a fixed name without a path, because the
 *  roles of other accounts trust it by its name; it may write its log and its traces, and nothing else. */
export class NodeFunction extends Construct {
  readonly function: NodejsFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const functionName = `eks-greenlight-${props.name}`;
    this.role = new Role(this, 'Role', { roleName: functionName, assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/eks-greenlight/${props.name}`,
      retention: RetentionDays.THREE_MONTHS,
      encryptionKey: props.logKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.logGroup.grantWrite(this.role);
    if (props.network) allowNetworkInterfaces(this.role);
    this.function = new NodejsFunction(this, 'Function', {
      functionName,
      entry: fromRoot(props.entry),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      timeout: props.timeout,
      memorySize: props.memorySize ?? 512,
      currentVersionOptions: props.currentVersionOptions,
      environment: { ...commonEnvironment, ...props.environment },
      ...(props.network && {
        vpc: props.network.vpc,
        vpcSubnets: { subnets: [...props.network.subnets] },
        securityGroups: [...props.network.securityGroups],
      }),
      projectRoot: fromRoot('.'),
      depsLockFilePath: fromRoot('package-lock.json'),
      bundling,
    });
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'Traces, the network interfaces of a function in a VPC, and reads of an organization are actions that have no resource at all, or ' +
        'one whose name only the organization knows.',
    });
  }
}

const commonEnvironment = {
  POWERTOOLS_SERVICE_NAME: telemetry.service,
  POWERTOOLS_METRICS_NAMESPACE: telemetry.namespace,
  LOG_LEVEL: 'INFO',
  NODE_OPTIONS: '--enable-source-maps',
};

/** esbuild on this machine, no container. The SDK is part of the bundle: the copy in the runtime is not pinned. */
const bundling = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  sourceMap: true,
  sourceMapMode: SourceMapMode.DEFAULT,
  sourcesContent: false,
  externalModules: [],
  // Parts of dependencies are CommonJS and call require(), which an ES module does not have.
  banner: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
};

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** What Lambda needs to attach a function to a VPC. The code of the function has the same role and must not use it: calls from within a
 *  function carry `lambda:SourceFunctionArn`, those of the service do not.
 *  @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice-security */
function allowNetworkInterfaces(role: Role): void {
  const actions = ['CreateNetworkInterface', 'DeleteNetworkInterface', 'DescribeNetworkInterfaces', 'DescribeSubnets'];
  const addresses = ['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'];
  const statement = { actions: [...actions, ...addresses].map((action) => `ec2:${action}`), resources: ['*'] };
  role.addToPolicy(new PolicyStatement({ sid: 'AttachToVpc', ...statement }));
  role.addToPolicy(
    new PolicyStatement({
      sid: 'NotFromWithinTheFunction',
      effect: Effect.DENY,
      ...statement,
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  );
}
