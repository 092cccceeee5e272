import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { type CredentialProvider, callerCredentials } from '../adapters/aws/credentials.ts';
import { eksPort } from '../adapters/aws/eks-port.ts';
import { describeExecution, isExecutionAlreadyThere } from '../adapters/aws/executions.ts';
import { stackOutputs } from '../adapters/aws/stack-outputs.ts';
import { type EndedExecution, startExecution } from '../adapters/aws/step-functions.ts';
import { callerIdentity, configuredRegion } from '../adapters/aws/sts.ts';
import { createMeter } from '../adapters/meter.ts';
import { CollectionError } from '../inventory/error-codes.ts';
import { describeEach, listNames } from '../inventory/listing.ts';
import { parseAnswer } from '../inventory/parse.ts';
import { partitionOf } from '../inventory/partition.ts';
import { type RotationInput, rotationIdOf } from '../rotation/input.ts';
import type { ClusterName } from '../rotation/ports.ts';
import { openAccount } from './accounts.ts';
import { executionLink } from './execution-link.ts';

/** Where the deployed product is, and who asks for it. */
export interface ConsoleOptions {
  /** Name of the stack in the tooling account. */
  readonly stack: string;
  readonly profile?: string | undefined;
  /** Region of the stack. @default what environment or profile configure */
  readonly region?: string | undefined;
}

/** The deployed product, as far as rotations are concerned. */
export interface RotationDeployment {
  readonly bucket: string;
  /** ARN of the machine, or of the alias that starts it; undefined where rotations are not enabled. */
  readonly machineArn: string | undefined;
  readonly stack: string;
  readonly region: string;
  readonly credentials: CredentialProvider;
}

/** Finds bucket and machine by the outputs of the stack.
 *  @throws CollectionError NotFound when there is no such stack, or it is another one */
export async function rotationDeployment({ stack, profile, region: named }: ConsoleOptions): Promise<RotationDeployment> {
  const region = named ?? (await configuredRegion(profile));
  const credentials = callerCredentials(profile);
  const { FindingsBucketName: bucket, NodeRotationStateMachineArn: machineArn } = await stackOutputs(stack, { region, credentials });
  if (bucket === undefined)
    throw new CollectionError(
      'NotFound',
      `stack ${stack} in ${region} has no output FindingsBucketName: is it the stack of the tooling account?`,
    );
  return { bucket, machineArn, stack, region, credentials };
}

/** An execution of the rotation machine. */
export interface StartedRotation {
  readonly rotationId: string;
  readonly executionArn: string;
  /** Its page in the Step Functions console. */
  readonly link: string;
  /** There was a rotation of that id before, and nothing was started. */
  readonly existed: boolean;
}

/** Starts the deployed rotation machine. With a request id a second start is the same rotation.
 *  @throws CollectionError NotFound where rotations are not enabled; AccessDenied … */
export async function startRotationExecution(
  { machineArn, stack, region, credentials }: RotationDeployment,
  input: RotationInput,
): Promise<StartedRotation> {
  if (machineArn === undefined)
    throw new CollectionError(
      'NotFound',
      `stack ${stack} in ${region} has no output NodeRotationStateMachineArn: set rotation.enabled to true in greenlight.yaml and deploy it`,
    );
  const arn = `arn:${partitionOf(input.region)}:eks:${input.region}:${input.accountId}:cluster/${input.clusterName}`;
  const rotationId = rotationIdOf(arn, input.clusterName, input.requestId ?? randomBytes(4).toString('hex'));
  try {
    const executionArn = await startExecution(machineArn, input, { region, credentials, name: rotationId });
    return { rotationId, executionArn, link: executionLink(executionArn), existed: false };
  } catch (error) {
    if (!isExecutionAlreadyThere(error)) throw error;
    const executionArn = executionArnOf(machineArn, rotationId);
    return { rotationId, executionArn, link: executionLink(executionArn), existed: true };
  }
}

/** How the execution of a rotation stands.
 *  @throws CollectionError */
export function executionOf({ region, credentials }: RotationDeployment, executionArn: string): Promise<EndedExecution> {
  return describeExecution(executionArn, { region, credentials });
}

/** `arn:…:stateMachine:NAME[:ALIAS]` → `arn:…:execution:NAME:<rotation>` */
function executionArnOf(machineArn: string, rotationId: string): string {
  const [arn, partition, service, region, account, , machine] = machineArn.split(':');
  return [arn, partition, service, region, account, 'execution', machine, rotationId].join(':');
}

/** Whose credentials these are: ARN and account.
 *  @throws CollectionError Unauthorized */
export async function callerOf(profile: string | undefined, region: string | undefined): Promise<{ accountId: string; arn: string }> {
  return callerIdentity({ credentials: callerCredentials(profile), region: region ?? (await configuredRegion(profile)) });
}

/** Through whom a cluster is read that `--all` asks for. */
export interface ReaderOptions {
  readonly session: string;
  readonly profile?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
}

const listSeconds = 60;
/** Keeps pods off a group that a rotation has retired. */
const standbyTaint = 'eks-greenlight/standby';

const nodegroupAnswer = z.object({
  nodegroup: z.object({
    scalingConfig: z.object({ desiredSize: z.number().nullish() }).nullish(),
    taints: z.array(z.object({ key: z.string().nullish() })).nullish(),
  }),
});

/** Managed node groups that have nodes and are no standby of a rotation before, in the order of their names.
 *  @throws CollectionError */
export async function nodegroupsThatServe(cluster: ClusterName, reader: ReaderOptions): Promise<string[]> {
  const { session, profile, roleArn, externalId } = reader;
  const { region, name } = cluster;
  const role = roleArn === undefined ? undefined : { arn: roleArn, externalId };
  const account = await openAccount({ runId: session, profile, region, role, ...(role ? {} : { account: { id: cluster.accountId } }) });
  const client = await account.clients(region).eks(createMeter());
  const port = eksPort({ client, region, deadline: AbortSignal.timeout(listSeconds * 1000) });
  const names = await listNames(port.listNodegroups({ clusterName: name }), 'nodegroups', 'eks:ListNodegroups');
  const described = await describeEach(names, async (nodegroupName) => {
    const answer = await port.describeNodegroup({ clusterName: name, nodegroupName });
    const { nodegroup } = parseAnswer(nodegroupAnswer, answer, `eks:DescribeNodegroup ${nodegroupName}`);
    const isStandby = nodegroup.taints?.some(({ key }) => key === standbyTaint) ?? false;
    return { nodegroupName, serves: !isStandby && (nodegroup.scalingConfig?.desiredSize ?? 0) > 0 };
  });
  return described.flatMap(({ nodegroupName, serves }) => (serves ? [nodegroupName] : [])).toSorted();
}
