import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { expect } from 'vitest';
import { z } from 'zod';
import type { ForwardPhase } from '../../functions/rotation/phases.ts';
import { type RotationRecord, recordSchema } from '../../functions/rotation/record.ts';
import { keys } from '../../functions/store/layout.ts';
import { asRoot } from './aws-client.ts';
import { keysBelow, object, outputs } from './deployed.ts';
import { type Execution, executionEnded, startExecution, stepFunctions } from './executions.ts';
import { CLUSTER, HUB, PAYMENTS_ACCOUNT, REGION } from './rotate-world.ts';
import { environment } from './world.ts';

/** The four lines. */
export const fourLines = { accountId: PAYMENTS_ACCOUNT, region: REGION, clusterName: CLUSTER };

const machines = () => stepFunctions(environment(), HUB);
const patience = { timeout: 60_000, interval: 100 };

/** A rotation that was started as an operator would. */
export interface Started {
  readonly rotationId: string;
  readonly executionArn: string;
  /** Its end, or that of the given execution of the revert machine.
   *  @throws Error when it has not ended in time */
  ended(seconds?: number): Promise<Execution>;
}

/** Starts a rotation and does not wait. The name that Step Functions gave the execution is the rotation's. */
export async function startRotation(more: Readonly<Record<string, unknown>> = {}): Promise<Started> {
  const executionArn = await startExecution(machines(), outputs().NodeRotationStateMachineArn ?? '', { ...fourLines, ...more });
  return {
    rotationId: executionArn.split(':').at(-1) ?? '',
    executionArn,
    ended: (seconds = 150) => executionEnded(machines(), executionArn, seconds),
  };
}

export const rotate = async (more: Readonly<Record<string, unknown>> = {}): Promise<Execution & { readonly rotationId: string }> => {
  const { rotationId, ended } = await startRotation(more);
  return { rotationId, ...(await ended()) };
};

const place = (clusterName = CLUSTER) => ({ accountId: PAYMENTS_ACCOUNT, region: REGION, name: clusterName });

/** What the machines know of a rotation: good for being in time, no witness of anything. */
export async function recordOf(rotationId: string, clusterName?: string): Promise<RotationRecord> {
  return recordSchema.parse(await object(keys.rotationRecord(place(clusterName), rotationId)));
}

/** Waits until a rotation has come to a phase and, in it, to something.
 *  @throws Error when it has ended before, or has not within a minute */
export async function reached(
  rotationId: string,
  phase: ForwardPhase,
  holds: (record: RotationRecord) => boolean = () => true,
): Promise<RotationRecord> {
  const look = async () => {
    const known = (await keysBelow(keys.rotationRecord(place(), rotationId))).length > 0;
    return known ? recordOf(rotationId) : undefined;
  };
  let seen = await look();
  const isThere = async () => {
    seen = await look();
    if (seen?.outcome) throw new Error(`rotation ${rotationId} ended before it came to ${phase}: ${seen.outcome.cause}`);
    return seen?.phaseStartedAt[phase] !== undefined && holds(seen);
  };
  await expect.poll(isThere, { ...patience, message: `rotation ${rotationId} comes to ${phase}` }).toBe(true);
  if (!seen) throw new Error(`rotation ${rotationId} has no record`);
  return seen;
}

/** Its first pods have been asked to go, and others are still there. */
export const inMidDrain = (rotationId: string) =>
  reached(rotationId, 'drain', ({ batches }) => batches.some(({ evictions }) => Object.keys(evictions).length > 0));

/** An operator stops the execution in the console.
 *  @param children they are stopped too, as Step Functions does it as best it can; this stack never does */
export async function stop(executionArn: string, { children }: { readonly children: boolean }): Promise<void> {
  const end = (arn: string) => machines().send(new StopExecutionCommand({ executionArn: arn, error: 'Stopped', cause: 'by hand' }));
  await end(executionArn);
  if (!children) return;
  const stateMachineArn = (outputs().NodeRotationStateMachineArn ?? '').replace('node-rotation', 'drain-batch');
  const { executions = [] } = await machines().send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
  for (const { executionArn: child = '' } of executions) await end(child);
}

