import type { RotationOptions } from '../../config/rotation-options.ts';
import type { BoundsChange, LiveGroup } from '../node-groups/live-group.ts';

/** The next sizes of a group on its way to zero: down by at most `retirePercent` of N. Max comes down with desired, so that nobody raises it
 *  again behind us; a managed group keeps max 1.
 *  @param live as read in this step (V5) */
export function nextRetirement(
  live: Pick<LiveGroup, 'kind' | 'bounds'>,
  size: number,
  { retirePercent }: Pick<RotationOptions, 'retirePercent'>,
): Required<BoundsChange> {
  const step = Math.max(1, Math.floor((size * retirePercent) / 100));
  const desired = Math.max(0, live.bounds.desired - step);
  return { min: 0, desired, max: Math.max(desired, live.kind === 'managed' ? 1 : 0) };
}

/** Why instances are still there although a smaller size is wanted (F-18, F-19), one phrase each.
 *  @param ours processes that we have suspended */
export function leavingSlowly(live: Pick<LiveGroup, 'bounds' | 'instances' | 'suspendedProcesses'>, ours: readonly string[]): string[] {
  if (live.instances.length <= live.bounds.desired) return [];
  const blocked = live.suspendedProcesses.includes('Terminate')
    ? [`process Terminate is suspended${ours.includes('Terminate') ? '' : ', not by us'}`]
    : [];
  const instances = live.instances
    .filter(
      ({ lifecycleState, protectedFromScaleIn }) => live.bounds.desired === 0 || lifecycleState !== 'InService' || protectedFromScaleIn,
    )
    .map(
      ({ id, lifecycleState, protectedFromScaleIn }) =>
        `${id} is ${lifecycleState}${protectedFromScaleIn ? ', protected from scale-in' : ''}`,
    );
  return [...blocked, ...instances];
}
