import type { BoundsChange } from '../node-groups/live-group.ts';
import type { Bounds, GroupPlace } from '../record.ts';

/** Sizes to send in one call, so that they are right together: min ≤ desired ≤ max, and max ≥ 1 for a managed node group (F-12). Desired is
 *  sent only where it was asked for, because it belongs to whoever scales the group.
 *  @returns undefined when there is nothing to change */
export function boundsToSend(kind: GroupPlace['kind'], live: Bounds, change: BoundsChange): BoundsChange | undefined {
  const { desired } = change;
  const min = Math.min(change.min ?? live.min, desired ?? Number.POSITIVE_INFINITY);
  const max = Math.max(change.max ?? live.max, kind === 'managed' ? 1 : 0, desired ?? 0, min);
  if (min === live.min && max === live.max && (desired === undefined || desired === live.desired)) return undefined;
  return { min, max, ...(desired !== undefined && { desired }) };
}

/** Whether a group has the sizes already. */
export function isWanted(kind: GroupPlace['kind'], live: Bounds, change: BoundsChange): boolean {
  return boundsToSend(kind, live, change) === undefined;
}