/** The execution of the revert machine that has brought a rotation to its end, whoever started it. Others may have found nothing to do.
 *  @throws Error when there is none in time */
export async function revertOf(rotationId: string, seconds = 120): Promise<Execution> {
  const stateMachineArn = outputs().RevertRotationStateMachineArn ?? '';
  const find = async () => {
    const { executions = [] } = await machines().send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED' }));
    for (const { executionArn = '' } of executions) {
      const { input = '', output = '{}' } = await machines().send(new DescribeExecutionCommand({ executionArn }));
      if (input.includes(rotationId) && !('why' in JSON.parse(output))) return executionEnded(machines(), executionArn);
    }
    return undefined;
  };
  let found = await find();
  const isThere = async () => {
    found ??= await find();
    return found !== undefined;
  };
  await expect.poll(isThere, { timeout: seconds * 1000, interval: 300, message: `a revert of ${rotationId} has ended` }).toBe(true);
  if (!found) throw new Error(`no revert of ${rotationId}`);
  return found;
}

/** Nobody hears of executions that end, as when EventBridge has lost what it delivers as best it can. */
export async function unheard<T>(work: () => Promise<T>): Promise<T> {
  const client = new EventBridgeClient(asRoot(HUB, 'EVENTBRIDGE'));
  const { Rules = [] } = await client.send(new ListRulesCommand({}));
  const rule = Rules.find(({ EventPattern = '' }) => EventPattern.includes('aws.states'));
  if (!rule?.Name) throw new Error('there is no rule on executions that ended');
  await client.send(new DisableRuleCommand({ Name: rule.Name }));
  try {
    return await work();
  } finally {
    await client.send(new EnableRuleCommand({ Name: rule.Name }));
  }
}

/** Sixteen minutes later, as far as the store says: the lease has expired, and nobody has looked after the rotation. What a step that is still
 *  under way has written meanwhile is not overwritten.
 *  @returns whether it is so; else it is to be tried again */
export async function age(rotationId: string): Promise<boolean> {
  const before = (at: unknown) => new Date(Date.parse(z.string().parse(at)) - 16 * 60_000).toISOString();
  return (
    (await changed(keys.rotationRecord(place(), rotationId), (record) => ({ ...record, lastStepAt: before(record.lastStepAt) }))) &&
    (await changed(keys.lease(place()), (lease) => ({ ...lease, expiresAt: before(lease.expiresAt) })))
  );
}

type Fields = Readonly<Record<string, unknown>>;

/** @returns false where somebody else was faster */
async function changed(Key: string, change: (fields: Fields) => Fields): Promise<boolean> {
  const s3 = new S3Client({ ...asRoot(HUB, 'S3'), forcePathStyle: true });
  const Bucket = outputs().FindingsBucketName;
  const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const fields = z.record(z.string(), z.unknown()).parse(JSON.parse((await Body?.transformToString()) ?? ''));
  try {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(change(fields)), IfMatch: ETag }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'PreconditionFailed') return false;
    throw error;
  }
}

/** Runs the sweep, as its schedule does every quarter of an hour.
 *  @returns the rotations whose revert it has started */
export async function sweep(): Promise<readonly string[]> {
  const lambda = new LambdaClient(asRoot(HUB, 'LAMBDA'));
  const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: 'eks-greenlight-sweep' }));
  const said = new TextDecoder().decode(Payload);
  if (FunctionError !== undefined) throw new Error(`the sweep failed: ${said}`);
  return z.object({ started: z.array(z.string()) }).parse(JSON.parse(said)).started;
}

/** What is left in the bucket of a rotation that has ended. */
export async function reportsOf(rotationId: string, clusterName?: string): Promise<readonly [json: string, html: string]> {
  return [keys.rotationReport(place(clusterName), rotationId, 'json'), keys.rotationReport(place(clusterName), rotationId, 'html')];
}

export const leaseKey = keys.lease(place());
