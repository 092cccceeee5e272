import type { RotationOptions } from '../config/rotation-options.ts';
import type { Phase } from './phases.ts';
import { minutes, seconds } from './step.ts';

/** Minutes of phases that have no option: what happens in them is a handful of calls. */
const short = { snapshot: 5, preflight: 10, few: 5 };

/** Milliseconds after which a phase that is not done has failed. Of a revert it ends the step, not the revert.
 *  @see rotation.md §4.1 */
export function deadlineOf(phase: Phase, options: RotationOptions): number {
  switch (phase) {
    case 'acquire':
    case 'snapshot':
      return minutes(short.snapshot);
    case 'preflight':
      return minutes(short.preflight);
    case 'create-green':
      return minutes(options.createDeadlineMinutes);
    case 'freeze':
      return minutes(options.freezeDeadlineMinutes);
    case 'scale-green':
      return minutes(options.scaleDeadlineMinutes);
    case 'validate-green':
    case 'cordon-blue':
      return minutes(options.validateDeadlineMinutes);
    case 'drain':
      return minutes(options.drainDeadlineMinutes);
    case 'soak':
      return minutes(options.poolSoakMinutes + 10);
    case 'approval':
      return minutes(options.approvalMinutes + 10);
    case 'retire-blue':
    case 'r7-green-back':
      return minutes(options.retireDeadlineMinutes);
    case 'finish':
    case 'r8-restore-blue':
    case 'r9-verify':
      return minutes(options.finishDeadlineMinutes);
    case 'r0-stop':
    case 'r1-uncordon-blue':
    case 'r3-cordon-green':
    case 'r4-replicas':
      return seconds(options.takeoverSeconds) + minutes(short.few);
    case 'r2-blue-whole':
      return seconds(options.takeoverSeconds) + minutes(options.blueWholeDeadlineMinutes);
    case 'r5-drain-green':
      return minutes(options.drainDeadlineMinutes * options.revertFactor);
    case 'r6-baseline':
      return minutes(options.settleMinutes * 2);
  }
}

/** Seconds until the next look: soon after something was asked for, often for the time of eight polls, then less.
 *  @param quietMs since the rotation last did something, or since the phase began */
export function pollSecondsOf({ pollSeconds, slowPollSeconds }: RotationOptions, quietMs: number): number {
  if (quietMs < seconds(pollSeconds)) return pollSeconds / 3;
  return quietMs < 8 * seconds(pollSeconds) ? pollSeconds : Math.max(pollSeconds, slowPollSeconds);
}

/** Wait states take whole seconds of at least 1 in Step Functions. */
export function wholeSeconds(waitSeconds: number): number {
  return Math.max(1, Math.round(waitSeconds));
}
