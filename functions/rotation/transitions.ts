import { bandOf, isRevertPhase, type Outcome, type Phase } from './phases.ts';
import type { Batch, RotationRecord, TimelineEvent } from './record.ts';
import { type DrainPart, inPhaseMs, minutes, type StepOutcome } from './step.ts';

/** What a step leaves, once deadlines, patience and the rules of endings have been looked at. */
export interface Resolved {
  readonly outcome: StepOutcome;
  /** The rotation is at its end. */
  readonly end?: { readonly outcome: Outcome; readonly cause: string };
  readonly change: (record: RotationRecord) => RotationRecord;
  readonly message?: Omit<TimelineEvent, 'at' | 'phase'>;
}

interface Place {
  readonly phase: Phase;
  readonly part: DrainPart;
}

type Given = StepOutcome & { readonly trouble?: string };

/** Pure. What follows from how a step ended. A step of the revert that cannot be done is left, and the next one begins; in the middle of a batch
 *  it ends the batch. */
export function afterStep(
  record: RotationRecord,
  { phase, part }: Place,
  given: Given,
  { now, deadlineMs }: { readonly now: Date; readonly deadlineMs: number },
): Resolved {
  const outcome = impatient(record, phase, given, now, deadlineMs);
  const change = keep(record, phase, given, outcome, now);
  const message = messageOf(record, outcome, { phase, part });
  const end = endOf(record, phase, outcome);
  return {
    outcome: isRevertPhase(phase) && part === 'plan-batch' && outcome.status === 'failed' ? { status: 'done' } : outcome,
    change,
    ...(end && { end }),
    ...(message && { message }),
  };
}

/** A wait that has lasted too long is a failure. What an operator or a maintenance window holds up may last. */
function impatient(record: RotationRecord, phase: Phase, given: Given, now: Date, deadlineMs: number): StepOutcome {
  if (given.status !== 'wait' || (given.hold && given.batch === undefined && phase !== 'approval' && phase !== 'soak')) return given;
  const trouble = given.trouble === undefined ? undefined : (record.troubleSince.api ?? given.trouble);
  if (trouble !== undefined && now.getTime() - Date.parse(trouble) >= minutes(record.options.unreachableMinutes))
    return { status: 'failed', cause: `for ${record.options.unreachableMinutes} min: ${given.why}` };
  if (given.batch === undefined && inPhaseMs(record, phase, now) - heldMs(record, phase, now) >= deadlineMs)
    return { status: 'failed', cause: `${phase} was not done within ${Math.round(deadlineMs / 1000)} s: ${given.why}` };
  return given;
}

export const heldKey = (phase: Phase): string => `held ${phase}`;

/** How long a phase was held up by an operator, a window or a standstill, which no deadline counts; and since when it is. */
export function heldOf({ notes }: Pick<RotationRecord, 'notes'>, phase: Phase): { readonly ms: number; readonly since: string | null } {
  const value = notes[heldKey(phase)];
  const { ms, since } = typeof value === 'object' && value !== null ? { ms: 0, since: null, ...value } : { ms: 0, since: null };
  return { ms: typeof ms === 'number' ? ms : 0, since: typeof since === 'string' ? since : null };
}

/** With the time since the last look at a hold that is over now. */
function heldMs(record: RotationRecord, phase: Phase, now: Date): number {
  const { ms, since } = heldOf(record, phase);
  return ms + (since === null ? 0 : now.getTime() - Date.parse(since));
}

function keep(_: RotationRecord, phase: Phase, given: Given, outcome: StepOutcome, now: Date) {
  return (record: RotationRecord): RotationRecord => {
    const { api: _api, ...calm } = record.troubleSince;
    const troubleSince =
      given.status === 'wait' && given.trouble !== undefined
        ? { ...record.troubleSince, api: record.troubleSince.api ?? given.trouble }
        : calm;
    const key = heldKey(phase);
    const before = heldOf(record, phase);
    const passed = before.since === null ? 0 : now.getTime() - Date.parse(before.since);
    const holding = outcome.status === 'wait' && outcome.hold === true;
    const back: RotationRecord['notes'] = outcome.status === 'failed' && outcome.progress?.rotateBack === true ? { rotateBack: true } : {};
    const notes =
      holding || before.since !== null
        ? { ...record.notes, ...back, [key]: { ms: before.ms + passed, since: holding ? now.toISOString() : null } }
        : { ...record.notes, ...back };
    const revert = failureOf(record, phase, outcome, now);
    const batches = outcome.status === 'failed' ? record.batches.map((batch) => closed(batch, now)) : record.batches;
    return { ...record, troubleSince, notes, revert, batches, waitingFor: outcome.status === 'wait' ? outcome.why : null };
  };
}

