import { type AslMachine, targetsOf } from '../../simulator/step-functions/asl.ts';

/** How long Step Functions lets an EXPRESS execution live.
 *  @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const longestExpressSeconds = 300;

/** Seconds that the slowest way through a machine takes when each task is tried once and uses up its timeout. Retries come on top of it only
 *  for failures that come fast; a file that retries timeouts has them counted. Infinite where a way loops or a timeout is not known. */
export function worstSeconds({ StartAt, States }: AslMachine, from = StartAt, passed: readonly string[] = []): number {
  const state = States[from];
  if (!state) return 0;
  if (passed.includes(from)) return Number.POSITIVE_INFINITY;
  const slow = ['States.ALL', 'States.Timeout'];
  const again = (state.Retry ?? []).find(({ ErrorEquals }) => ErrorEquals.some((name) => slow.includes(name)));
  const attempts = 1 + (again ? (again.MaxAttempts ?? 3) : 0);
  const own = { Task: (state.TimeoutSeconds ?? Number.POSITIVE_INFINITY) * attempts, Wait: state.Seconds ?? Number.POSITIVE_INFINITY };
  const inside = (state.ItemProcessor ? [state.ItemProcessor] : (state.Branches ?? [])).map((machine) => worstSeconds(machine));
  const here = state.Type === 'Task' || state.Type === 'Wait' ? own[state.Type] : Math.max(0, ...inside);
  const onwards = targetsOf(state).map((target) => worstSeconds({ StartAt, States }, target, [...passed, from]));
  return here + Math.max(0, ...onwards);
}
