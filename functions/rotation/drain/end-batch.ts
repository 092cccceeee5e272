import { finishedPods } from '../decide/drain-pass.ts';
import type { ClusterView } from '../read/cluster-view.ts';
import type { Batch, RotationRecord } from '../record.ts';
import { done, failed, minutes, type Progress, type Side, type Step, type StepOutcome, wait } from '../step.ts';
import { type AssessedNode, type AssessedPod, nameOfPod, podKey } from './assess-nodes.ts';
import { changeBatch } from './batch-record.ts';
import { askToGo } from './evict-pods.ts';
import { firstOf } from './overdue.ts';

/** Pods that have ended hold up nothing (D4): they are removed at the end, so that their logs are there for long, and one that is
 *  still there after `evictErrorMinutes` is left.
 *  @returns how the step ends; undefined when none is left to wait for */
async function removeFinished(
  step: Step,
  batch: Batch,
  finished: readonly AssessedPod[],
  emptySince: Batch['emptySince'],
): Promise<StepOutcome | undefined> {
  const patience = minutes(step.record.options.evictErrorMinutes);
  const open = finished.filter(({ pod: { metadata } }) => {
    const since = batch.evictions[metadata.uid ?? '']?.firstAt ?? metadata.deletionTimestamp;
    return since == null || step.now.getTime() - Date.parse(since) < patience;
  });
  const [first] = open;
  if (!first) return undefined;
  const there = open.filter(({ pod }) => pod.metadata.deletionTimestamp == null);
  for (const { pod, node } of there) {
    const codes = (pod.status?.containerStatuses ?? [])
      .map(({ name, state }) => `${name} ${state?.terminated?.exitCode ?? '?'}`)
      .join(', ');
    const message = `has ended on ${node}: ${pod.status?.phase}${codes && `, exit codes ${codes}`}`;
    step.note({ kind: 'pod', object: `Pod ${podKey(pod)}`, message });
  }
  const asked = await askToGo(
    step,
    there.map((one) => ({ one, how: 'evict' })),
    batch,
  );
  await changeBatch(step, batch, (latest) => ({ ...latest, emptySince, evictions: { ...latest.evictions, ...asked.evictions } }));
  if (asked.forbidden !== undefined) return failBatch(step, batch, asked.forbidden);
  return wait(`${nameOfPod(first)} has ended and is being removed`, { waitSeconds: 2 });
}

/** All nodes of a batch are drained: what has ended there is removed, and the batch settles next. */
export async function finishBatch(
  step: Step,
  view: ClusterView,
  batch: Batch,
  nodes: readonly AssessedNode[],
  emptySince: Batch['emptySince'],
): Promise<StepOutcome> {
  const busy = await removeFinished(step, batch, finishedPods(nodes), emptySince);
  if (busy) return busy;
  const at = step.now.toISOString();
  await changeBatch(step, batch, (latest) => ({
    ...withoutGone(latest, []),
    state: 'settling',
    emptySince,
    drainedAt: latest.drainedAt ?? at,
    blockers: [],
  }));
  const there = new Set(view.nodes.map(({ metadata }) => metadata.name));
  for (const node of batch.nodes.filter((one) => !batch.quarantined.includes(one)))
    step.note({ kind: 'node', object: `Node ${node}`, message: there.has(node) ? 'drained' : 'gone' });
  return done({ batch: batch.index, drained: batch.nodes.length });
}

/** The nodes stay, with their pods; the batch goes on without them. In a revert what stays keeps both groups up. */
export async function giveUp(
  step: Step,
  side: Side,
  batch: Batch,
  nodes: readonly string[],
  messages: readonly string[],
): Promise<StepOutcome> {
  const quarantined = [...new Set([...batch.quarantined, ...nodes])].sort();
  const kept = messages.map((message) => `left on green: ${message}`);
  await step.update((record): RotationRecord => {
    const left = [...new Set([...(record.revert?.left ?? []), ...kept])];
    return {
      ...record,
      revert: record.revert && side === 'green' ? { ...record.revert, left } : record.revert,
      batches: record.batches.map((one) => (one.index === batch.index ? { ...one, quarantined } : one)),
    };
  });
  for (const node of nodes)
    step.note({ kind: 'decision', object: `Node ${node}`, message: `given up, it keeps its pods: ${firstOf(messages)}` });
  return wait(`${nodes.length} nodes of batch ${batch.index} are given up: ${firstOf(messages)}`, { waitSeconds: 1 });
}

/** The record says that the batch has failed before the step does. */
export async function failBatch(step: Step, batch: Batch, cause: string, progress?: Progress): Promise<StepOutcome> {
  await changeBatch(step, batch, (latest) => ({ ...latest, state: 'failed', endedAt: latest.endedAt ?? step.now.toISOString() }));
  return failed(cause, progress);
}

/** Evictions of pods that are gone are counted and forgotten: what stays is as long as the pods that are left. */
export function withoutGone(batch: Batch, nodes: readonly AssessedNode[]): Batch {
  const there = new Set(nodes.flatMap(({ pods }) => pods.map(({ pod }) => pod.metadata.uid)));
  const entries = Object.entries(batch.evictions);
  const gone = entries.filter(([uid]) => !there.has(uid));
  return {
    ...batch,
    evictions: Object.fromEntries(entries.filter(([uid]) => there.has(uid))),
    evicted: batch.evicted + gone.filter(([, { status }]) => status >= 200 && status < 300).length,
  };
}
