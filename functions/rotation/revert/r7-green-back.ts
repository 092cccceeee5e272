import { nameOfGroup } from '../decide/group-differences.ts';
import { describeIssues } from '../decide/issues.ts';
import { leavingSlowly } from '../decide/retire.ts';
import { hasGuardTaint } from '../decide/standby.ts';
import { cordonNodes, uncordonOurs } from '../drain/cordon.ts';
import { describeGroup, readNodegroup } from '../node-groups/describe-group.ts';
import { describePods, evictablePods } from '../node-groups/evictable-pods.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import { nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import { oursIn, resumeOurs, terminate } from '../node-groups/processes.ts';
import { resize } from '../node-groups/resize.ts';
import { allowScaleDown } from '../node-groups/scale-down-marks.ts';
import { setGuard } from '../node-groups/standby-guard.ts';
import { rotationTag } from '../read/cluster-view.ts';
import { readCluster, readNodes } from '../read/read-cluster.ts';
import type { GroupSnapshot } from '../record.ts';
import { done, failed, type PhaseStep, type Step, type StepOutcome, wait } from '../step.ts';
import { mayNotWriteYet } from './not-before.ts';

/** Green goes back to what it was, or away if the rotation made it; only while it holds no pod that would have to move (rotation.md §4.2 R7). */
export const greenBack: PhaseStep = async (step) => {
  const { record, reads } = step;
  if (!record.snapshot || !record.green) return done({ touched: false });
  const hold = mayNotWriteYet(step);
  if (hold) return hold;
  const green = await describeGroup(reads, record.cluster.name, record.green);
  if (!green) return record.greenCreated ? done({ deleted: true }) : failed(`${nameOfGroup(record.green)} does not exist any more`);
  const before = record.snapshot.green;
  if (!before) return remove(step, green);
  // Before the freeze nothing of an existing green was touched.
  if (!record.stamps.frozen && oursIn(record, green.autoScalingGroupName).length === 0) return done({ touched: false });
  return restore(step, green, before);
};

/** Makes sure that nothing runs on green, at this moment.
 *  @returns how the step ends; undefined when green may be lowered */
async function occupied(step: Step, green: LiveGroup): Promise<StepOutcome | undefined> {
  const view = await readCluster(step.reads.kubernetes, step.outside.clock());
  const nodes = nodesOfGroup(green, view.nodes);
  const pods = evictablePods(step, view, nodes);
  if (pods.length === 0) {
    const open = nodes.filter(({ spec }) => spec?.unschedulable !== true);
    const [first] = open;
    if (!first) return undefined;
    const name = first.metadata.name;
    if (!step.record.stamps.greenCordoned) return failed(`${nameOfGroup(green)} was left open for pods (node ${name}), it keeps its nodes`);
    // It was launched before the revert began, and has joined since green was cordoned.
    await cordonNodes(step, open);
    return wait(`node ${name} of ${nameOfGroup(green)} has joined meanwhile, and is cordoned`, { waitSeconds: 1 });
  }
  if (pods.every(({ assessment }) => assessment.verdict === 'wait'))
    return wait(`${nameOfGroup(green)} is not empty: ${describePods(pods)}`);
  return failed(`${nameOfGroup(green)} is not empty, it keeps its nodes: ${describePods(pods)}`);
}

/** A group that this rotation has made, by its tag; of another one nothing is known. */
async function remove(step: Step, green: LiveGroup): Promise<StepOutcome> {
  const { record, reads, writes } = step;
  const found = await readNodegroup(reads, record.cluster.name, green.name);
  if (!found) return done({ deleted: true });
  if (!record.greenCreated || found.tags?.[rotationTag] !== record.rotationId)
    return failed(`${nameOfGroup(green)} was not made by this rotation, it stays`);
  if (found.status === 'DELETE_FAILED') return failed(`${nameOfGroup(green)} could not be deleted: ${describeIssues(green.issues)}`);
  if (found.status === 'DELETING') return wait(`${nameOfGroup(green)} is being deleted`);
  if (green.updating) return wait(`${nameOfGroup(green)} is ${green.status}`);
  const holding = await occupied(step, green);
  if (holding) return holding;
  await writes.eks.deleteNodegroup({ clusterName: record.cluster.name, nodegroupName: green.name });
  step.note({ kind: 'write', object: nameOfGroup(green), message: 'deleted: the rotation had made it, and it is empty' });
  return wait(`${nameOfGroup(green)} is being deleted`);
}

/** Sizes, guard and processes as before. The guard comes first: nothing is to be launched behind us. */
async function restore(step: Step, green: LiveGroup, before: GroupSnapshot): Promise<StepOutcome> {
  const { min, desired, max } = before.bounds;
  const lowers = green.bounds.desired > desired || green.instances.length > desired;
  if (lowers && green.bounds.desired > desired) {
    const holding = await occupied(step, green);
    if (holding) return holding;
  }
  await resumeOurs(step, green, (process) => process === terminate);
  const why =
    (await setGuard(step, green, hasGuardTaint(before))) ??
    (await resize(step, green, { min, max, ...(green.bounds.desired > desired && { desired }) }));
  if (why !== undefined) return wait(why);
  if (green.instances.length > desired) {
    const slowly = leavingSlowly(green, oursIn(step.record, green.autoScalingGroupName)).join(', ');
    return wait(`${nameOfGroup(green)} still has ${green.instances.length} instances: ${slowly}`);
  }
  await resumeOurs(step, green);
  const nodes = nodesOfGroup(green, await readNodes(step.reads.kubernetes));
  const left = (await uncordonOurs(step, nodes)).left.length + (await allowScaleDown(step, nodes));
  return left > 0 ? wait(`${left} nodes of ${nameOfGroup(green)} still carry marks of ours`) : done({ desired: green.bounds.desired });
}
