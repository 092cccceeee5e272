import { formatQuantity } from '../../workloads/quantities.ts';
import { allocatableOf as allocatableOfNode, type OfferingNode, sumOf } from '../../workloads/requests.ts';
import type { NodeSnapshot } from '../record.ts';

/** What nodes offer together, by resource, in the exact nano units of `workloads/quantities.ts`.
 *  @throws RangeError for what is no quantity */
export function allocatableOf(nodes: readonly OfferingNode[]): ReadonlyMap<string, bigint> {
  return sumOf(nodes.map(allocatableOfNode));
}

/** The same of nodes as a snapshot keeps them. */
export function allocatableOfSnapshot(nodes: readonly Pick<NodeSnapshot, 'name' | 'allocatable'>[]): ReadonlyMap<string, bigint> {
  return allocatableOf(nodes.map(({ name, allocatable }) => ({ metadata: { name }, status: { allocatable } })));
}

export interface Shortfall {
  readonly resource: string;
  readonly have: bigint;
  readonly want: bigint;
}

/** The resources of which there is less than wanted, by name; none means that `have` is at least `want`. More of one does not make up for
 *  less of another. */
export function shortfall(have: ReadonlyMap<string, bigint>, want: ReadonlyMap<string, bigint>): Shortfall[] {
  return [...want]
    .map(([resource, wanted]) => ({ resource, have: have.get(resource) ?? 0n, want: wanted }))
    .filter((one) => one.have < one.want)
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));
}

export function isAtLeast(have: ReadonlyMap<string, bigint>, want: ReadonlyMap<string, bigint>): boolean {
  return shortfall(have, want).length === 0;
}

/** `cpu 3920m of 7840m, memory 15Gi of 30Gi` */
export function describeShortfall(short: readonly Shortfall[]): string {
  const written = (resource: string, amount: bigint) =>
    formatQuantity(amount, resource === 'memory' || resource === 'ephemeral-storage' ? 'BinarySI' : 'DecimalSI');
  return short.map(({ resource, have, want }) => `${resource} ${written(resource, have)} of ${written(resource, want)}`).join(', ');
}
