import type { ErrorCode } from '../../functions/inventory/error-codes.ts';
import type { Subnet } from '../../functions/inventory/evidence/ec2-subnets.ts';
import type { Addon } from '../../functions/inventory/evidence/eks-addons.ts';
import type { AddonInfo, ClusterVersion } from '../../functions/inventory/evidence/eks-catalogue.ts';
import type { Cluster } from '../../functions/inventory/evidence/eks-cluster.ts';
import type { Nodegroup } from '../../functions/inventory/evidence/eks-nodegroups.ts';
import type { DaemonSet, Deployment } from '../../functions/inventory/evidence/kubernetes-controllers.ts';
import type { Node } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import type { PodDisruptionBudget } from '../../functions/inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import type { EvidenceKey } from '../../functions/inventory/evidence/list.ts';
import type { Inventory } from '../../functions/inventory/inventory.ts';

/** Data by key, well-formed or not, or why there is none. A key that is left out counts as `NotRequested`. */
export type EvidenceInput = Partial<Readonly<Record<EvidenceKey, unknown>>>;

class Unavailable {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    this.code = code;
  }
}

/** In place of data: the key was asked for and not read. */
export const unavailable = (code: ErrorCode) => new Unavailable(code);

const clusterArn = 'arn:aws:eks:eu-west-1:111111111111:cluster/payments';

/** The inventory of cluster `payments` with just this evidence. */
export function createInventory(evidence: EvidenceInput = {}): Inventory {
  const entries = Object.entries(evidence).map(([key, data]) => [
    key,
    data instanceof Unavailable
      ? { status: 'unavailable', code: data.code, message: `${key} was not read` }
      : { status: 'collected', data },
  ]);
  return {
    schemaVersion: '1',
    collectedAt: '2026-11-21T06:00:04Z',
    cluster: { accountId: '111111111111', region: 'eu-west-1', name: 'payments', arn: clusterArn },
    evidence: Object.fromEntries(entries),
  };
}

export function createCluster(overrides: Partial<Cluster> = {}): Cluster {
  return {
    name: 'payments',
    arn: clusterArn,
    version: '1.34',
    status: 'ACTIVE',
    resourcesVpcConfig: { subnetIds: ['subnet-a', 'subnet-b'] },
    health: { issues: [] },
    upgradePolicy: { supportType: 'EXTENDED' },
    tags: { team: 'payments' },
    ...overrides,
  };
}

export function createNodegroup(overrides: Partial<Nodegroup> = {}): Nodegroup {
  const nodegroupName = overrides.nodegroupName ?? 'web';
  return {
    nodegroupName,
    nodegroupArn: `arn:aws:eks:eu-west-1:111111111111:nodegroup/payments/${nodegroupName}/8ec1`,
    clusterName: 'payments',
    version: '1.34',
    status: 'ACTIVE',
    amiType: 'AL2023_x86_64_STANDARD',
    nodeRole: 'arn:aws:iam::111111111111:role/node',
    subnets: ['subnet-a', 'subnet-b'],
    health: { issues: [] },
    tags: { team: 'web' },
    ...overrides,
  };
}

type NodeInfo = NonNullable<NonNullable<Node['status']>['nodeInfo']>;

/** A node on Amazon Linux 2023; `nodeInfo` is merged into the default one. */
export function createNode(
  overrides: {
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly nodeInfo?: Partial<NodeInfo> | null;
  } = {},
): Node {
  const nodeInfo = {
    kubeletVersion: 'v1.34.2-eks-0a1b2c3',
    osImage: 'Amazon Linux 2023.9.20251014',
    kernelVersion: '6.12.46-66.121.amzn2023.x86_64',
    containerRuntimeVersion: 'containerd://2.1.4',
    architecture: 'amd64',
    operatingSystem: 'linux',
  };
  return {
    metadata: { name: overrides.name ?? 'ip-10-0-0-1.eu-west-1.compute.internal', labels: { ...overrides.labels } },
    status: { nodeInfo: overrides.nodeInfo === null ? null : { ...nodeInfo, ...overrides.nodeInfo } },
  };
}

export function createSubnet(overrides: Partial<Subnet> = {}): Subnet {
  return {
    SubnetId: 'subnet-a',
    AvailabilityZone: 'eu-west-1a',
    AvailabilityZoneId: 'euw1-az1',
    AvailableIpAddressCount: 200,
    ...overrides,
  };
}

/** One entry of DescribeClusterVersions. */
export function createClusterVersion(overrides: Partial<ClusterVersion> = {}): ClusterVersion {
  return {
    clusterVersion: '1.34',
    endOfStandardSupportDate: '2026-12-02T00:00:00Z',
    endOfExtendedSupportDate: '2027-12-02T00:00:00Z',
    versionStatus: 'STANDARD_SUPPORT',
    ...overrides,
  };
}

