import type { LiveGroup } from '../node-groups/live-group.ts';
import { standbyTag, standbyTaint } from '../read/cluster-view.ts';
import type { GroupSnapshot } from '../record.ts';

/** The Auto Scaling tag from which a cluster autoscaler learns the taint of a group without nodes.
 *  @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md#auto-discovery-setup */
export const guardTag = { key: standbyTag, value: 'true:NoSchedule', propagateAtLaunch: false };

type Guarded = Pick<LiveGroup, 'kind' | 'taints' | 'tags'>;

export function hasGuardTaint({ taints }: Pick<GroupSnapshot, 'taints'>): boolean {
  return taints.some(({ key }) => key === standbyTaint.key);
}

function hasGuardTag({ tags }: Pick<GroupSnapshot, 'tags'>): boolean {
  return tags.some(({ key }) => key === standbyTag);
}

/** What is left to do until a group has the guard of a standby, or is without it. A plain Auto Scaling group is guarded by max 0 alone.
 *  @param tagged false where tags may not be changed */
export function guardWork(group: Guarded, wanted: boolean, tagged: boolean): { readonly taint: boolean; readonly tag: boolean } {
  if (group.kind !== 'managed') return { taint: false, tag: false };
  return { taint: hasGuardTaint(group) !== wanted, tag: tagged && hasGuardTag(group) !== wanted };
}

/** A snapshot without the guard: what a group is that has become active. */
export function withoutGuard(group: GroupSnapshot): GroupSnapshot {
  return {
    ...group,
    taints: group.taints.filter(({ key }) => key !== standbyTaint.key),
    tags: group.tags.filter(({ key }) => key !== standbyTag),
  };
}
