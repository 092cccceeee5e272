import * as z from 'zod';
import type { RotationOptions } from '../../config/rotation-options.ts';
import { type ForwardPhase, forwardPhases, type Phase } from '../phases.ts';
import type { Batch, RotationRecord } from '../record.ts';
import { batchSize } from './batches.ts';
import { predictionSchema } from './predict.ts';
import { isReverting } from './reverting.ts';

/** Minutes that a phase usually takes, where neither the plan nor an option says how long: for people who wait, not for decisions. */
const usual: Readonly<Record<Exclude<ForwardPhase, 'drain' | 'soak' | 'approval'>, number>> = {
  acquire: 0,
  snapshot: 0.5,
  preflight: 0.5,
  'create-green': 2,
  freeze: 1,
  'scale-green': 5,
  'validate-green': 3,
  'cordon-blue': 0.5,
  'retire-blue': 6,
  finish: 1,
};
/** Of the work on a batch, beside its soak. */
const usualBatch = 4;
const usualGreenBack = 6;

/** How many batches are left, with the canary first.
 *  @param nodes of the whole group
 *  @param left of them are not drained yet */
export function batchesLeft(nodes: number, left: number, options: RotationOptions): number {
  if (left <= 0) return 0;
  const canary = left >= nodes ? Math.min(options.canaryNodes, left) : 0;
  return (canary > 0 ? 1 : 0) + Math.ceil((left - canary) / batchSize(options, nodes));
}

/** How far the drain of blue is. A node counts once its batch is done. */
export function drainProgress({ batches, snapshot, size, options }: RotationRecord): {
  readonly nodes: number;
  readonly nodesDone: number;
  readonly batchesDone: number;
  readonly batches: number;
} {
  const blue = batches.filter(({ side }) => side === 'blue');
  const done = blue.filter(({ state }) => state === 'done');
  const nodesDone = new Set(done.flatMap(({ nodes }) => nodes)).size;
  const open = blue.filter(({ state }) => state !== 'done' && state !== 'failed');
  const known = new Set(blue.flatMap(({ nodes }) => nodes)).size;
  const nodes = Math.max(size, snapshot?.nodes.filter(({ group }) => group === 'blue').length ?? 0, known);
  const planned = new Set([...done, ...open].flatMap((batch) => batch.nodes)).size;
  return { nodes, nodesDone, batchesDone: done.length, batches: done.length + open.length + batchesLeft(nodes, nodes - planned, options) };
}

/** Milliseconds until the rotation, or its revert, is at its end, as far as its options and its batches so far tell; an approval is not
 *  counted. Null where nobody can know: it is paused, or at its end. */
export function timeLeftMs(record: RotationRecord, now: Date): number | null {
  if (record.outcome || record.desiredState === 'pause') return null;
  if (isReverting(record)) {
    const since = record.revert?.since ?? record.phaseStartedAt[record.phase] ?? now.toISOString();
    return Math.max(0, revertMinutes(record) * 60_000 - (now.getTime() - Date.parse(since)));
  }
  const order: readonly Phase[] = forwardPhases;
  const ahead = forwardPhases.slice(order.indexOf(record.phase));
  const last = record.dryRun ? forwardPhases.indexOf('preflight') : forwardPhases.length;
  const wanted = ahead.filter((phase) => forwardPhases.indexOf(phase) <= last);
  const total = wanted.reduce((sum, phase) => sum + phaseLeftMs(record, phase, now), 0);
  return Math.round(total);
}

function phaseLeftMs(record: RotationRecord, phase: ForwardPhase, now: Date): number {
  const startedAt = phase === record.phase ? record.phaseStartedAt[phase] : undefined;
  const spent = startedAt === undefined ? 0 : now.getTime() - Date.parse(startedAt);
  if (phase === 'drain') return drainLeftMs(record, now);
  if (phase === 'approval' || (phase === 'create-green' && record.create === null && phase !== record.phase)) return 0;
  const minutes = plannedMinutes(record, phase) ?? (phase === 'soak' ? record.options.poolSoakMinutes : usual[phase]);
  return Math.max(0, minutes * 60_000 - spent);
}

function drainLeftMs(record: RotationRecord, now: Date): number {
  const { batches, batchesDone } = drainProgress(record);
  const open = record.batches.find(({ side, state }) => side === 'blue' && state !== 'done' && state !== 'failed');
  const spent = open ? Math.min(now.getTime() - Date.parse(open.startedAt), batchMs(record)) : 0;
  return Math.max(0, (batches - batchesDone) * batchMs(record) - spent);
}

const plannedSchema = z.looseObject({ duration: predictionSchema });

/** What the preflight expected; undefined where there is no plan yet. */
function plannedMinutes({ notes }: RotationRecord, phase: ForwardPhase): number | undefined {
  const plan = plannedSchema.safeParse(notes.plan).data;
  return plan?.duration.phases.find((one) => one.phase === phase)?.expected;
}

/** What a batch took so far, on average; before the first, what the plan or its soak and a usual drain take. */
function batchMs(record: RotationRecord): number {
  const { batches, options, size } = record;
  const took = batches.flatMap(({ startedAt, endedAt }: Batch) => (endedAt === null ? [] : [Date.parse(endedAt) - Date.parse(startedAt)]));
  if (took.length === 0) {
    const planned = plannedMinutes(record, 'drain');
    const expected = planned === undefined ? undefined : planned / Math.max(1, batchesLeft(size, size, options));
    return (expected ?? options.batchSoakMinutes + usualBatch) * 60_000;
  }
  return took.reduce((sum, ms) => sum + ms, 0) / took.length;
}

/** Minutes that a revert from here should take: the wait until nobody else writes, moving back what was moved, and putting green away. */
export function revertMinutes(record: RotationRecord): number {
  const { options, phaseStartedAt } = record;
  if (phaseStartedAt['create-green'] === undefined && phaseStartedAt.freeze === undefined) return 1;
  const moved = record.batches.filter(({ side, evicted, drainedAt }) => side === 'blue' && (evicted > 0 || drainedAt !== null)).length;
  const grown = phaseStartedAt['scale-green'] !== undefined || record.greenCreated;
  return Math.ceil(options.takeoverSeconds / 60 + 1 + (moved * batchMs(record)) / 60_000 + (grown ? usualGreenBack : 0) + usual.finish);
}
