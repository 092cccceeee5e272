import type { RotationOptions } from '../../config/rotation-options.ts';
import type { BoundsChange } from '../node-groups/live-group.ts';
import type { Bounds } from '../record.ts';

export interface GrowFacts {
  /** Of green, as read in this step. */
  readonly bounds: Bounds;
  /** Green nodes that are Ready and schedulable. */
  readonly ready: number;
  /** N. */
  readonly size: number;
  /** Green's max before the rotation. */
  readonly originalMax: number;
  readonly options: Pick<RotationOptions, 'canaryNodes' | 'growPercent' | 'headroomPercent' | 'headroomNodes'>;
  /** What N Ready nodes still lack, in words: a zone, a resource. Undefined when nothing, or when it was not asked yet. */
  readonly shortage: string | undefined;
}

/** What green needs next.
 *  - `write`: these sizes
 *  - `joining`: so many nodes are launched and not Ready yet
 *  - `whole`: nothing */
export type Growth =
  | { readonly kind: 'write'; readonly change: Required<BoundsChange> }
  | { readonly kind: 'joining'; readonly wanted: number }
  | { readonly kind: 'short'; readonly cause: string }
  | { readonly kind: 'whole' };

/** Green grows by a canary, then in steps of at most `growPercent` of what it wants, each Ready before the next, up to N. Where a zone or a
 *  resource is still short it grows by one node more at a time, up to the headroom: groups only try to balance. Sizes only rise (V5), and min
 *  is desired, so that no autoscaler takes an empty node away (F-21, F-24). */
export function grow({ bounds, ready, size, originalMax, options, shortage }: GrowFacts): Growth {
  const largest = size + headroomOf(size, options);
  /** Only ever called with what is wanted now, or more. */
  const to = (desired: number): Growth => ({
    kind: 'write',
    change: { min: desired, desired, max: Math.max(originalMax, largest, desired, bounds.max) },
  });
  const canary = Math.min(Math.max(1, options.canaryNodes), size);
  if (bounds.desired < canary) return to(canary);
  if (bounds.min < bounds.desired) return to(bounds.desired);
  if (ready < Math.min(bounds.desired, size)) return { kind: 'joining', wanted: bounds.desired };
  if (bounds.desired < size) return to(Math.min(size, bounds.desired + stepOf(bounds.desired, options)));
  if (shortage === undefined) return { kind: 'whole' };
  if (ready < bounds.desired) return { kind: 'joining', wanted: bounds.desired };
  if (bounds.desired < largest) return to(bounds.desired + 1);
  return { kind: 'short', cause: `${bounds.desired} nodes, ${bounds.desired - size} more than blue, are not enough: ${shortage}` };
}

function stepOf(desired: number, { growPercent }: Pick<RotationOptions, 'growPercent'>): number {
  return Math.max(1, Math.floor((desired * growPercent) / 100));
}

/** How many nodes green may have beyond N. */
export function headroomOf(
  size: number,
  { headroomPercent, headroomNodes }: Pick<RotationOptions, 'headroomPercent' | 'headroomNodes'>,
): number {
  return Math.max(Math.ceil(headroomNodes), Math.ceil((size * headroomPercent) / 100));
}
