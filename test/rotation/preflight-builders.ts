import { effectiveOptions, type RotationOptions } from '../../functions/config/rotation-options.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import type { GroupFacts, GroupSource, InstanceTypeFacts, PreflightFacts } from '../../functions/rotation/decide/preflight/facts.ts';
import { workloadsOf } from '../../functions/rotation/decide/workloads.ts';
import { groupSnapshot } from '../../functions/rotation/node-groups/describe-group.ts';
import type { LiveGroup } from '../../functions/rotation/node-groups/live-group.ts';
import type { ClusterView, LiveNode } from '../../functions/rotation/read/cluster-view.ts';
import { liveNodeSchema } from '../../functions/rotation/read/read-cluster.ts';
import type { Snapshot } from '../../functions/rotation/record.ts';
import { node as nodeOfEvidence, now, owner, pod } from '../workloads/drain-builders.ts';

export { at, budget, claim, owner, pod, volume } from '../workloads/drain-builders.ts';

export const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];

/** A Ready node, as a rotation reads it. */
export const node = (...of: Parameters<typeof nodeOfEvidence>): LiveNode => liveNodeSchema.parse(nodeOfEvidence(...of));

/** A Ready node of blue: an m5.large of version 1.34. */
export function blueNode(
  index: number,
  parts: { readonly zone?: string; readonly labels?: object; readonly spec?: object; readonly status?: object } = {},
) {
  const { zone = zones[index % zones.length], labels, spec, status } = parts;
  return node(`blue-${index}`, {
    labels: {
      'topology.kubernetes.io/zone': zone,
      'node.kubernetes.io/instance-type': 'm5.large',
      'eks.amazonaws.com/nodegroup': 'workers-a',
      'kubernetes.io/arch': 'amd64',
      team: 'shop',
      ...labels,
    },
    spec: { providerID: `aws:///${zone}/i-blue${index}`, ...spec },
    status: {
      allocatable: { cpu: '1930m', memory: '7Gi', pods: '29' },
      nodeInfo: { kubeletVersion: 'v1.34.2-eks-1', architecture: 'amd64' },
      ...status,
    },
  });
}

export function liveGroup(overrides: Partial<LiveGroup> = {}): LiveGroup {
  return {
    kind: 'managed',
    name: 'workers-a',
    autoScalingGroupName: 'eks-workers-a',
    bounds: { min: 1, desired: 3, max: 6 },
    status: 'ACTIVE',
    issues: [],
    version: '1.34',
    releaseVersion: '1.34.2-20261001',
    labels: { team: 'shop' },
    taints: [],
    updateConfig: null,
    nodeRepair: false,
    warmPool: null,
    suspendedProcesses: [],
    operator: null,
    zones,
    newInstancesProtected: false,
    protectedInstances: [],
    tags: [],
    policies: [],
    scheduledActions: [],
    lifecycleHooks: [],
    targetGroups: [],
    classicLoadBalancers: [],
    maxInstanceLifetimeSeconds: null,
    instances: [],
    updating: false,
    instanceRefreshes: [],
    nodegroup: null,
    ...overrides,
  };
}

export const source = (overrides: Partial<GroupSource> = {}): GroupSource => ({
  subnets: ['subnet-a', 'subnet-b', 'subnet-c'],
  instanceTypes: ['m5.large'],
  capacityType: 'ON_DEMAND',
  amiType: 'AL2023_x86_64_STANDARD',
  launchTemplate: null,
  tags: {},
  ...overrides,
});

const instancesOf = (count: number): LiveGroup['instances'] =>
  Array.from({ length: count }, (_, index) => ({
    id: `i-blue${index}`,
    zone: zones[index % zones.length] ?? '',
    lifecycleState: 'InService',
    healthy: true,
    protectedFromScaleIn: false,
  }));

export const blueGroup = (overrides: Partial<LiveGroup> = {}, of: Partial<GroupSource> = {}, count = 3): GroupFacts => ({
  live: liveGroup({ instances: instancesOf(count), bounds: { min: 1, desired: count, max: count * 2 }, ...overrides }),
  source: source(of),
});

export const greenGroup = (overrides: Partial<LiveGroup> = {}, of: Partial<GroupSource> = {}): GroupFacts => ({
  live: liveGroup({ name: 'workers-b', autoScalingGroupName: 'eks-workers-b', bounds: { min: 0, desired: 0, max: 6 }, ...overrides }),
  source: source(of),
});

export const m5large: InstanceTypeFacts = {
  name: 'm5.large',
  vcpus: 2,
  memoryMiB: 8192,
  architecture: 'amd64',
  networkInterfaces: 3,
  addressesPerInterface: 10,
  gpus: null,
};

