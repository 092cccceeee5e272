import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, ConnectionLost } from './api-server.ts';

/** Tries of one request, the first included. */
const maxAttempts = 4;
const firstPauseMs = 250;
/** An API server asks for 1 s (priority and fairness); who asks for more than this is not worth waiting for in a scan. */
const longestPauseMs = 30_000;
const retriedStatuses: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Milliseconds to wait before the next try of a request, or undefined when there is none.
 *  @param attempt the try that ended so, from 1
 *  @param random from 0 to 1, so that those who failed together do not come back together */
export function pauseBeforeRetry(outcome: Answer | ConnectionLost, attempt: number, random: number): number | undefined {
  if (attempt >= maxAttempts) return undefined;
  const backoff = firstPauseMs * 2 ** (attempt - 1) * (0.5 + random / 2);
  if (outcome instanceof ConnectionLost) return backoff;
  if (!retriedStatuses.has(outcome.status)) return undefined;
  const asked = Number(outcome.headers['retry-after']) * 1000;
  if (!Number.isFinite(asked)) return backoff;
  return asked > longestPauseMs ? undefined : asked + backoff;
}

/** The same for a write that may be sent twice: once more when the connection broke, as nobody knows whether it was done. What came back is
 *  the caller's business, whatever it says: a refused eviction is an answer. */
export function pauseBeforeRepeat(outcome: Answer | ConnectionLost, attempt: number, random: number): number | undefined {
  return outcome instanceof ConnectionLost && attempt === 1 ? pauseBeforeRetry(outcome, attempt, random) : undefined;
}

/** Waits; fails as soon as the signal aborts. */
export async function sleepUntilRetry(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}