export function createAddon(overrides: Partial<Addon> = {}): Addon {
  const addonName = overrides.addonName ?? 'vpc-cni';
  return {
    addonName,
    addonArn: `arn:aws:eks:eu-west-1:111111111111:addon/payments/${addonName}/8ec1`,
    clusterName: 'payments',
    addonVersion: 'v1.20.4-eksbuild.1',
    status: 'ACTIVE',
    health: { issues: [] },
    owner: 'aws',
    publisher: 'eks',
    tags: { team: 'network' },
    ...overrides,
  };
}

/** One entry of DescribeAddonVersions: for each version the Kubernetes versions that take it; `*` after one marks the default there. */
export function createAddonInfo(addonName: string, versions: Readonly<Record<string, readonly string[]>>): AddonInfo {
  return {
    addonName,
    type: 'networking',
    publisher: 'eks',
    owner: 'aws',
    addonVersions: Object.entries(versions).map(([addonVersion, clusterVersions]) => ({
      addonVersion,
      compatibilities: clusterVersions.map((text) => ({ clusterVersion: text.replace('*', ''), defaultVersion: text.endsWith('*') })),
    })),
  };
}

interface WorkloadOverrides {
  readonly name?: string;
  readonly namespace?: string;
  readonly replicas?: number | null;
  /** Labels of the object. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Labels of its pods, and what it selects them by. @default { app: name } */
  readonly podLabels?: Readonly<Record<string, string>>;
}

/** A Deployment; a StatefulSet or a ReplicaSet with its spec has the same shape. */
export function createDeployment(overrides: WorkloadOverrides = {}): Deployment {
  const { name = 'web', namespace = 'shop', replicas = 2, labels = {}, podLabels = { app: name } } = overrides;
  return {
    metadata: { name, namespace, labels: { ...labels } },
    spec: { replicas, selector: { matchLabels: { ...podLabels } }, template: { metadata: { labels: { ...podLabels } } } },
  };
}

/** kube-proxy as EKS installs it, unless told otherwise. */
export function createDaemonSet(
  overrides: {
    readonly name?: string;
    readonly namespace?: string;
    readonly podLabels?: Readonly<Record<string, string>>;
    readonly containers?: readonly { readonly name: string; readonly image?: string }[];
  } = {},
): DaemonSet {
  const { name = 'kube-proxy', namespace = 'kube-system', podLabels = { 'k8s-app': name } } = overrides;
  const containers = overrides.containers ?? [{ name, image: 'registry.example/eks/kube-proxy:v1.34.2-minimal-eksbuild.1' }];
  return {
    metadata: { name, namespace, labels: { ...podLabels } },
    spec: { template: { metadata: { labels: { ...podLabels } }, spec: { containers: [...containers] } } },
  };
}

/** A running pod of Deployment `web`; ready unless told otherwise. */
export function createPod(
  overrides: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    /** Kind of its controller; null for none. @default ReplicaSet */
    readonly controller?: string | null;
    readonly ready?: boolean;
    readonly phase?: string;
    readonly crashLooping?: boolean;
    readonly deletionTimestamp?: string;
  } = {},
): Pod {
  const { name = 'web-7d4b9-x1', namespace = 'shop', labels = { app: 'web' }, controller = 'ReplicaSet' } = overrides;
  const ready = overrides.ready ?? !overrides.crashLooping;
  const owner = { apiVersion: controller === 'Job' ? 'batch/v1' : 'apps/v1', kind: controller ?? '', name: 'owner', controller: true };
  return {
    metadata: {
      name,
      namespace,
      labels: { ...labels },
      ownerReferences: controller === null ? [] : [owner],
      deletionTimestamp: overrides.deletionTimestamp,
    },
    status: {
      phase: overrides.phase ?? 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [
        overrides.crashLooping
          ? { name: 'app', ready: false, restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } } }
          : { name: 'app', ready, restartCount: 0 },
      ],
    },
  };
}

/** A budget over the pods of Deployment `web` that allows one disruption of two pods, unless told otherwise. */
export function createPodDisruptionBudget(
  overrides: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly spec?: NonNullable<PodDisruptionBudget['spec']>;
    readonly status?: PodDisruptionBudget['status'];
  } = {},
): PodDisruptionBudget {
  const { name = 'web', namespace = 'shop', labels = {}, spec = { maxUnavailable: 1 } } = overrides;
  const status = { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 };
  return {
    metadata: { name, namespace, labels: { ...labels } },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
    status: overrides.status === null ? null : { ...status, ...overrides.status },
  };
}
