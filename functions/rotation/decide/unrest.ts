import { zoneOf } from '../../workloads/zones.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import type { LiveNode } from '../read/cluster-view.ts';
import { nameOfGroup } from './group-differences.ts';
import type { ClusterFacts } from './preflight/facts.ts';

export interface UnrestFacts {
  readonly clusterName: string;
  readonly cluster: Pick<ClusterFacts, 'status' | 'zonalShift'>;
  readonly groups: readonly Pick<LiveGroup, 'kind' | 'name' | 'status' | 'updating' | 'instanceRefreshes'>[];
  /** Nodes that pods are to run on. */
  readonly nodes: readonly LiveNode[];
}

/** What others do to the cluster or its groups, one sentence each: under it nothing is moved, and no group is lowered (F-11, F-15, F-31, F-32). */
export function unrest({ clusterName, cluster, groups, nodes }: UnrestFacts): string[] {
  const shut = cluster.zonalShift ? shutZones(nodes) : [];
  return [
    ...(cluster.status === 'ACTIVE' ? [] : [`cluster ${clusterName} is ${cluster.status ?? 'in an unknown state'}`]),
    ...groups.filter(({ updating }) => updating).map((group) => `${nameOfGroup(group)} is ${group.status}`),
    ...groups.flatMap((group) => group.instanceRefreshes.map((id) => `instance refresh ${id} of ${nameOfGroup(group)} is active`)),
    ...shut.map((zone) => `every node in ${zone} is cordoned: a zonal shift may be active`),
  ];
}

/** Zones in which no node takes pods any more, while others have some that do. */
function shutZones(nodes: readonly LiveNode[]): string[] {
  const byZone = [...Map.groupBy(nodes, (node) => zoneOf(node) ?? '')].filter(([zone]) => zone !== '');
  const shut = byZone.filter(([, members]) => members.every(({ spec }) => spec?.unschedulable === true)).map(([zone]) => zone);
  return shut.length < byZone.length ? shut.sort() : [];
}
