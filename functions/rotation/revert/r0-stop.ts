import { forwardPhases, type Phase } from '../phases.ts';
import type { RotationRecord } from '../record.ts';
import { done, type PhaseStep, seconds } from '../step.ts';

/** After so many starts that did not come to an end nobody tries any more without a human. */
const mostStarts = 3;

/** The revert begins: why, from where, for the how-manieth time, and from when on it may write. Each start of the machine, which has a fence
 *  of its own, counts once. What is left is found out again by each of them. */
export const stop: PhaseStep = async ({ record, now, update, note }) => {
  if (record.revert && record.notes.revertFence === record.fence) return done({ starts: record.revert.starts });
  const latest = await update((one) => (one.revert && one.notes.revertFence === one.fence ? one : started(one, now)));
  const { cause = '', from = 'r0-stop', starts = 0 } = latest.revert ?? {};
  note({ kind: 'decision', object: latest.rotationId, message: `the revert begins in ${from}, start ${starts}: ${cause}` });
  return done({ starts });
};

function started(record: RotationRecord, now: Date): RotationRecord {
  const { revert, options, notes, fence } = record;
  const starts = (revert?.starts ?? 0) + 1;
  // Whoever wrote before may still be in the middle of a step.
  const waitMs = notes.settled === true ? 0 : seconds(options.takeoverSeconds);
  const tired = `tried three times: ${mostStarts} starts of the revert did not come to an end`;
  return {
    ...record,
    revert: {
      cause: revert?.cause ?? causeOf(record),
      from: revert?.from ?? lastForward(record),
      since: revert?.since ?? now.toISOString(),
      starts,
      notBefore: new Date(now.getTime() + waitMs).toISOString(),
      left: starts > mostStarts ? [tired] : [],
    },
    notes: { ...notes, revertFence: fence },
  };
}

function causeOf({ desiredState, desiredReason, waitingFor }: RotationRecord): string {
  if (desiredState === 'revert') return `an operator asked for the revert${desiredReason === null ? '' : `: ${desiredReason}`}`;
  return waitingFor === null ? 'the rotation did not come to its end' : `the rotation stopped while ${waitingFor}`;
}

/** The record is in the revert already. */
function lastForward({ phaseStartedAt }: RotationRecord): Phase {
  return forwardPhases.findLast((phase) => phaseStartedAt[phase] !== undefined) ?? 'acquire';
}
