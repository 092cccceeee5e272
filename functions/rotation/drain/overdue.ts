import { matchesGlob } from '../../config/globs.ts';
import type { Batch } from '../record.ts';
import { minutes, type Side, type Step } from '../step.ts';
import { type AssessedNode, type AssessedPod, nameOfPod, podKey } from './assess-nodes.ts';
import { inBatchMs } from './batch-record.ts';

/** What becomes of nodes that were not drained in time (D34). */
export type Verdict =
  | { readonly action: 'go-on' }
  | { readonly action: 'fail'; readonly cause: string }
  | { readonly action: 'give-up'; readonly nodes: readonly string[]; readonly messages: readonly string[] }
  | { readonly action: 'force'; readonly pods: readonly AssessedPod[] };

/** A revert has more time, never forces, and leaves what does not go where it is. */
export function overdue(step: Step, side: Side, batch: Batch, nodes: readonly AssessedNode[]): Verdict {
  const { record, configuration, now } = step;
  const { options, approval } = record;
  const factor = side === 'green' ? options.revertFactor : 1;
  const elapsed = inBatchMs(record, batch, now);
  const ofNode = elapsed >= minutes(options.nodeDeadlineMinutes * factor);
  const ofBatch = isOutOfTime(step, side, batch);
  const late = nodes.filter(({ drained }) => !drained);
  if ((!ofNode && !ofBatch) || late.length === 0) return { action: 'go-on' };
  const limit = `${(ofBatch ? options.batchDeadlineMinutes : options.nodeDeadlineMinutes) * factor} min`;
  const remaining = late.flatMap(({ pods }) => pods).filter(({ assessment }) => assessment.verdict !== 'skip');
  const messages = [...remaining].sort(blockersFirst).map((one) => whyOf(one, batch));
  const cause = `batch ${batch.index} was not drained within ${limit}: ${firstOf(messages)}`;
  if (side === 'green' || options.onBlocked === 'quarantine') return { action: 'give-up', nodes: late.map(({ node }) => node), messages };
  if (options.onBlocked !== 'force' || ofBatch) return { action: 'fail', cause };
  if (approval?.state !== 'approved') return { action: 'fail', cause: `${cause}; nobody has approved that pods are deleted` };
  const allowed = (one: AssessedPod) =>
    configuration.allow.force.some((glob) => matchesGlob(glob, one.pod.metadata.namespace ?? 'default'));
  const forbidden = remaining.find((one) => !allowed(one));
  if (forbidden) return { action: 'fail', cause: `${cause}; rotation.allow.force does not name the namespace of ${podKey(forbidden.pod)}` };
  const stuck = remaining.filter(({ pod, assessment }) => assessment.verdict !== 'evict' && pod.metadata.deletionTimestamp == null);
  return { action: 'force', pods: stuck };
}

/** Why a pod is still there. Of one that may go it is what kept it at the last pass: an eviction that failed, a load balancer, its turn. */
function whyOf(one: AssessedPod, { blockers }: Batch): string {
  const known = one.assessment.verdict === 'evict' && blockers.find(({ pod, node }) => pod === podKey(one.pod) && node === one.node);
  return known ? known.message : `${nameOfPod(one)}: ${one.assessment.message}`;
}

/** The time of a batch is over, whatever holds it up. */
export function isOutOfTime({ record, now }: Step, side: Side, batch: Batch): boolean {
  const { batchDeadlineMinutes, revertFactor } = record.options;
  return inBatchMs(record, batch, now) >= minutes(batchDeadlineMinutes * (side === 'green' ? revertFactor : 1));
}

/** The first, and how many more. */
export function firstOf(messages: readonly string[]): string {
  const [first = 'nothing is named', ...others] = messages;
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

function blockersFirst(a: AssessedPod, b: AssessedPod): number {
  const rank = ({ assessment }: AssessedPod) => ['block', 'wait', 'evict', 'skip'].indexOf(assessment.verdict);
  return rank(a) - rank(b) || (podKey(a.pod) < podKey(b.pod) ? -1 : 1);
}
