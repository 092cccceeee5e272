import { type ForwardPhase, forwardPhases, isRevertPhase, type Phase, revertPhases } from '../phases.ts';
import type { Blocker, RotationRecord } from '../record.ts';
import { isReverting } from './reverting.ts';
import { drainProgress, timeLeftMs } from './time-left.ts';

export interface PhaseStatus {
  readonly phase: Phase;
  readonly state: 'done' | 'current' | 'failed' | 'ahead';
  readonly startedAt: string | null;
  /** So far, of the current one. */
  readonly durationMs: number | null;
}

export interface BatchStatus {
  readonly side: 'blue' | 'green';
  /** From 1. */
  readonly number: number;
  /** Of blue; nobody knows how many a revert needs. */
  readonly of: number | null;
  readonly state: 'draining' | 'settling' | 'soaking' | 'done' | 'failed';
  readonly nodes: readonly string[];
  readonly podsEvicted: number;
  /** Pods whose eviction was refused at the last try. */
  readonly podsWaiting: number;
}

/** How a rotation stands, for people and programs. What `rotate status --format json` prints. */
export interface RotationStatus {
  readonly schemaVersion: '1';
  readonly at: string;
  readonly rotationId: string;
  readonly cluster: RotationRecord['cluster'];
  readonly state: 'running' | 'pausing' | 'aborting' | 'reverting' | 'ended';
  readonly dryRun: boolean;
  readonly blue: string | null;
  readonly green: string | null;
  /** Nodes that serve. */
  readonly size: number;
  readonly startedAt: string;
  readonly phase: Phase;
  readonly phases: readonly PhaseStatus[];
  readonly nodes: number;
  /** Of blue: drained, in batches that are done. */
  readonly nodesDone: number;
  readonly batch: BatchStatus | null;
  readonly blockers: readonly Blocker[];
  readonly problems: RotationRecord['problems'];
  readonly waitingFor: string | null;
  readonly desiredState: RotationRecord['desiredState'];
  readonly desiredReason: string | null;
  readonly approval: RotationRecord['approval'];
  readonly committed: boolean;
  readonly revert: { readonly cause: string; readonly from: Phase; readonly left: readonly string[] } | null;
  /** Without the time of an approval; null where nobody can know. */
  readonly timeLeftMs: number | null;
  readonly outcome: RotationRecord['outcome'];
}

/** Pure. The record without what only machines need. */
export function statusOf(record: RotationRecord, now: Date): RotationStatus {
  const { rotationId, cluster, dryRun, size, startedAt, phase, problems, desiredState, desiredReason, approval, committed } = record;
  const { nodes, nodesDone } = drainProgress(record);
  const open = openBatch(record);
  return {
    schemaVersion: '1',
    at: now.toISOString(),
    rotationId,
    cluster,
    state: stateOf(record),
    dryRun,
    blue: record.blue?.name ?? null,
    green: record.green?.name ?? null,
    size,
    startedAt,
    phase,
    phases: phasesOf(record, now),
    nodes,
    nodesDone,
    batch: batchOf(record, open),
    blockers: open?.blockers ?? [],
    problems,
    waitingFor: record.outcome ? null : record.waitingFor,
    desiredState,
    desiredReason,
    approval,
    committed,
    revert: record.revert && { cause: record.revert.cause, from: record.revert.from, left: record.revert.left },
    timeLeftMs: timeLeftMs(record, now),
    outcome: record.outcome,
  };
}

function stateOf(record: RotationRecord): RotationStatus['state'] {
  const { outcome, desiredState, committed } = record;
  if (outcome) return 'ended';
  if (isReverting(record)) return 'reverting';
  if (desiredState === 'pause') return 'pausing';
  return desiredState === 'revert' && !committed ? 'aborting' : 'running';
}

/** The batch at work; of a rotation that stopped, the one that failed. What a revert found half done is no work of its own. */
function openBatch(record: RotationRecord): RotationRecord['batches'][number] | undefined {
  const { batches, outcome } = record;
  if (outcome) return batches.findLast(({ state }) => state === 'failed');
  const side = isReverting(record) ? 'green' : 'blue';
  return batches.findLast((batch) => batch.side === side && batch.state !== 'done');
}

function batchOf(record: RotationRecord, batch: RotationRecord['batches'][number] | undefined): BatchStatus | null {
  if (!batch) return null;
  const { side, state, nodes, evicted, evictions } = batch;
  const before = record.batches.filter((one) => one.side === side);
  return {
    side,
    number: before.indexOf(batch) + 1,
    of: side === 'blue' ? Math.max(drainProgress(record).batches, before.length) : null,
    state,
    nodes,
    podsEvicted: evicted,
    podsWaiting: Object.values(evictions).filter(({ status }) => status >= 400).length,
  };
}

/** Those that were, in order, and those that are to come. A phase ends when the next one begins. */
function phasesOf(record: RotationRecord, now: Date): PhaseStatus[] {
  const { phaseStartedAt, outcome, revert } = record;
  const reverted = isReverting(record) || revertPhases.some((phase) => phaseStartedAt[phase] !== undefined);
  const order: readonly Phase[] = reverted ? [...forwardPhases, ...revertPhases] : forwardPhases;
  const begun = order.filter((phase) => phaseStartedAt[phase] !== undefined);
  const current = begun.at(-1);
  const failedForward = reverted ? revert?.from : undefined;
  const behind = current === undefined ? 0 : order.indexOf(current);
  const shown = order.filter((phase, index) => begun.includes(phase) || (index > behind && isAhead(record, phase, reverted)));
  return shown.map((phase) => {
    const startedAt = phaseStartedAt[phase] ?? null;
    if (startedAt === null) return { phase, state: 'ahead', startedAt, durationMs: null };
    const next = begun[begun.indexOf(phase) + 1];
    const end = (next === undefined ? undefined : phaseStartedAt[next]) ?? outcome?.at ?? now.toISOString();
    const hasFailed = phase === failedForward || (phase === current && outcome !== null && endsBadly(outcome.name));
    const state = hasFailed ? 'failed' : phase === current && !outcome ? 'current' : 'done';
    return { phase, state, startedAt, durationMs: Math.max(0, Date.parse(end) - Date.parse(startedAt)) };
  });
}

const endsBadly = (outcome: string): boolean => ['refused', 'busy', 'hold-both-up', 'dirty-finish'].includes(outcome);

function isAhead({ outcome, dryRun, create, options }: RotationRecord, phase: Phase, reverted: boolean): boolean {
  if (outcome) return false;
  if (isRevertPhase(phase)) return reverted;
  if (reverted) return false;
  const forward: ForwardPhase = phase;
  if (dryRun && forwardPhases.indexOf(forward) > forwardPhases.indexOf('preflight')) return false;
  if (forward === 'create-green') return create !== null;
  return forward !== 'approval' || options.requireApproval;
}
