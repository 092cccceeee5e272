import { baselineGate } from '../decide/baseline.ts';
import { nameOfGroup } from '../decide/group-differences.ts';
import { leavingSlowly, nextRetirement } from '../decide/retire.ts';
import { cordonNodes, isCordoned } from '../drain/cordon.ts';
import { troubleSince } from '../drain/sides.ts';
import { busy, liveBlue } from '../node-groups/both-groups.ts';
import { describeGroup } from '../node-groups/describe-group.ts';
import { describePods, evictablePods } from '../node-groups/evictable-pods.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import { instanceIdOf, nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import { oursIn, resumeOurs, terminate } from '../node-groups/processes.ts';
import { resize } from '../node-groups/resize.ts';
import type { ClusterView, LiveNode } from '../read/cluster-view.ts';
import { readCluster } from '../read/read-cluster.ts';
import { readUnrest } from '../read/read-unrest.ts';
import { done, failed, greenOf, minutes, type PhaseStep, type Step, type StepOutcome, snapshotOf, wait } from '../step.ts';

/** Blue goes to zero in steps, and only while none of its nodes holds a pod that would have to move (V4). The first lowering is the commit
 *  point: before it a failure leaves blue as it is, after it the way back is the same rotation with the colours exchanged. */
export const retireBlue: PhaseStep = async (step) => {
  const { record, reads, outside } = step;
  const givenUp = record.batches.flatMap(({ side, quarantined }) => (side === 'blue' ? quarantined : []));
  if (givenUp.length > 0) return failed(`blue is not retired: ${givenUp.join(', ')} could not be drained and was left as it is`);
  const blue = await liveBlue(step);
  const waiting = busy(blue);
  if (waiting !== undefined) return wait(waiting);
  const view = await readCluster(reads.kubernetes, outside.clock());
  const nodes = blueNodesOf(step, blue, view);
  const progress = { instances: blue.instances.length, nodes: nodes.length, desired: blue.bounds.desired };
  if (record.committed && blue.bounds.desired === 0 && blue.bounds.min === 0) {
    if (blue.instances.length + nodes.length > 0) return wait(leftOf(step, blue, nodes), { progress });
    return done(progress);
  }
  const open = nodes.filter((node) => !isCordoned(node));
  if (open.length > 0) {
    // Whatever is scheduled there in the next moment would die with its node (V4).
    await cordonNodes(step, open);
    return wait(`Node ${open[0]?.metadata.name} of ${nameOfGroup(blue)} took pods: it is cordoned, and looked at once more`, {
      waitSeconds: 2,
    });
  }
  const pods = evictablePods(step, view, nodes);
  if (pods.length > 0) return wait(`${nameOfGroup(blue)} is not empty: ${describePods(pods)}`, { progress });
  const gate = await workloadsGate(step, view);
  if (gate) return gate;
  if (blue.instances.length > blue.bounds.desired) {
    await resumeOurs(step, blue, (process) => process === terminate);
    return wait(leftOf(step, blue, nodes), { progress });
  }
  const green = await describeGroup(reads, record.cluster.name, greenOf(record));
  const unrest = await readUnrest(step, [], green ? nodesOfGroup(green, view.nodes) : []);
  if (unrest !== undefined) return wait(`${unrest}: ${nameOfGroup(blue)} is not lowered`, { progress });
  return { ...(await lower(step, blue)), progress };
};

/** Nodes of blue's instances, and those of instances that have left it and whose Node object is still there. */
function blueNodesOf({ record }: Step, blue: LiveGroup, { nodes }: ClusterView): LiveNode[] {
  const before = new Set(
    snapshotOf(record).nodes.flatMap(({ group, instanceId }) => (group === 'blue' && instanceId !== null ? [instanceId] : [])),
  );
  const now = new Set(nodesOfGroup(blue, nodes));
  return nodes.filter((node) => now.has(node) || before.has(instanceIdOf(node) ?? ''));
}

function leftOf({ record }: Step, blue: LiveGroup, nodes: readonly LiveNode[]): string {
  const slowly = leavingSlowly(blue, oursIn(record, blue.autoScalingGroupName));
  const names = nodes.map(({ metadata }) => metadata.name).join(', ');
  const what = slowly.length > 0 ? slowly.join(', ') : blue.instances.length > 0 ? `${blue.instances.length} instances` : `nodes ${names}`;
  return `${nameOfGroup(blue)} wants ${blue.bounds.desired} nodes, and is not there yet: ${what}`;
}

/** Workloads must be what they were. What begins to fail after the first lowering is waited for, and then goes back to blue.
 *  @returns how the step ends; undefined when they are well */
async function workloadsGate(step: Step, view: ClusterView): Promise<StepOutcome | undefined> {
  const { record, now } = step;
  const { phaseStartedAt, options, committed } = record;
  const since = new Date(phaseStartedAt.soak ?? phaseStartedAt['retire-blue'] ?? now.toISOString());
  const { verdict, problems } = baselineGate(snapshotOf(record).workloads, view, options, since);
  const failing = await troubleSince(step, 'workloads', verdict === 'fail');
  if (verdict === 'pass') return undefined;
  const what = `workloads are not what they were: ${problems[0] ?? verdict}`;
  const rotateBack = verdict === 'fail' && (!committed || now.getTime() - failing >= minutes(options.settleMinutes));
  if (!rotateBack) return wait(what);
  await step.update((latest) => ({ ...latest, notes: { ...latest.notes, rotateBack: true } }));
  return failed(what, { rotateBack: true });
}

/** One step down, from what the group wants at this moment. An instance that has come meanwhile was not looked at: it is, next time. */
async function lower(step: Step, seen: LiveGroup): Promise<StepOutcome> {
  if (!step.record.committed) {
    // An operator may have asked for the way back after this step had begun.
    const { committed } = await step.update((record) => ({ ...record, committed: record.desiredState !== 'revert' }));
    if (!committed) return failed('an operator asked for the revert', { rotateBack: true });
    step.note({ kind: 'decision', object: nameOfGroup(seen), message: 'it is empty and goes to zero: from here on the way is forward' });
  }
  const blue = await liveBlue(step);
  const known = new Set(seen.instances.map(({ id }) => id));
  const stranger = blue.instances.find(({ id }) => !known.has(id));
  if (stranger) return wait(`${nameOfGroup(blue)} got instance ${stranger.id} meanwhile`);
  const next = nextRetirement(blue, step.record.size, step.record.options);
  return wait((await resize(step, blue, next)) ?? `${nameOfGroup(blue)} has its sizes`);
}
