import * as z from 'zod';
import { CollectionError } from '../../inventory/error-codes.ts';
import type { KubernetesAnswer } from '../ports.ts';
import type { LiveNode } from '../read/cluster-view.ts';
import type { Step } from '../step.ts';

/** What became of a patch.
 *  - `done`: the node is as asked
 *  - `changed`: somebody else wrote it since it was read (409): read it again
 *  - `gone`: there is no such node any more
 *  - `later`: the API server did not manage it now */
export type PatchResult = 'done' | 'changed' | 'gone' | 'later';

interface NodePatch {
  readonly spec?: { readonly unschedulable: boolean };
  /** Null removes. */
  readonly annotations?: Readonly<Record<string, string | null>>;
  readonly labels?: Readonly<Record<string, string | null>>;
}

/** Patches a node as it was read: the write is conditional on its resourceVersion.
 *  @throws CollectionError Forbidden (D25: our access is wrong, nothing else is tried); whatever the port throws */
export async function patchNode(step: Pick<Step, 'writes'>, { metadata }: LiveNode, patch: NodePatch): Promise<PatchResult> {
  const { spec, annotations, labels } = patch;
  const { name, resourceVersion } = metadata;
  const path = `/api/v1/nodes/${name}`;
  const answer = await step.writes.kubernetes.patch(path, {
    ...(spec && { spec }),
    metadata: { ...(annotations && { annotations }), ...(labels && { labels }), ...(resourceVersion && { resourceVersion }) },
  });
  return resultOf(answer, `PATCH ${path}`);
}

const statusSchema = z.object({ message: z.string().nullish(), reason: z.string().nullish() });

/** What an API server says of an error. */
function messageOfStatus({ status, body }: KubernetesAnswer): string {
  const parsed = statusSchema.safeParse(body);
  const said = parsed.success ? (parsed.data.message ?? parsed.data.reason) : undefined;
  return said || `status ${status}`;
}

/** @param what the request, for the message */
export function resultOf(answer: KubernetesAnswer, what: string): PatchResult {
  const { status } = answer;
  if (status >= 200 && status < 300) return 'done';
  if (status === 404) return 'gone';
  if (status === 409) return 'changed';
  if (status === 429 || status >= 500) return 'later';
  throw new CollectionError(status === 403 ? 'Forbidden' : 'InvalidResponse', `${what} answered ${status}: ${messageOfStatus(answer)}`);
}

const inFlight = 8;
/** What a step keeps for writing its record. */
const reserveMs = 10_000;

/** Does something for each of many, a few at a time, as long as the step has time. What was not reached is left for the next step.
 *  @returns how many were not reached */
export async function eachInTime<T>(
  step: Pick<Step, 'timeLeftMs'>,
  items: readonly T[],
  act: (item: T) => Promise<void>,
  concurrency = inFlight,
): Promise<number> {
  const queue = items.values();
  let reached = 0;
  let stopped = false;
  const worker = async () => {
    for (const item of queue) {
      if (stopped || step.timeLeftMs() < reserveMs) return;
      reached += 1;
      try {
        await act(item);
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, items.length) }, worker);
  const settled = await Promise.allSettled(workers);
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  return items.length - reached;
}
