import { resultOf } from '../drain/patch-node.ts';
import { readReplicas, replicasPlace, settledSurges } from '../read/read-live-world.ts';
import { done, type PhaseStep, type Step, wait } from '../step.ts';

/** Puts the replicas that a surge raised back to exactly what they were (D35, F-61). Each write is conditional on what was read. A count that is
 *  neither the one before nor the one we wrote is somebody else's: it stays, and is told. */
export const restoreReplicas: PhaseStep = async (step) => {
  const settled = settledSurges(step.record);
  const open = Object.entries(step.record.stamps.surged).filter(([object]) => settled[object] === undefined);
  const results: Record<string, string> = {};
  const left: string[] = [];
  for (const [object, before] of open) {
    const result = step.timeLeftMs() > 0 ? await restore(step, object, before) : undefined;
    if (result === undefined) left.push(object);
    else results[object] = result;
  }
  if (Object.keys(results).length > 0)
    await step.update((latest) => ({
      ...latest,
      notes: { ...latest.notes, surgesSettled: { ...settledSurges(latest), ...results } },
    }));
  for (const [object, message] of Object.entries(results)) step.note({ kind: 'write', object, message });
  if (left.length > 0) return wait(`replicas are not restored yet: ${left.join(', ')}`);
  return done({ restored: open.length });
};

/** @returns what became of it; undefined when it must be tried again */
async function restore({ reads, writes }: Step, object: string, before: number): Promise<string | undefined> {
  const now = await readReplicas(reads.kubernetes, object);
  if (!now) return 'it is gone: there are no replicas to restore';
  if (now.count === before) return `it has its ${before} replicas`;
  if (now.count !== before + 1) return `somebody else has changed its replicas from ${before + 1} to ${now.count}: they stay`;
  const { path, field } = replicasPlace(object);
  const patch = { metadata: { resourceVersion: now.resourceVersion }, spec: { [field]: before } };
  const result = resultOf(await writes.kubernetes.patch(path, patch), `PATCH ${path}`);
  if (result === 'done') return `its replicas are ${before} again`;
  return result === 'gone' ? 'it is gone: there are no replicas to restore' : undefined;
}
