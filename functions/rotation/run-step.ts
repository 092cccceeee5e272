import * as z from 'zod';
import { CollectionError, messageOf } from '../inventory/error-codes.ts';
import { readConfigurationIn } from '../store/configuration.ts';
import { keys } from '../store/layout.ts';
import { keeperOf } from './acquire.ts';
import { deadlineOf, pollSecondsOf, wholeSeconds } from './deadlines.ts';
import { endRotation } from './endings.ts';
import { fenced } from './fenced.ts';
import { LeaseLost, renewLease, verifyLease } from './lease.ts';
import { dueNotices } from './notices.ts';
import { stepOf } from './phase-steps.ts';
import { bandOf, isRevertPhase, type Outcome, type Phase, phases } from './phases.ts';
import type { RotationOutside } from './ports.ts';
import type { RotationRecord, TimelineEvent } from './record.ts';
import { findRotation, readRecord, updateRecord } from './record-store.ts';
import { revalidate } from './revalidate.ts';
import { shortProgress } from './short-progress.ts';
import { stoodStill, withoutStandstill } from './standstill.ts';
import { drainParts, failed, inPhaseMs, minutes, type Progress, type Step, type StepOutcome } from './step.ts';
import { afterStep, heldOf } from './transitions.ts';

/** One task of a rotation's machines. */
export const stepEventSchema = z.object({
  rotationId: z.string(),
  fence: z.number(),
  phase: z.enum(phases),
  /** Of a phase that empties a group. */
  part: z.enum(drainParts).default('plan-batch'),
  /** Tasks of this execution so far, and when it began: an execution that only waits is given up before it becomes too long. */
  polls: z.number().default(0),
  windowStartedAt: z.string().nullish(),
});
export type StepEvent = z.input<typeof stepEventSchema>;

/** What a task answers, and what the machines choose by. */
export interface StepAnswer {
  readonly rotationId: string;
  readonly fence: number;
  readonly phase: Phase;
  readonly status: 'done' | 'wait' | 'failed';
  /** Whole seconds, at least 1. */
  readonly waitSeconds: number;
  /** It may take hours: an execution of its own waits for it. */
  readonly hold: boolean;
  /** A batch to be drained by an execution of its own; null where there is none. */
  readonly batch: number | null;
  /** Of a rotation that is at its end. */
  readonly outcome: Outcome | null;
  readonly polls: number;
  readonly windowOver: boolean;
  /** Since the phase began. */
  readonly phaseSeconds: number;
  readonly progress: Progress;
}

/** How long a step may work. */
const stepMs = 60_000;
/** An execution that only waits ends after so long, or so many polls, and another one goes on. */
const windowMs = 12 * 60 * minutes(1);
const windowPolls = 2000;

/** Does one step: sees that the rotation is still ours, reads the world, does a bounded piece of work, and says how it stands.
 *  @throws LeaseLost when another start of a machine has taken the rotation over; whatever the store throws */
