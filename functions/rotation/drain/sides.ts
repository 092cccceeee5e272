import { describeGroup } from '../node-groups/describe-group.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import { nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import type { ClusterView, LiveNode } from '../read/cluster-view.ts';
import { readCluster } from '../read/read-cluster.ts';
import type { GroupPlace, RotationRecord } from '../record.ts';
import type { Side, Step } from '../step.ts';
import { type DrainPlace, destinationsAmong } from './assess-nodes.ts';

/** Both groups and the cluster, as one pass sees them. */
export interface Sides {
  readonly view: ClusterView;
  readonly groups: Readonly<Record<Side, LiveGroup | undefined>>;
  /** Nodes of the group that is emptied. */
  readonly leaving: readonly LiveNode[];
  /** Nodes of the other group. */
  readonly staying: readonly LiveNode[];
  /** Nodes on which its pods may land: of the other group, and of no group. */
  readonly destinations: readonly LiveNode[];
}

export const otherSide = (side: Side): Side => (side === 'blue' ? 'green' : 'blue');

/** Reads the world for one pass of a drain. */
export async function readSides(step: Step, side: Side): Promise<Sides> {
  const { record, reads, outside } = step;
  const describe = async (place: GroupPlace | null) => (place ? describeGroup(reads, record.cluster.name, place) : undefined);
  const [view, blue, green] = await Promise.all([
    readCluster(reads.kubernetes, outside.clock()),
    describe(record.blue),
    describe(record.green),
  ]);
  const groups = { blue, green };
  const nodesOf = (one: Side) => {
    const group = groups[one];
    return group ? nodesOfGroup(group, view.nodes) : [];
  };
  const leaving = nodesOf(side);
  return {
    view,
    groups,
    leaving,
    staying: nodesOf(otherSide(side)),
    destinations: destinationsAmong(view.nodes, new Set(leaving.map(({ metadata }) => metadata.name))),
  };
}

export function placeOf({ record, configuration }: Step, { destinations }: Sides, startedAt: Date | undefined): DrainPlace {
  return { destinations, options: record.options, allow: configuration.allow, startedAt };
}

/** Names of the nodes that a revert still has to empty: what is not well there is what it goes back for. None on the way forward.
 *  @param view what was read of the cluster in this step */
export async function stillToLeave({ record, reads }: Step, side: Side, view: ClusterView): Promise<ReadonlySet<string>> {
  if (side === 'blue' || !record.green) return new Set();
  const green = await describeGroup(reads, record.cluster.name, record.green);
  return new Set(green ? nodesOfGroup(green, view.nodes).map(({ metadata }) => metadata.name) : []);
}

/** Remembers since when something is wrong, or that it is not any more.
 *  @returns since when, in ms */
export async function troubleSince(step: Step, key: string, wrong: boolean): Promise<number> {
  const before = step.record.troubleSince[key];
  if (wrong === (before !== undefined)) return before === undefined ? step.now.getTime() : Date.parse(before);
  const change = (record: RotationRecord): RotationRecord => {
    const { [key]: _, ...others } = record.troubleSince;
    return { ...record, troubleSince: wrong ? { ...others, [key]: step.now.toISOString() } : others };
  };
  await step.update(change);
  return step.now.getTime();
}
