import * as z from 'zod';
import type { RotationOptions } from '../../config/rotation-options.ts';
import type { KubernetesAnswer } from '../ports.ts';
import type { Batch } from '../record.ts';

/** What the answer to an eviction means (D21–D25).
 *  - `accepted`: the pod is on its way out
 *  - `gone`: it is not there any more, or another one has its name
 *  - `refused`: a budget allows no disruption now
 *  - `throttled`: the API server has too much to do
 *  - `two-budgets`: more than one budget selects it, and the API decides nothing then
 *  - `namespace-terminating`: it goes with its namespace
 *  - `forbidden`: our access is wrong
 *  - `failing`: an error of the server, of a webhook, of the way there */
export type EvictionMeaning =
  | 'accepted'
  | 'gone'
  | 'refused'
  | 'throttled'
  | 'two-budgets'
  | 'namespace-terminating'
  | 'forbidden'
  | 'failing';

export interface EvictionAnswer {
  readonly meaning: EvictionMeaning;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly message: string;
  /** The admission webhook that is to blame, where the message names one. */
  readonly webhook: string | undefined;
}

const statusSchema = z.object({
  message: z.string().nullish(),
  reason: z.string().nullish(),
  details: z.object({ causes: z.array(z.object({ reason: z.string().nullish(), message: z.string().nullish() })).nullish() }).nullish(),
});

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/#how-api-initiated-eviction-works
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/registry/core/pod/storage/eviction.go */
export function readEvictionAnswer({ status, body }: KubernetesAnswer): EvictionAnswer {
  const parsed = statusSchema.safeParse(body);
  const { message: said, reason, details } = parsed.success ? parsed.data : {};
  const causes = details?.causes ?? [];
  const message = causes.find(({ reason: cause }) => cause === 'DisruptionBudget')?.message ?? said ?? reason ?? `status ${status}`;
  const webhook = webhookIn(said ?? '');
  return { meaning: meaningOf(status, said ?? '', causes, webhook), status, message, webhook };
}

/** No answer came. */
export function noAnswer(message: string): EvictionAnswer {
  return { meaning: 'failing', status: 0, message, webhook: undefined };
}

function meaningOf(
  status: number,
  message: string,
  causes: readonly { readonly reason?: string | null }[],
  webhook: string | undefined,
): EvictionMeaning {
  const because = (reason: string) => causes.some((cause) => cause.reason === reason);
  if (status >= 200 && status < 300) return 'accepted';
  if (status === 404 || status === 409) return 'gone';
  if (status === 429) return because('DisruptionBudget') ? 'refused' : 'throttled';
  // A webhook that denies answers 403 in the name of the API server: not our access is wrong.
  if (webhook !== undefined) return 'failing';
  if (status === 403) return because('NamespaceTerminating') || /being terminated/i.test(message) ? 'namespace-terminating' : 'forbidden';
  if (status >= 500 && /more than one PodDisruptionBudget/i.test(message)) return 'two-budgets';
  return 'failing';
}

/** `failed calling webhook "x"` when it cannot be asked, `admission webhook "x" denied the request` when it says no. */
function webhookIn(message: string): string | undefined {
  return /(?:failed calling|admission) webhook "([^"]+)"/.exec(message)?.[1];
}

type Attempt = Batch['evictions'][string];

/** What is remembered of an eviction that did not go through: since when it is answered so, and when it is asked again, with full jitter
 *  between the shortest wait and one that grows to the longest (D22).
 *  @param random from 0 to 1 */
export function attemptAfter(
  before: Attempt | undefined,
  pod: string,
  { status, message }: EvictionAnswer,
  now: Date,
  options: RotationOptions,
  random: number,
): Attempt {
  const same = before !== undefined && isFailing(before.status) === isFailing(status);
  const firstAt = same ? before.firstAt : now.toISOString();
  const shortest = options.evictRetrySeconds * 1000;
  const longest = Math.max(shortest, options.evictRetryMaximumSeconds * 1000);
  const limit = Math.min(longest, 2 * shortest + (now.getTime() - Date.parse(firstAt)));
  const dueAt = new Date(now.getTime() + Math.round(shortest + random * (limit - shortest))).toISOString();
  return { pod, firstAt, lastAt: now.toISOString(), dueAt, status, message };
}

/** An eviction that was not refused but failed. */
function isFailing(status: number): boolean {
  return status === 0 || (status >= 400 && status !== 429);
}

/** An eviction that fails for longer than patience blocks (D24); it is asked again all the same. */
export function blocksByErrors(attempt: Attempt, now: Date, { evictErrorMinutes }: RotationOptions): boolean {
  return isFailing(attempt.status) && now.getTime() - Date.parse(attempt.firstAt) >= evictErrorMinutes * 60_000;
}
