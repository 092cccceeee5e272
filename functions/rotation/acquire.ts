import { createHash } from 'node:crypto';
import { InvalidInput, parseInput } from '../config/invalid-input.ts';
import { effectiveOptions } from '../config/rotation-options.ts';
import { partitionOf } from '../inventory/partition.ts';
import { readConfigurationIn } from '../store/configuration.ts';
import { keys } from '../store/layout.ts';
import { endRotation } from './endings.ts';
import { inputSchema, isRotationId, type RotationInput, rotationIdOf } from './input.ts';
import { isExpired, type LeaseKeeper, readLease, takeLease } from './lease.ts';
import { readNeedsHuman } from './needs-human.ts';
import type { Outcome } from './phases.ts';
import type { ClusterName, RotationDesk } from './ports.ts';
import { noStamps, type RotationRecord } from './record.ts';
import { createRecord, findRotation, readRecord, updateRecord, writeIndex } from './record-store.ts';

/** A start of machine `node-rotation`. */
export interface StartEvent {
  readonly input: unknown;
  readonly executionName: string;
  readonly executionArn: string;
  /** Who asked, where it is known. */
  readonly startedBy?: string | null;
}

/** What the machine goes on with. */
export interface Started {
  readonly rotationId: string;
  readonly fence: number;
  readonly phase: 'acquire';
  readonly status: 'done' | 'failed';
  /** Set when the rotation is at its end already. */
  readonly outcome: Outcome | null;
}

/** Begins a rotation, or goes on with one whose execution was delivered twice: index, record, marker, lease, in this order.
 *  @throws InvalidInput that names field, value and expectation */
export async function startRotation(outside: RotationDesk, event: StartEvent): Promise<Started> {
  const input = parseInput(inputSchema, event.input);
  const cluster = { accountId: input.accountId, region: input.region, name: input.clusterName };
  const arn = `arn:${partitionOf(input.region)}:eks:${input.region}:${input.accountId}:cluster/${input.clusterName}`;
  const rotationId = nameOf(event, input, arn);
  if (!(await writeIndex(outside.store, rotationId, cluster))) await verifyIsOurs(outside, rotationId, cluster);
  const first = firstRecord(rotationId, { ...cluster, arn }, input, event, outside);
  const { rotation } = await readConfigurationIn(outside.store);
  const options = effectiveOptions(rotation.options, input.options);
  const requireApproval = options.requireApproval || rotation.approval.required;
  await createRecord(outside.store, { ...first, options: { ...options, requireApproval } });
  const record = await recordOf(outside, cluster, rotationId);
  const ended = (outcome: Outcome | null, fence = record.fence): Started => ({
    rotationId,
    fence,
    phase: 'acquire',
    status: outcome === null ? 'done' : 'failed',
    outcome,
  });
  if (record.outcome) return ended(record.outcome.name);
  await writeMarker(outside, record);
  const end = async (outcome: Outcome, cause: string, fence: number | null) =>
    ended((await endRotation(outside, record, { outcome, cause, fence })).outcome?.name ?? outcome);
  if (record.dryRun) return ended(null);

  const flag = await readNeedsHuman(outside.store, cluster);
  if (flag && flag.acknowledged === null) {
    const cause = `rotation ${flag.rotationId} ended ${flag.outcome} at ${flag.at}, and nobody has acknowledged it yet: ${flag.cause}; look at it, then greenlight rotate acknowledge ${flag.rotationId}`;
    return end('refused', cause, null);
  }
  const unfinished = await unfinishedOf(outside, cluster, rotationId);
  if (unfinished !== undefined)
    return end('busy', `rotation ${unfinished} of cluster ${cluster.name} is not at its end yet: the watchdog goes on with it`, null);
  const lease = await takeLease(keeperOf(outside, cluster), rotationId, event.executionArn);
  if (!lease) return end('busy', `another rotation of cluster ${cluster.name} is under way`, null);
  await updateRecord(outside.store, record, outside.randomId, (now) => ({ ...now, fence: Math.max(now.fence, lease.fence) }));
  return ended(null, lease.fence);
}

export function keeperOf(
  { store, clock, randomId }: Pick<RotationDesk, 'store' | 'clock' | 'randomId'>,
  cluster: ClusterName,
): LeaseKeeper {
  return { store, cluster, clock, randomId };
}

/** A name that somebody gave the execution is the rotation's, if it fits. */
function nameOf({ executionName, executionArn }: StartEvent, input: RotationInput, arn: string): string {
  if (isRotationId(executionName)) return executionName;
  const request = input.requestId ?? createHash('sha256').update(executionArn).digest('hex').slice(0, 8);
  return rotationIdOf(arn, input.clusterName, request);
}

/** @throws InvalidInput when the name belongs to a rotation of another cluster */
async function verifyIsOurs({ store }: RotationDesk, rotationId: string, cluster: ClusterName): Promise<void> {
  const found = await findRotation(store, rotationId);
  if (found?.accountId === cluster.accountId && found.region === cluster.region && found.name === cluster.name) return;
  throw new InvalidInput(
    `execution name: ${rotationId} is a rotation of cluster ${found?.name} in ${found?.region}, expected a name of its own`,
  );
}

/** Another rotation that nobody looks after at the moment: its lease has expired, and what it has changed is still to be taken back. */
async function unfinishedOf(outside: RotationDesk, cluster: ClusterName, rotationId: string): Promise<string | undefined> {
  const lease = await readLease(keeperOf(outside, cluster));
  if (lease?.owner == null || lease.owner === rotationId || !isExpired(lease, outside.clock())) return undefined;
  const stored = await readRecord(outside.store, cluster, lease.owner);
  return stored && stored.record.outcome === null ? lease.owner : undefined;
}

async function recordOf({ store }: RotationDesk, cluster: ClusterName, rotationId: string): Promise<RotationRecord> {
  const stored = await readRecord(store, cluster, rotationId);
  if (!stored) throw new Error(`the record of rotation ${rotationId} was not written`);
  return stored.record;
}

/** What the sweep lists, and what counts as a rotation at work. */
async function writeMarker({ store }: RotationDesk, { rotationId, cluster, startedAt }: RotationRecord): Promise<void> {
  const { accountId, region, name } = cluster;
  await store.putIfAbsent(keys.openRotation(rotationId), `${JSON.stringify({ rotationId, accountId, region, name, startedAt })}\n`);
}

function firstRecord(
  rotationId: string,
  cluster: RotationRecord['cluster'],
  input: RotationInput,
  event: StartEvent,
  outside: RotationDesk,
): Omit<RotationRecord, 'options'> {
  const now = outside.clock().toISOString();
  return {
    schemaVersion: 1,
    writeId: outside.randomId(),
    rotationId,
    cluster,
    startedAt: now,
    startedBy: event.startedBy ?? null,
    input: JSON.parse(JSON.stringify(input)),
    dryRun: input.dryRun,
    blue: null,
    green: null,
    create: null,
    greenCreated: false,
    pair: null,
    size: 0,
    phase: 'acquire',
    phaseStartedAt: { acquire: now },
    lastStepAt: now,
    fence: 0,
    sequence: 0,
    desiredState: 'continue',
    desiredReason: null,
    snapshot: null,
    problems: [],
    stamps: noStamps,
    batches: [],
    approval: null,
    committed: false,
    revert: null,
    troubleSince: {},
    waitingFor: null,
    outcome: null,
    told: [],
    notes: {},
  };
}