export async function runStep(outside: RotationOutside, given: StepEvent): Promise<StepAnswer> {
  const event = stepEventSchema.parse(given);
  const now = outside.clock();
  const cluster = await findRotation(outside.store, event.rotationId);
  const stored = cluster && (await readRecord(outside.store, cluster, event.rotationId));
  if (!cluster || !stored) throw new Error(`there is no rotation ${event.rotationId}`);
  const { record } = stored;
  const answer = answerer(event, now);
  if (record.outcome) {
    // It may have been killed between its outcome and the rest of its end.
    await endRotation(outside, record, { outcome: record.outcome.name, cause: record.outcome.cause, fence: event.fence });
    return answer(record, { status: 'done' }, record.outcome.name);
  }

  const keeper = keeperOf(outside, cluster);
  if (!record.dryRun) await renewLease(keeper, event.rotationId, event.fence);
  const mayWrite = async () => {
    if (!record.dryRun) await verifyLease(keeper, event.rotationId, event.fence);
  };
  const update: Step['update'] = (change) => updateRecord(outside.store, record, outside.randomId, change, mayWrite);
  const { rotation: configuration } = await readConfigurationIn(outside.store);

  const events: TimelineEvent[] = [];
  const note: Step['note'] = (entry) => events.push({ ...entry, at: outside.clock().toISOString(), phase: event.phase });
  const entered = record.phase === event.phase && record.phaseStartedAt[event.phase] ? record : await update(enter(event.phase, now, note));
  const begun = withoutStandstill(entered, now);
  const outcome = held(begun, event.phase, now, configuration.freeze) ?? (await attempt(begun));
  const resolved = afterStep(begun, event, outcome, {
    now: outside.clock(),
    deadlineMs: deadlineOf(event.phase, begun.options),
  });
  if (resolved.message) note(resolved.message);
  const acted = events.some(({ kind }) => acts.includes(kind));
  const left = await update((latest) => {
    const changed = resolved.change(withoutStandstill(latest, now));
    const lastStepAt = outside.clock().toISOString();
    return {
      ...changed,
      lastStepAt,
      sequence: latest.sequence + 1,
      ...(acted && { notes: { ...changed.notes, actedAt: lastStepAt } }),
    };
  });
  await keepEvents(left);
  const told = await tell(left);
  if (resolved.end) {
    const ended = await endRotation(outside, told, { ...resolved.end, fence: record.dryRun ? null : event.fence });
    return answer(ended, resolved.outcome, ended.outcome?.name ?? resolved.end.outcome);
  }
  return answer(told, resolved.outcome, null);

  async function attempt(current: RotationRecord): Promise<StepOutcome> {
    try {
      const ports = await outside.openCluster(record.cluster);
      const forbid = async () => {
        throw new Error('a dry run writes nothing');
      };
      const writable = current.dryRun ? forbid : mayWrite;
      const step: Step = {
        record: current,
        now,
        reads: ports.reads,
        writes: {
          eks: fenced(ports.writes.eks, writable),
          autoScaling: fenced(ports.writes.autoScaling, writable),
          kubernetes: fenced(ports.writes.kubernetes, writable),
        },
        outside,
        configuration,
        update,
        note,
        timeLeftMs: () => stepMs - (outside.clock().getTime() - now.getTime()),
      };
      const changed = stoodStill(record, now) && !isRevertPhase(event.phase) ? await revalidate(step) : undefined;
      if (changed !== undefined) return { status: 'failed', cause: changed };
      return await stepOf(event.phase, event.part)(step);
    } catch (error) {
      return troubleOf(error, outside.clock(), begun.troubleSince.api !== undefined);
    }
  }

  async function keepEvents({ sequence }: RotationRecord): Promise<void> {
    if (events.length === 0) return;
    const key = keys.rotationEvent(record.cluster, event.rotationId, event.fence, sequence);
    await outside.store.putIfAbsent(key, `${JSON.stringify(events)}\n`);
  }

  /** A notice that cannot be delivered never holds up a rotation; the next step tries again (F-81). */
  async function tell(current: RotationRecord): Promise<RotationRecord> {
    const delivered: string[] = [];
    for (const notice of dueNotices(current, outside.clock())) {
      try {
        await outside.tell(notice);
        delivered.push(notice.id);
      } catch {
        break;
      }
    }
    if (delivered.length === 0) return current;
    return update((latest) => ({ ...latest, told: [...latest.told, ...delivered.filter((id) => !latest.told.includes(id))] }));
  }
}

/** The first step of a phase. What was left of a hold is over. */
const enter =
  (phase: Phase, now: Date, note: Step['note']) =>
  (record: RotationRecord): RotationRecord => {
    note({ kind: 'phase', object: phase, message: 'begins' });
    return { ...record, phase, phaseStartedAt: { [phase]: now.toISOString(), ...record.phaseStartedAt } };
  };