/** CoreDNS as EKS runs it, on two nodes. */
export const corednsPods = ['blue-0', 'blue-1'].map((nodeName, index) =>
  pod({
    name: `coredns-${index}`,
    namespace: 'kube-system',
    metadata: { labels: { 'k8s-app': 'kube-dns' } },
    owner: owner('ReplicaSet', 'coredns-1'),
    spec: { nodeName, priorityClassName: 'system-cluster-critical' },
  }),
);

const object = (name: string, namespace: string) => ({ name, namespace, uid: `uid-${name}` });

/** Three nodes of blue, CoreDNS, and Deployment shop/web with two pods. */
export function view(overrides: Partial<ClusterView> = {}): ClusterView {
  return {
    readAt: new Date(now),
    nodes: [0, 1, 2].map((index) => blueNode(index)),
    pods: [...corednsPods, web('web-1-a', 'blue-0'), web('web-1-b', 'blue-2')],
    podDisruptionBudgets: [],
    deployments: [
      { metadata: object('web', 'shop'), spec: { replicas: 2 } },
      { metadata: object('coredns', 'kube-system'), spec: { replicas: 2 } },
    ],
    statefulSets: [{ metadata: object('db', 'shop'), spec: { replicas: 1 } }],
    daemonSets: [],
    replicaSets: [
      { metadata: { ...object('web-1', 'shop'), ownerReferences: [owner('Deployment', 'web')] } },
      { metadata: { ...object('coredns-1', 'kube-system'), ownerReferences: [owner('Deployment', 'coredns')] } },
    ],
    jobs: [{ metadata: object('report', 'shop') }],
    persistentVolumes: [],
    ...overrides,
  };
}

/** A pod of Deployment shop/web. */
export const web = (name: string, nodeName: string, spec: object = {}, parts: Parameters<typeof pod>[0] = {}): Pod =>
  pod({ name, ...parts, spec: { nodeName, ...spec } });

interface Overrides extends Partial<Omit<PreflightFacts, 'options'>> {
  readonly options?: Partial<RotationOptions>;
}

/** A preflight that finds nothing: blue with three nodes, green ready to grow, everything read. */
export function facts({ options, ...overrides }: Overrides = {}): PreflightFacts {
  const seen = overrides.view === undefined ? view() : overrides.view;
  const blue = overrides.blue === undefined ? blueGroup() : overrides.blue;
  const green = overrides.green === undefined ? (overrides.create ? null : greenGroup()) : overrides.green;
  const ids = (group: GroupFacts | null) => new Set(group?.live.instances.map(({ id }) => id));
  const namesOf = (group: GroupFacts | null) =>
    new Set(
      (seen?.nodes ?? []).flatMap(({ metadata, spec }) =>
        ids(group).has(spec?.providerID?.split('/').at(-1) ?? '') ? [metadata.name] : [],
      ),
    );
  const snapshot: Snapshot = {
    takenAt: new Date(now).toISOString(),
    clusterVersion: overrides.clusterVersion ?? '1.34',
    blue: groupSnapshot((blue ?? blueGroup()).live),
    green: green && groupSnapshot(green.live),
    nodes: [],
    budgets: [],
    workloads: seen ? workloadsOf(seen) : [],
  };
  return {
    now: new Date(now),
    rotationId: 'rot-payments-1',
    clusterName: 'payments',
    clusterVersion: '1.34',
    size: blue?.live.bounds.desired ?? 3,
    options: effectiveOptions(options ?? {}),
    allow: { force: [], unmanaged: [] },
    approvalRequired: false,
    snapshot,
    create: null,
    greenIsOurs: false,
    ourSuspensions: {},
    unreadable: [],
    blueNodes: namesOf(blue),
    greenNodes: namesOf(green),
    cluster: { status: 'ACTIVE', ipFamily: 'ipv4', zonalShift: false, autoMode: false },
    blue,
    green,
    view: seen,
    quota: { limit: 100, used: 20 },
    subnets: zones.map((zone, index) => ({ id: `subnet-${'abc'[index]}`, zone, freeAddresses: 200 })),
    instanceTypes: [m5large],
    networking: { warmAddresses: null, minimumAddresses: null, warmInterfaces: null, prefixes: false, customSubnets: false },
    webhooks: [],
    autoscalers: [],
    nodePools: [],
    scheduledActions: [],
    lifecycleHooks: [],
    volumeAttachments: [],
    insights: [],
    access: [],
    ...overrides,
  };
}

/** `block quota-short Account quota …`: what a test looks at first. */
export const brief = (problems: readonly { readonly severity: string; readonly id: string; readonly object: string }[]) =>
  problems.map(({ severity, id, object: about }) => `${severity} ${id} ${about}`);
