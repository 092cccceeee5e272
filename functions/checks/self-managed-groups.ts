import type { AutoScalingGroup } from '../inventory/evidence/autoscaling-groups.ts';
import type { FindingDraft } from './finding.ts';

/** Tag that EKS puts on the Auto Scaling group behind a managed node group.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html */
const managedTag = 'eks:nodegroup-name';

/** Whether nobody but its owner updates the group: it is behind no managed node group. */
export function isSelfManaged({ Tags }: AutoScalingGroup): boolean {
  return !Tags?.some(({ Key }) => Key === managedTag);
}

/** What every finding says of an Auto Scaling group. */
export function aboutAutoScalingGroup(group: AutoScalingGroup): Pick<FindingDraft, 'subject' | 'tags'> {
  const tags = (group.Tags ?? []).flatMap(({ Key, Value }): [string, string][] => (Key ? [[Key, Value ?? '']] : []));
  return {
    subject: { kind: 'AutoScalingGroup', name: group.AutoScalingGroupName, arn: group.AutoScalingGroupARN ?? null },
    tags: Object.fromEntries(tags),
  };
}