/** What an operator asked for, before anything is read. A revert is not held up by anybody. */
function held(record: RotationRecord, phase: Phase, now: Date, freeze: boolean): StepOutcome | undefined {
  const { desiredState, desiredReason, committed, revert } = record;
  if (isRevertPhase(phase)) return untilNobodyWrites(record, phase, now);
  if (revert && bandOf(phase) !== 'Retire') return { status: 'failed', cause: revert.cause };
  if (desiredState === 'revert' && !committed)
    return failed(`an operator asked for the revert${desiredReason === null ? '' : `: ${desiredReason}`}`, { rotateBack: true });
  if (desiredState === 'pause')
    return { status: 'wait', why: `an operator paused it${desiredReason === null ? '' : `: ${desiredReason}`}`, hold: true };
  if (freeze) return { status: 'wait', why: 'rotation.freeze is set in the configuration', hold: true };
  return undefined;
}

/** Whoever was at it before may still be in the middle of a step. Only capacity is added until it must have ended. */
function untilNobodyWrites({ revert }: RotationRecord, phase: Phase, now: Date): StepOutcome | undefined {
  if (phase === 'r0-stop' || phase === 'r1-uncordon-blue' || !revert) return undefined;
  const left = Date.parse(revert.notBefore) - now.getTime();
  if (left <= 0) return undefined;
  return { status: 'wait', why: 'the step that was under way must have ended first', waitSeconds: Math.min(30, Math.ceil(left / 1000)) };
}

const hopeless: readonly string[] = ['Forbidden', 'AccessDenied', 'AssumeRoleDenied', 'AccessNotConfigured', 'Unauthorized'];
/** What an API server also answers while it starts, before it has read its roles and can ask its webhooks. */
const starting: readonly string[] = ['Forbidden', 'Unauthorized'];

/** What an error of a port means: permissions do not come back by waiting, anything else may. It is never success.
 *  After an outage a refusal is not believed before the API has answered once, for as long as the outage itself would be waited for. */
function troubleOf(error: unknown, at: Date, wasAway: boolean): StepOutcome & { readonly trouble?: string } {
  if (error instanceof LeaseLost || !(error instanceof CollectionError)) throw error;
  if (hopeless.includes(error.code) && !(wasAway && starting.includes(error.code))) return { status: 'failed', cause: messageOf(error) };
  return { status: 'wait', why: messageOf(error), trouble: at.toISOString() };
}

/** What a step notes when it has asked for something. */
const acts: readonly TimelineEvent['kind'][] = ['write', 'pod', 'node'];

/** Milliseconds since a step last asked for something, in this phase. */
function quietMs(record: RotationRecord, phase: Phase, now: Date, isHeld: boolean): number {
  const { actedAt } = record.notes;
  const sinceActed = typeof actedAt === 'string' ? now.getTime() - Date.parse(actedAt) : Number.POSITIVE_INFINITY;
  // After a hold the looks are as frequent as at the beginning.
  const heldBefore = isHeld ? 0 : heldOf(record, phase).ms;
  return Math.max(0, Math.min(inPhaseMs(record, phase, now) - heldBefore, sinceActed));
}

function answerer(event: z.output<typeof stepEventSchema>, now: Date) {
  const polls = event.polls + 1;
  const since = event.windowStartedAt == null ? now.getTime() : Date.parse(event.windowStartedAt);
  return (record: RotationRecord, outcome: StepOutcome, end: Outcome | null): StepAnswer => {
    const waiting = outcome.status === 'wait' ? outcome : undefined;
    const poll = waiting?.waitSeconds ?? pollSecondsOf(record.options, quietMs(record, event.phase, now, waiting?.hold === true));
    return {
      rotationId: event.rotationId,
      fence: event.fence,
      phase: event.phase,
      status: outcome.status,
      waitSeconds: wholeSeconds(poll),
      hold: waiting?.hold ?? false,
      batch: waiting?.batch ?? null,
      outcome: end,
      polls,
      windowOver: polls >= windowPolls || now.getTime() - since >= windowMs,
      phaseSeconds: Math.round(inPhaseMs(record, event.phase, now) / 1000),
      progress: shortProgress({ ...outcome.progress, waitingFor: waiting?.why ?? null }),
    };
  };
}
