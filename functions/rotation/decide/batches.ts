import type { RotationOptions } from '../../config/rotation-options.ts';

/** A node that is to be drained. */
export interface BatchCandidate {
  readonly name: string;
  readonly zone: string | undefined;
  /** Pods that block now. */
  readonly blockers: number;
  /** Pods that would have to move. */
  readonly evictable: number;
}

/** A node that a revert is to drain. */
export interface GreenCandidate extends BatchCandidate {
  /** Pods that would have to move and are not Ready. */
  readonly unwell: number;
}

/** The order of draining: nodes with the fewest blockers first, so that nothing that can move waits for what cannot; among those one zone
 *  after the other in turn, so that no zone is emptied at once; then by name. The order in which they are given does not matter. */
export function inDrainOrder<N extends BatchCandidate>(nodes: readonly N[]): N[] {
  const seen = new Map<string, number>();
  return [...nodes]
    .sort((a, b) => a.blockers - b.blockers || compare(a.name, b.name))
    .map((node) => {
      const key = `${node.blockers} ${node.zone ?? ''}`;
      const turn = seen.get(key) ?? 0;
      seen.set(key, turn + 1);
      return { node, turn };
    })
    .sort(
      (a, b) =>
        a.node.blockers - b.node.blockers ||
        a.turn - b.turn ||
        compare(a.node.zone ?? '', b.node.zone ?? '') ||
        compare(a.node.name, b.node.name),
    )
    .map(({ node }) => node);
}

/** How many nodes are drained together: a share of all, rounded down, within the bounds. */
export function batchSize({ batchPercent, batchMinimum, batchMaximum }: RotationOptions, size: number): number {
  return Math.max(batchMinimum, Math.min(batchMaximum, Math.floor((size * batchPercent) / 100)), 1);
}

/** The next batch of blue: a canary first, then the usual size. */
export function nextBlueBatch<N extends BatchCandidate>(nodes: readonly N[], options: RotationOptions, size: number, first: boolean): N[] {
  return inDrainOrder(nodes).slice(0, first ? options.canaryNodes : batchSize(options, size));
}

/** The next batch of green, in a revert: after a few batches the pods that have moved are spread thinly over all of green, and a share of its
 *  nodes at a time would take as long as the whole way there. So it is as many nodes as hold the same share of all pods, and at least as many
 *  as a batch of blue. There is no canary: blue has served before. Nodes with pods that are not well go first: others of their owner may have to
 *  wait for them.
 *  @param pods of both groups, those that would have to move */
export function nextGreenBatch<N extends GreenCandidate>(nodes: readonly N[], options: RotationOptions, size: number, pods: number): N[] {
  const share = Math.ceil((pods * options.batchPercent) / 100);
  const atLeast = batchSize(options, size);
  const batch: N[] = [];
  let taken = 0;
  const ordered = inDrainOrder(nodes).sort((a, b) => a.blockers - b.blockers || Number(b.unwell > 0) - Number(a.unwell > 0));
  for (const node of ordered) {
    if (batch.length >= atLeast && taken + node.evictable > share) continue;
    batch.push(node);
    taken += node.evictable;
  }
  return batch;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
