import type { EvidenceData, EvidenceKey } from '../../functions/inventory/evidence/list.ts';
import { type Inventory, readEvidence } from '../../functions/inventory/inventory.ts';
import { begin, emptyWorld, type LiveWorldInput } from './build.ts';
import { emptyCluster, type LiveCluster } from './cluster.ts';
import { reconcile } from './controllers.ts';
import { budget as declareBudget } from './declare.ts';
import { adoptGroups } from './inventory-groups.ts';
import { adoptWorkloads } from './inventory-workloads.ts';
import { nameOf } from './objects.ts';
import type { LiveWorld } from './world.ts';

/** What cannot be left out: without any of it a rehearsal would say nothing true. */
const needed = [
  'eks.cluster',
  'eks.nodegroups',
  'kubernetes.nodes',
  'kubernetes.pods',
  'kubernetes.deployments',
  'kubernetes.statefulSets',
  'kubernetes.daemonSets',
  'kubernetes.replicaSets',
  'kubernetes.podDisruptionBudgets',
] as const satisfies readonly EvidenceKey[];

/** A live world of one cluster as an inventory saw it: its nodes where they are, its pods on them, its budgets and controllers, at the time of
 *  the inventory. What an inventory does not hold is assumed: volumes are in the zone of the pod that uses them, Jobs end after ten minutes,
 *  a rollout under way is finished, and a workload without any ready pod stays so.
 *  @throws Error that names the evidence that is missing and how to collect it */
export function worldFromInventory(
  inventory: Inventory,
  options: Omit<LiveWorldInput, 'start' | 'clusters' | 'accountId' | 'region'> = {},
): LiveWorld {
  const missing = needed.flatMap((key) => missingEvidence(inventory, key));
  if (missing.length > 0) {
    throw new Error(
      `the inventory of cluster ${inventory.cluster.name} cannot be rehearsed: ${missing.join('; ')}. Scan the cluster again with access to its API server, and with kubernetes.pods: true in greenlight.yaml`,
    );
  }
  const { accountId, region } = inventory.cluster;
  const world = emptyWorld({ ...options, accountId, region }, new Date(Date.parse(inventory.collectedAt) - settling));
  const cluster = addCluster(world, inventory);
  adoptGroups(cluster, { nodegroups: data(inventory, 'eks.nodegroups'), nodes: data(inventory, 'kubernetes.nodes') });
  adoptWorkloads(cluster, {
    pods: data(inventory, 'kubernetes.pods'),
    deployments: data(inventory, 'kubernetes.deployments'),
    statefulSets: data(inventory, 'kubernetes.statefulSets'),
    daemonSets: data(inventory, 'kubernetes.daemonSets'),
    replicaSets: data(inventory, 'kubernetes.replicaSets'),
  });
  for (const { metadata, spec } of data(inventory, 'kubernetes.podDisruptionBudgets')) {
    const { name, namespace } = metadata;
    declareBudget({ name, ...(namespace ? { namespace } : { namespace: 'default' }), selects: {} }).apply(cluster);
    const added = cluster.objects.budgets.get(nameOf({ metadata: { name, namespace: namespace ?? 'default' } }));
    if (added) added.spec = spec ?? {};
  }
  cluster.onChange = reconcile;
  cluster.changed();
  world.clock.advance(settling);
  begin(world);
  return world;
}

/** For controllers and scheduler to look once; nothing that runs changes in it. */
const settling = 1_000;

function missingEvidence(inventory: Inventory, key: EvidenceKey): string[] {
  const result = readEvidence(inventory, key);
  return result.status === 'collected' ? [] : [`${key} is ${result.code}${result.message ? ` (${result.message})` : ''}`];
}

/** Evidence that is known to be there. */
function data<K extends EvidenceKey>(inventory: Inventory, key: K): EvidenceData<K> {
  const result = readEvidence(inventory, key);
  if (result.status === 'collected') return result.data;
  throw new Error(`${key} of cluster ${inventory.cluster.name} is ${result.code}`);
}

function addCluster(world: LiveWorld, inventory: Inventory): LiveCluster {
  const { version, name: _name, arn: _arn, ...details } = data(inventory, 'eks.cluster');
  const nodes = data(inventory, 'kubernetes.nodes');
  const zones = [...new Set(nodes.flatMap(({ metadata }) => metadata.labels?.['topology.kubernetes.io/zone'] ?? []))].sort();
  const { name } = inventory.cluster;
  const cluster = emptyCluster({
    world,
    name,
    version: version ?? '1.34',
    zones: zones.length > 0 ? zones : [`${world.region}a`],
    behaviours: { byWorkload: new Map(), troubles: [] },
    details,
  });
  world.clusters.set(name, cluster);
  const subnets = readEvidence(inventory, 'ec2.subnets');
  const known = new Map((subnets.status === 'collected' ? subnets.data : []).map((subnet) => [subnet.SubnetId, subnet]));
  // A subnet that was not read is taken for one with room, in one of the zones.
  const ids = new Set([...known.keys(), ...(details.resourcesVpcConfig?.subnetIds ?? [])]);
  for (const [index, SubnetId] of [...ids].entries()) {
    const subnet = known.get(SubnetId);
    world.services.subnets.push({
      SubnetId,
      CidrBlock: subnet?.CidrBlock ?? `10.${index}.0.0/20`,
      VpcId: subnet?.VpcId ?? details.resourcesVpcConfig?.vpcId ?? '',
      AvailabilityZone: subnet?.AvailabilityZone ?? cluster.zones[index % cluster.zones.length] ?? '',
      AvailableIpAddressCount: subnet?.AvailableIpAddressCount ?? 4000,
    });
  }
  return cluster;
}
