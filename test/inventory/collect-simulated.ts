import { type CollectOptions, collectInventory } from '../../functions/inventory/collect.ts';
import type { Inventory } from '../../functions/inventory/inventory.ts';
import type { ClusterSources, ListOptions } from '../../functions/inventory/ports.ts';
import { createCluster } from '../../simulator/build/cluster.ts';
import { createAddon, createFargateProfile, createNodegroup } from '../../simulator/build/eks.ts';
import { createNodes } from '../../simulator/build/nodes.ts';
import { createSite } from '../../simulator/build/site.ts';
import {
  createDaemonSet,
  createDeployment,
  createPodDisruptionBudget,
  createReplicaSet,
  createStatefulSet,
} from '../../simulator/build/workloads.ts';
import { simulatedCatalogue } from '../../simulator/catalogue-port.ts';
import { simulatedEks } from '../../simulator/eks-port.ts';
import { demoCatalogue } from '../../simulator/fleet/catalogue.ts';
import { clusterSources } from '../../simulator/fleet-sources.ts';
import { createMeter } from '../../simulator/meter.ts';
import { createWire } from '../../simulator/wire.ts';
import type { Fault, SimulatedCluster, SimulatedRegion, World } from '../../simulator/world.ts';

const place = { accountId: '111111111111', region: 'eu-west-1' } as const;
export const site = createSite({ ...place, name: 'payments', octet: 10 });

/** A cluster with something of each kind. */
export function createPaymentsCluster(overrides: Partial<Parameters<typeof createCluster>[1]> = {}): SimulatedCluster {
  return createCluster(site, {
    cluster: { version: '1.34' },
    nodegroups: ['blue', 'green'].map((nodegroupName) =>
      createNodegroup(site, { nodegroupName, version: '1.34', releaseVersion: '1.34.2-20261115' }),
    ),
    insights: [
      { id: 'insight-1', name: 'Kubelet version skew', category: 'UPGRADE_READINESS', insightStatus: { status: 'PASSING' } },
      { id: 'insight-2', name: 'EKS add-on version compatibility', category: 'UPGRADE_READINESS', insightStatus: { status: 'WARNING' } },
    ],
    updates: [{ id: 'update-1', type: 'AddonUpdate', status: 'Successful', createdAt: '2026-11-20T09:00:00.000Z' }],
    fargateProfiles: [createFargateProfile(site, 'batch')],
    addons: [createAddon(site, 'coredns', 'v1.12.4-eksbuild.5'), createAddon(site, 'vpc-cni', 'v1.21.2-eksbuild.2')],
    nodes: createNodes(site, { pool: 'blue', count: 3, kubelet: '1.34' }),
    releases: [
      {
        deployments: [createDeployment({ namespace: 'shop', name: 'web', image: 'web:1' })],
        statefulSets: [createStatefulSet({ namespace: 'shop', name: 'redis', image: 'redis:8' })],
        daemonSets: [createDaemonSet({ namespace: 'logging', name: 'fluent-bit', image: 'fluent-bit:4' })],
        replicaSets: [createReplicaSet({ namespace: 'shop', name: 'web-canary', image: 'web:2', replicas: 1 })],
        podDisruptionBudgets: [createPodDisruptionBudget({ namespace: 'shop', name: 'web', maxUnavailable: 1 })],
      },
    ],
    ...overrides,
  });
}

interface Simulation extends Partial<Omit<CollectOptions, 'sources'>> {
  readonly faults?: readonly Fault[];
  readonly awsPageSize?: number;
  readonly onHang?: () => void;
  /** What else is in the region of the cluster. */
  readonly region?: Partial<SimulatedRegion>;
  /** Puts something between the collector and the simulated ports. */
  readonly wrap?: (sources: ClusterSources) => ClusterSources;
}

/** Collects one simulated cluster with the real collector. */
export async function collectSimulated(simulated: SimulatedCluster, options: Simulation = {}): Promise<Inventory> {
  const { faults = [], awsPageSize, onHang, region, wrap = (sources) => sources, ...rest } = options;
  const world: World = {
    accounts: [{ id: place.accountId, name: 'payments-prod', regions: [{ name: place.region, clusters: [simulated], ...region }] }],
    catalogue: demoCatalogue,
  };
  const meter = createMeter();
  const wire = createWire({ meter, faults });
  const catalogue = simulatedCatalogue(simulatedEks(world, place, wire, awsPageSize));
  return collectInventory({
    cluster: { ...place, name: simulated.cluster.name, arn: simulated.cluster.arn },
    sources: wrap(clusterSources(world, place, simulated, wire, { catalogue, pageSize: awsPageSize, onHang })),
    pageSize: 500,
    deadline: new AbortController().signal,
    isRequested: () => true,
    clock: () => new Date('2026-11-21T06:00:00Z'),
    cost: meter.cost,
    ...rest,
  });
}

/** `collected`, or the code, of each key. */
export function outcomeOf(inventory: Inventory): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inventory.evidence).map(([key, entry]) => [key, entry.status === 'collected' ? entry.status : entry.code]),
  );
}

/** Sources that tell of each list that is asked of the API server. */
export const watchingLists =
  (onList: (path: string, options: ListOptions) => void) =>
  (sources: ClusterSources): ClusterSources => ({
    ...sources,
    connectKubernetes: async (to) => {
      const port = await sources.connectKubernetes(to);
      return {
        ...port,
        list: (path, options) => {
          onList(path, options);
          return port.list(path, options);
        },
      };
    },
  });
