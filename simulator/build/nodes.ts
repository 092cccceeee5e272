import type { Node } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import type { Site } from './site.ts';
import { stableId, stableNumber } from './stable-names.ts';

/** What runs on the nodes of EKS, as `nodeInfo` shows it. Amazon Linux 2 and, until Kubernetes 1.33, Amazon Linux 2023 came with containerd 1.7. */
const operatingSystems = {
  al2: () => ({
    osImage: 'Amazon Linux 2',
    kernelVersion: '5.10.245-241.978.amzn2.x86_64',
    containerRuntimeVersion: 'containerd://1.7.27',
  }),
  al2023: (minor: number) => ({
    osImage: 'Amazon Linux 2023.9.20261102',
    kernelVersion: '6.12.58-82.121.amzn2023.x86_64',
    containerRuntimeVersion: minor >= 34 ? 'containerd://2.1.5' : 'containerd://1.7.28',
  }),
  bottlerocket: (minor: number) => ({
    osImage: `Bottlerocket OS 1.52.0 (aws-k8s-1.${minor})`,
    kernelVersion: '6.12.55',
    containerRuntimeVersion: 'containerd://2.1.5+bottlerocket',
  }),
  autoMode: (minor: number) => ({
    osImage: `Bottlerocket (EKS Auto, Standard) 2026.11.3 (aws-k8s-1.${minor}-standard)`,
    kernelVersion: '6.12.55',
    containerRuntimeVersion: 'containerd://2.1.5+bottlerocket',
  }),
  /** Fargate calls its own image Amazon Linux 2 too. */
  fargate: () => ({
    osImage: 'Amazon Linux 2',
    kernelVersion: '5.10.245-241.978.amzn2.x86_64',
    containerRuntimeVersion: 'containerd://1.7.27',
  }),
} as const;

/** Patch releases and builds of the kubelets in the fleet. */
const kubelets: Readonly<Record<string, string>> = {
  '1.28': 'v1.28.15-eks-473151a',
  '1.29': 'v1.29.15-eks-473151a',
  '1.30': 'v1.30.14-eks-3abbec1',
  '1.31': 'v1.31.14-eks-113cf36',
  '1.32': 'v1.32.12-eks-113cf36',
  '1.33': 'v1.33.8-eks-ecaa3a6',
  '1.34': 'v1.34.5-eks-ecaa3a6',
  '1.35': 'v1.35.3-eks-3a10415',
  '1.36': 'v1.36.1-eks-7ff4b22',
};

interface NodesInput {
  /** What the nodes belong to; also tells their names apart. */
  readonly pool: string;
  readonly count: number;
  /** Minor of the kubelet. */
  readonly kubelet: string;
  readonly os?: keyof typeof operatingSystems;
  readonly instanceType?: string;
  /** Who made them. */
  readonly managedBy?: 'nodegroup' | 'karpenter' | 'auto-mode' | 'fargate' | 'self';
  readonly labels?: Readonly<Record<string, string>>;
  /** Names of nodes by number that are not Ready. */
  readonly notReady?: readonly number[];
}

/** Nodes of one pool, spread over the zones of the site. */
export function createNodes(site: Site, input: NodesInput): Node[] {
  return Array.from({ length: input.count }, (_, index) => createNode(site, input, index));
}

function createNode(site: Site, input: NodesInput, index: number): Node {
  const { pool, kubelet, os = 'al2023', instanceType = 'm7i.xlarge', managedBy = 'nodegroup' } = input;
  const zone = site.zones[index % site.zones.length] ?? site.region;
  const host = hostName(site, pool, index);
  const isReady = !input.notReady?.includes(index);
  return {
    metadata: {
      name: managedBy === 'fargate' ? `fargate-${host}` : host,
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': instanceType,
        'topology.kubernetes.io/region': site.region,
        'topology.kubernetes.io/zone': zone,
        ...ownerLabels[managedBy](pool),
        ...input.labels,
      },
      creationTimestamp: '2026-10-06T07:30:00Z',
    },
    spec: {
      providerID: `aws:///${zone}/i-${stableId(`${site.name}/${host}`)}`,
      taints: managedBy === 'fargate' ? [{ key: 'eks.amazonaws.com/compute-type', value: 'fargate', effect: 'NoSchedule' }] : [],
    },
    status: {
      allocatable: { cpu: '3920m', memory: '14962Mi', pods: '58' },
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'Unknown', reason: isReady ? 'KubeletReady' : 'NodeStatusUnknown' }],
      nodeInfo: {
        kubeletVersion: kubelets[kubelet] ?? `v${kubelet}.0-eks-0000000`,
        ...operatingSystems[os](Number(kubelet.split('.')[1])),
        architecture: 'amd64',
        operatingSystem: 'linux',
      },
    },
  };
}

const ownerLabels: Readonly<Record<NonNullable<NodesInput['managedBy']>, (pool: string) => Readonly<Record<string, string>>>> = {
  nodegroup: (pool) => ({ 'eks.amazonaws.com/nodegroup': pool, 'eks.amazonaws.com/capacityType': 'ON_DEMAND' }),
  karpenter: (pool) => ({ 'karpenter.sh/nodepool': pool, 'karpenter.sh/capacity-type': 'spot' }),
  'auto-mode': (pool) => ({ 'karpenter.sh/nodepool': pool, 'eks.amazonaws.com/compute-type': 'auto' }),
  fargate: () => ({ 'eks.amazonaws.com/compute-type': 'fargate' }),
  self: () => ({}),
};

/** An address of the zone's subnet; 3 zones of 16 third octets each. */
function hostName(site: Site, pool: string, index: number): string {
  const zone = index % site.zones.length;
  const start = stableNumber(`${site.name}/${pool}`, 16 * 240);
  const address = (start + Math.floor(index / site.zones.length) * 7) % (16 * 240);
  return `ip-10-${site.octet}-${zone * 16 + Math.floor(address / 240)}-${(address % 240) + 10}.${site.region}.compute.internal`;
}
