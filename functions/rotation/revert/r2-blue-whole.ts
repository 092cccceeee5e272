import { nameOfGroup } from '../decide/group-differences.ts';
import { describeIssues, newIssues } from '../decide/issues.ts';
import { isReady } from '../decide/soak-look.ts';
import { unhealthyTargets } from '../decide/target-health.ts';
import { troubleSince } from '../drain/sides.ts';
import { liveBlue } from '../node-groups/both-groups.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import { nodesInService, nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import { oursIn, resumeOurs, terminate } from '../node-groups/processes.ts';
import { resize } from '../node-groups/resize.ts';
import { setGuard } from '../node-groups/standby-guard.ts';
import { readTargetHealth } from '../node-groups/target-health.ts';
import { type LiveNode, standbyTaint } from '../read/cluster-view.ts';
import { readNodes } from '../read/read-cluster.ts';
import { done, minutes, type PhaseStep, type Step, snapshotOf, wait } from '../step.ts';
import { holdsNothing } from './green-empty.ts';
import { mayNotWriteYet } from './not-before.ts';

/** Blue has N nodes again before anything is moved: sizes, guard, nodes, targets (rotation.md §4.2 R2). Desired is never lowered. */
export const blueWhole: PhaseStep = async (step) => {
  const { record, reads } = step;
  // Before the freeze nothing of blue was touched, and afterwards everything was.
  if (!record.snapshot || !record.stamps.frozen) return done({ touched: false });
  const hold = mayNotWriteYet(step);
  if (hold) return hold;
  const blue = await liveBlue(step);
  const why = (await liftGuard(step, blue)) ?? (await raise(step, blue));
  if (why !== undefined) return wait(why);
  await resumeOurs(step, blue, (process) => process === terminate);

  const nodes = await readNodes(reads.kubernetes);
  const inService = nodesInService(blue, nodes);
  const ready = inService.filter((node) => servesAsBefore(step, node));
  const wanted = record.size - brokenBefore(step, blue, nodes);
  const progress = { ready: ready.length, wanted };
  // What others have cordoned is not ours to open, and matters only where pods are to come back.
  if (ready.length < wanted && inService.filter(isReady).length >= wanted && (await holdsNothing(step)))
    return done({ ...progress, cordonedByOthers: wanted - ready.length });
  if (ready.length < wanted) return wait(shortOf(step, blue, ready.length, wanted), { progress });
  const targets = await targetsOf(step, blue);
  return targets === undefined ? done(progress) : wait(targets, { progress });
};

async function liftGuard(step: Step, blue: LiveGroup): Promise<string | undefined> {
  if (snapshotOf(step.record).blue.taints.some(({ key }) => key === standbyTaint.key)) return undefined;
  return setGuard(step, blue, false);
}

/** At least N, from what is wanted at this moment. */
async function raise(step: Step, blue: LiveGroup): Promise<string | undefined> {
  const { size } = step.record;
  const { min, desired, max } = blue.bounds;
  const running = blue.instances.filter(({ lifecycleState }) => !lifecycleState.startsWith('Terminating')).length;
  // With Terminate suspended by us more may run than is wanted: they would be ended once it is resumed.
  const ours = oursIn(step.record, blue.autoScalingGroupName).includes(terminate);
  const wanted = Math.max(desired, size, ours ? running : 0);
  if (desired >= wanted) return undefined;
  return resize(step, blue, { min: Math.max(min, size), desired: wanted, max: Math.max(max, wanted) });
}

/** Ready, and schedulable unless somebody else had cordoned it before us. */
function servesAsBefore({ record }: Step, node: LiveNode): boolean {
  const { metadata, spec } = node;
  const foreign = record.stamps.foreignCordons.includes(metadata.name);
  const before = snapshotOf(record).nodes.some(({ name, unschedulable }) => name === metadata.name && unschedulable);
  return isReady(node) && (spec?.unschedulable !== true || foreign || before);
}

/** Nodes that were not Ready when the rotation began, and still are not: they are no reason to keep anything back (V16). */
function brokenBefore({ record }: Step, blue: LiveGroup, nodes: readonly LiveNode[]): number {
  const broken = new Set(
    snapshotOf(record)
      .nodes.filter(({ group, ready }) => group === 'blue' && !ready)
      .map(({ name }) => name),
  );
  return nodesOfGroup(blue, nodes).filter((node) => broken.has(node.metadata.name) && !isReady(node)).length;
}

function shortOf({ record }: Step, blue: LiveGroup, ready: number, wanted: number): string {
  const issues = newIssues(blue, snapshotOf(record).blue.issues);
  const ours = oursIn(record, blue.autoScalingGroupName);
  const suspended = blue.suspendedProcesses.filter(
    (process) => ['Launch', 'ReplaceUnhealthy', 'Terminate'].includes(process) && !ours.includes(process),
  );
  const stuck = suspended.length > 0 ? `; ${suspended.join(', ')} of ${blue.autoScalingGroupName} is suspended, not by us` : '';
  const said = issues.length > 0 ? `; EKS says ${describeIssues(issues)}` : '';
  return `${nameOfGroup(blue)} has ${ready} of ${wanted} nodes Ready and schedulable${stuck}${said}`;
}

/** Targets of blue are waited for as long as a batch may settle: behind `externalTrafficPolicy: Local` they become healthy only with the pods
 *  that are still to come back.
 *  @returns why to wait */
async function targetsOf(step: Step, blue: LiveGroup): Promise<string | undefined> {
  const unhealthy = unhealthyTargets(await readTargetHealth(step.reads, blue.targetGroups), blue.instances);
  const since = await troubleSince(step, 'blue-targets', unhealthy.length > 0);
  if (unhealthy.length === 0) return undefined;
  const what = `targets of ${nameOfGroup(blue)} are not healthy: ${unhealthy.slice(0, 5).join(', ')}`;
  if (step.now.getTime() - since < minutes(step.record.options.settleMinutes)) return what;
  step.note({ kind: 'problem', object: nameOfGroup(blue), message: `${what}; pods are moved back all the same` });
  return undefined;
}
