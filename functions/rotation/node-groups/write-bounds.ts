import { boundsToSend } from '../decide/bounds.ts';
import type { RotationWrites } from '../ports.ts';
import type { BoundsChange, LiveGroup } from './live-group.ts';

/** Writes sizes of a group in one call; nothing when it has them. Of a managed group through EKS, which would otherwise undo them.
 *  @param live as read in this step, never older (V5) */
export async function writeBounds(
  writes: Pick<RotationWrites, 'eks' | 'autoScaling'>,
  clusterName: string,
  live: Pick<LiveGroup, 'kind' | 'name' | 'autoScalingGroupName' | 'bounds'>,
  change: BoundsChange,
): Promise<void> {
  const sizes = boundsToSend(live.kind, live.bounds, change);
  if (!sizes) return;
  const { min, desired, max } = sizes;
  if (live.kind === 'managed') {
    const scalingConfig = { minSize: min, maxSize: max, ...(desired !== undefined && { desiredSize: desired }) };
    await writes.eks.updateNodegroupConfig({ clusterName, nodegroupName: live.name, scalingConfig });
    return;
  }
  await writes.autoScaling.updateAutoScalingGroup({
    AutoScalingGroupName: live.autoScalingGroupName,
    ...(min !== undefined && { MinSize: min }),
    ...(max !== undefined && { MaxSize: max }),
    ...(desired !== undefined && { DesiredCapacity: desired }),
  });
}
