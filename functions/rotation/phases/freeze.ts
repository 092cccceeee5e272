import { freezeBounds } from '../decide/freeze-bounds.ts';
import { nameOfGroup } from '../decide/group-differences.ts';
import { eachInTime, patchNode } from '../drain/patch-node.ts';
import { busy, liveBlue, liveGreen } from '../node-groups/both-groups.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import { nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import { quietedProcesses, resumeOurs, suspendOurs, terminate } from '../node-groups/processes.ts';
import { resize } from '../node-groups/resize.ts';
import { scaleDownDisabledIn } from '../node-groups/scale-down-marks.ts';
import { scaleDownDisabledAnnotation } from '../read/cluster-view.ts';
import { readNodes } from '../read/read-cluster.ts';
import { done, failed, type PhaseStep, type Step, type StepOutcome, wait } from '../step.ts';

/** Blue neither grows nor shrinks from here on: N is what it wants now (rotation.md §4.1). */
export const freeze: PhaseStep = async (step) => {
  const [blue, green] = await Promise.all([liveBlue(step), liveGreen(step)]);
  const quiet: LiveGroup[] = [];
  for (const group of [blue, green]) if (await suspendOurs(step, group, quietedProcesses)) quiet.push(group);
  const outcome = await freezeSizes(step, blue, quiet);
  if (outcome) return outcome;
  for (const group of [blue, green]) await resumeOurs(step, group, (process) => process === terminate);
  const left = await keepFromScaleDown(step, blue);
  if (left > 0) return wait(`${left} nodes of ${nameOfGroup(blue)} are not kept from scale-down yet`);
  return done({ size: blue.bounds.min });
};

/** @param quiet groups whose processes may be suspended
 *  @returns undefined once live = wanted */
async function freezeSizes(step: Step, blue: LiveGroup, quiet: readonly LiveGroup[]): Promise<StepOutcome | undefined> {
  const waiting = busy(blue);
  if (waiting !== undefined) return wait(waiting);
  let record = step.record;
  const look = () =>
    freezeBounds({
      bounds: blue.bounds,
      instances: blue.instances,
      size: record.size,
      frozen: record.stamps.frozen,
      raised: raisesIn(record.notes.freezeRaised),
      mayGrow: !quiet.includes(blue),
    });
  let next = look();
  if (next.kind === 'size') {
    const { size, raise } = next;
    const before = record.size;
    record = await step.update((latest) => ({
      ...latest,
      size,
      stamps: { ...latest.stamps, frozen: true },
      notes: { ...latest.notes, freezeRaised: raisesIn(latest.notes.freezeRaised) + (raise ? 1 : 0) },
    }));
    if (size !== before)
      step.note({ kind: 'decision', object: nameOfGroup(blue), message: `somebody scales it: N is ${size} instead of ${before}` });
    next = look();
  }
  if (next.kind === 'frozen') return undefined;
  if (next.kind === 'failed') return failed(`${nameOfGroup(blue)} cannot be frozen: ${next.cause}`);
  if (next.kind === 'wait') return wait(`${nameOfGroup(blue)}: ${next.why}`);
  if (next.kind === 'size') return wait(`${nameOfGroup(blue)} grows to ${next.size}`);
  for (const group of quiet) await suspendOurs(step, group, [terminate]);
  return wait((await resize(step, blue, next.change)) ?? `${nameOfGroup(blue)} is frozen at ${record.size}`);
}

const raisesIn = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The cluster autoscaler is to leave blue's nodes alone while their pods leave. What somebody else wrote there stays.
 *  @returns how many nodes are left for the next step */
async function keepFromScaleDown(step: Step, blue: LiveGroup): Promise<number> {
  const nodes = nodesOfGroup(blue, await readNodes(step.reads.kubernetes));
  const open = nodes.filter(({ metadata }) => metadata.annotations?.[scaleDownDisabledAnnotation] === undefined);
  if (open.length === 0) return 0;
  const names = open.map(({ metadata }) => metadata.name);
  await step.update((record) => ({
    ...record,
    notes: { ...record.notes, scaleDownDisabled: [...new Set([...scaleDownDisabledIn(record), ...names])].sort() },
  }));
  let left = open.length;
  await eachInTime(step, open, async (node) => {
    const result = await patchNode(step, node, { annotations: { [scaleDownDisabledAnnotation]: 'true' } });
    if (result === 'done' || result === 'gone') left -= 1;
  });
  return left;
}