/** A batch whose step has failed is not taken up again, whatever it failed of: a revert leaves it and goes on. */
function closed(batch: Batch, now: Date): Batch {
  if (batch.state === 'done' || batch.state === 'failed') return batch;
  return { ...batch, state: 'failed', endedAt: batch.endedAt ?? now.toISOString() };
}

/** Why a revert begins, before it begins; what a step of the revert could not do, which keeps both groups up. */
function failureOf(record: RotationRecord, phase: Phase, outcome: StepOutcome, now: Date): RotationRecord['revert'] {
  if (outcome.status !== 'failed') return record.revert;
  if (!isRevertPhase(phase))
    return (
      record.revert ?? { cause: outcome.cause, from: phase, since: now.toISOString(), starts: 0, notBefore: now.toISOString(), left: [] }
    );
  const revert = record.revert ?? {
    cause: outcome.cause,
    from: phase,
    since: now.toISOString(),
    starts: 0,
    notBefore: now.toISOString(),
    left: [],
  };
  const left = `${phase}: ${outcome.cause}`;
  return revert.left.includes(left) ? revert : { ...revert, left: [...revert.left, left] };
}

function messageOf(record: RotationRecord, outcome: StepOutcome, { phase, part }: Place): Resolved['message'] {
  if (outcome.status === 'failed') return { kind: 'problem', object: phase, message: outcome.cause };
  if (outcome.status === 'done') return part === 'plan-batch' ? { kind: 'decision', object: phase, message: 'is done' } : undefined;
  return outcome.why === record.waitingFor ? undefined : { kind: 'wait', object: phase, message: outcome.why };
}

/** Where a rotation ends without a revert, or at its end.
 *  - before anything was changed: `refused`
 *  - a dry run, or nothing to do, after the preflight
 *  - blue that cannot be retired, with nothing lowered yet: both stay up
 *  - after the first lowering the way is forward: `dirty-finish` */
function endOf(record: RotationRecord, phase: Phase, outcome: StepOutcome): Resolved['end'] {
  if (outcome.status === 'wait') return undefined;
  if (outcome.status === 'failed') {
    if (bandOf(phase) === 'Pre' && phase !== 'create-green' && phase !== 'freeze') return { outcome: 'refused', cause: outcome.cause };
    if (bandOf(phase) === 'Retire' && outcome.progress?.rotateBack !== true)
      return { outcome: record.committed || phase === 'finish' ? 'dirty-finish' : 'hold-both-up', cause: outcome.cause };
    return phase === 'r9-verify' ? { outcome: 'hold-both-up', cause: causeOfHold(record, outcome.cause) } : undefined;
  }
  if (phase === 'preflight') {
    if (typeof record.notes.noop === 'string') return { outcome: 'noop', cause: record.notes.noop };
    if (record.dryRun) return { outcome: 'planned', cause: 'a dry run: nothing was changed' };
  }
  if (phase === 'finish') return { outcome: 'succeeded', cause: `green serves ${record.size} nodes, and blue is a standby of 0` };
  if (phase === 'r9-verify') {
    const { left = [], cause = 'unknown' } = record.revert ?? {};
    if (left.length > 0) return { outcome: 'hold-both-up', cause: causeOfHold(record, left[0] ?? '') };
    return { outcome: 'reverted', cause };
  }
  return undefined;
}

function causeOfHold({ revert }: RotationRecord, left: string): string {
  return `${revert?.cause ?? 'the rotation failed'}; the revert could not do all of it: ${left}`;
}
