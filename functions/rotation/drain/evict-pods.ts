import { CollectionError } from '../../inventory/error-codes.ts';
import { attemptAfter, type EvictionAnswer, noAnswer, readEvictionAnswer } from '../decide/eviction-answer.ts';
import type { Batch } from '../record.ts';
import type { Step } from '../step.ts';
import { type AssessedPod, nameOfPod, podKey } from './assess-nodes.ts';
import { eachInTime } from './patch-node.ts';

/** What the answers leave. */
export interface Asked {
  /** By uid: what is remembered of each. */
  readonly evictions: Readonly<Record<string, Batch['evictions'][string]>>;
  /** Pods that did not go, with what was answered. */
  readonly refused: readonly { readonly one: AssessedPod; readonly answer: EvictionAnswer }[];
  /** An answer after which nothing more is asked: our access is wrong (D25). */
  readonly forbidden: string | undefined;
}

/** How a pod is asked to go: evicted, or deleted where a list allows it. */
export type How = 'evict' | 'delete';

/** Asks for pods, `evictionsInFlight` at a time, until the step has no more time. What was not asked is asked in the next pass.
 *  @throws whatever the port throws, except that there was no answer */
export async function askToGo(step: Step, pods: readonly { readonly one: AssessedPod; readonly how: How }[], batch: Batch): Promise<Asked> {
  const { options } = step.record;
  const evictions: Record<string, Batch['evictions'][string]> = {};
  const refused: { one: AssessedPod; answer: EvictionAnswer }[] = [];
  let forbidden: string | undefined;
  await eachInTime(
    step,
    pods,
    async ({ one, how }) => {
      if (forbidden !== undefined) return;
      const { uid, namespace, name } = one.pod.metadata;
      const answer = await ask(step, one, how);
      const { clock, random } = step.outside;
      if (answer.meaning !== 'gone')
        evictions[uid ?? ''] = attemptAfter(batch.evictions[uid ?? ''], podKey(one.pod), answer, clock(), options, random());
      if (answer.meaning === 'accepted') {
        const what = how === 'delete' ? 'deleted' : 'evicted';
        step.note({ kind: 'pod', object: `Pod ${namespace ?? 'default'}/${name}`, message: `${what} from ${one.node}` });
      } else if (answer.meaning === 'forbidden') {
        forbidden = `${nameOfPod(one)} may not be ${how === 'delete' ? 'deleted' : 'evicted'}: ${answer.message}`;
      } else if (answer.meaning !== 'gone') refused.push({ one, answer });
    },
    options.evictionsInFlight,
  );
  return { evictions, refused, forbidden };
}

async function ask(step: Step, { pod }: AssessedPod, how: How): Promise<EvictionAnswer> {
  const { metadata, spec } = pod;
  const name = { namespace: metadata.namespace ?? 'default', name: metadata.name, uid: metadata.uid ?? '' };
  const { maxGraceSeconds } = step.record.options;
  const { kubernetes } = step.writes;
  try {
    if (how === 'delete') return readEvictionAnswer(await kubernetes.deletePod(name));
    const cut = maxGraceSeconds !== null && (spec?.terminationGracePeriodSeconds ?? 30) > maxGraceSeconds;
    return readEvictionAnswer(await kubernetes.evictPod(name, cut ? { gracePeriodSeconds: maxGraceSeconds } : undefined));
  } catch (error) {
    if (error instanceof CollectionError && ['EndpointUnreachable', 'Timeout', 'Throttled'].includes(error.code))
      return noAnswer(error.message);
    throw error;
  }
}
