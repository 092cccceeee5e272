import { cloneNodegroup, nameOfGreen, tagsToCopy } from '../decide/clone-nodegroup.ts';
import { describeIssues } from '../decide/issues.ts';
import { liveBlue } from '../node-groups/both-groups.ts';
import { describeGroup, readNodegroup } from '../node-groups/describe-group.ts';
import { type NodegroupAnswer, nodegroupSchema } from '../node-groups/group-answers.ts';
import { areTagsRefused, putTags } from '../node-groups/group-tags.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import { rotationTag } from '../read/cluster-view.ts';
import { done, failed, type PhaseStep, type Step, wait } from '../step.ts';

/** Makes green after blue, at size 0, where the rotation is to make it (rotation.md §1). Its name is the same for every start. */
export const createGreen: PhaseStep = async (step) => {
  const { record, reads } = step;
  if (!record.create) return done();
  const blue = await liveBlue(step);
  if (!blue.nodegroup) return failed(`Auto Scaling group ${blue.name} is no managed node group: green cannot be made after it`);
  const name = record.green?.name ?? record.create.name ?? nameOfGreen(blue.name, record.pair, record.rotationId);
  const found = await readNodegroup(reads, record.cluster.name, name);
  if (!found) {
    await order(step, nodegroupSchema.parse(blue.nodegroup), blue.bounds.max, name);
    return wait(`node group ${name} is being created`);
  }
  if (found.tags?.[rotationTag] !== record.rotationId)
    return failed(`node group ${name} exists, and this rotation has not made it: give green another name, or name it as green`);
  if (!record.greenCreated || record.green?.name !== name) await remember(step, name);
  const green = await describeGroup(reads, record.cluster.name, { kind: 'managed', name });
  const issues = green ? describeIssues(green.issues) : '';
  if (green?.status === 'CREATE_FAILED' || green?.status === 'DELETING')
    return failed(`node group ${name} is ${green.status}${issues === '' ? '' : `: ${issues}`}`);
  if (green?.status !== 'ACTIVE')
    return wait(`node group ${name} is ${green?.status ?? 'not there yet'}${issues === '' ? '' : `: ${issues}`}`);
  await complete(step, blue, green);
  return done({ green: name });
};

/** That the group is ours is written down before it is made, so that a revert deletes it whatever happens in between. */
async function order(step: Step, blue: NodegroupAnswer, max: number, name: string): Promise<void> {
  const { record, writes } = step;
  await remember(step, name);
  await writes.eks.createNodegroup(
    cloneNodegroup(blue, max, record.create ?? {}, {
      clusterName: record.cluster.name,
      nodegroupName: name,
      rotationId: record.rotationId,
      pair: record.pair ?? blue.nodegroupName,
    }),
  );
  step.note({ kind: 'write', object: `Node group ${name}`, message: `created after ${blue.nodegroupName}, with no node` });
}

async function remember(step: Step, name: string): Promise<void> {
  await step.update((record) => ({ ...record, green: { kind: 'managed', name }, greenCreated: true }));
}

/** What EKS does not copy, because it is on the Auto Scaling group: tags, target groups, classic load balancers. */
async function complete(step: Step, blue: LiveGroup, green: LiveGroup): Promise<void> {
  if (!areTagsRefused(step.record, green)) await putTags(step, green, tagsToCopy(blue, green));
  const targetGroups = blue.targetGroups.filter((one) => !green.targetGroups.includes(one));
  const loadBalancers = blue.classicLoadBalancers.filter((one) => !green.classicLoadBalancers.includes(one));
  if (targetGroups.length + loadBalancers.length === 0) return;
  const union = (known: readonly string[], more: readonly string[]) => [...new Set([...known, ...more])];
  await step.update((record) => ({
    ...record,
    stamps: {
      ...record.stamps,
      attachedTargetGroups: union(record.stamps.attachedTargetGroups, targetGroups),
      attachedLoadBalancers: union(record.stamps.attachedLoadBalancers, loadBalancers),
    },
  }));
  const AutoScalingGroupName = green.autoScalingGroupName;
  if (targetGroups.length > 0)
    await step.writes.autoScaling.attachLoadBalancerTargetGroups({ AutoScalingGroupName, TargetGroupARNs: targetGroups });
  if (loadBalancers.length > 0)
    await step.writes.autoScaling.attachLoadBalancers({ AutoScalingGroupName, LoadBalancerNames: loadBalancers });
  step.note({
    kind: 'write',
    object: `Auto Scaling group ${AutoScalingGroupName}`,
    message: `attached to ${[...targetGroups, ...loadBalancers].join(', ')}`,
  });
}
