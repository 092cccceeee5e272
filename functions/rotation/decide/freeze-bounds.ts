import type { BoundsChange, LiveInstance } from '../node-groups/live-group.ts';
import type { Bounds } from '../record.ts';

export interface FreezeFacts {
  readonly bounds: Bounds;
  readonly instances: readonly Pick<LiveInstance, 'lifecycleState'>[];
  /** N. */
  readonly size: number;
  /** Sizes have been frozen at N before, in this step or an earlier one. */
  readonly frozen: boolean;
  /** How often N was raised. */
  readonly raised: number;
  /** The group's processes may not be suspended: whoever raises it may, and its nodes are cordoned later (F-14, F-20). */
  readonly mayGrow: boolean;
}

/** What to do next so that blue neither grows nor shrinks.
 *  - `size`: N is another, write it down first
 *  - `write`: these sizes
 *  - `frozen`: live = wanted */
export type Freeze =
  | { readonly kind: 'size'; readonly size: number; readonly raise: boolean }
  | { readonly kind: 'write'; readonly change: BoundsChange }
  | { readonly kind: 'wait'; readonly why: string }
  | { readonly kind: 'failed'; readonly cause: string }
  | { readonly kind: 'frozen' };

/** N is raised at most so often. */
const mostRaises = 3;

/** Blue gets min N and max N, never desired: that is for who scales it (V5). Whoever scaled at the same moment is seen at the next look, as
 *  more wanted or more instances than N, and N is raised to it. Only where max has already lowered desired below the instances that run is
 *  desired sent too, upwards: the group would end one of them otherwise. */
export function freezeBounds({ bounds, instances, size, frozen, raised, mayGrow }: FreezeFacts): Freeze {
  const { min, desired, max } = bounds;
  if (!frozen) return { kind: 'size', size: desired, raise: false };
  const running = instances.filter(({ lifecycleState }) => !lifecycleState.startsWith('Terminating')).length;
  const present = Math.max(desired, running);
  if (present > size && raised < mostRaises) return { kind: 'size', size: present, raise: true };
  if (present > size && !mayGrow) return { kind: 'failed', cause: `it grows faster than it can be frozen: ${present} instead of ${size}` };
  const largest = mayGrow ? max : Math.max(size, 1);
  if (min !== size || max !== largest || (desired < running && running <= size))
    return { kind: 'write', change: { min: size, max: largest, ...(desired < running && { desired: running }) } };
  if (desired < size) return { kind: 'wait', why: `it wants ${desired} instead of its min ${size}` };
  return { kind: 'frozen' };
}
