import type { Nodegroup } from '../inventory/evidence/eks-nodegroups.ts';
import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';
import type { Pod } from '../inventory/evidence/kubernetes-pods.ts';
import { nodeGroupOf } from '../workloads/node-groups.ts';
import { isTerminal } from '../workloads/pods.ts';

/** Nodes that EKS replaces at once unless the group says otherwise, and at most.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html */
const defaultMaxUnavailable = 1;
const limitOfMaxUnavailable = 100;

/** Addresses of a /28 block.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses.html */
const addressesOfPrefix = 16;

/** What EKS lets a node with prefix delegation run: 110 pods, 250 from 30 vCPUs on. No instance type has a limit of network interfaces
 *  times addresses that gives either number, so they tell the mode; the settings of the VPC CNI are environment variables, which are never
 *  collected.
 *  @see https://github.com/awslabs/amazon-eks-ami/blob/main/templates/al2/runtime/max-pods-calculator.sh */
const podsWithPrefixDelegation: ReadonlySet<number> = new Set([110, 250]);

/** How the VPC CNI gives addresses to the pods of a node group. */
type AddressMode = 'per-ip' | 'prefix-delegation' | 'ipv6';

/** What the cluster says of its network. */
interface NetworkOfCluster {
  /** Pods have addresses of the subnets of ENIConfigs. */
  readonly customNetworking: boolean;
  /** Pods have IPv6 addresses. */
  readonly ipv6: boolean;
}

/** IPv4 addresses that the new nodes of an update take at the least, beside the old ones. */
export interface Surge {
  readonly nodegroup: string;
  /** New nodes at a time. */
  readonly nodes: number;
  readonly mode: AddressMode;
  /** Pods with an address of their own on the fullest node of the group. */
  readonly podsPerNode: number;
  readonly neededOfNodeSubnets: number;
  /** 0 without custom networking. */
  readonly neededOfPodSubnets: number;
}

/** The surge of one managed node group, as if its new nodes were as full as its fullest is now; undefined when no node of it was seen. */
export function surgeOf(
  nodegroup: Nodegroup,
  nodes: readonly Node[],
  pods: readonly Pod[],
  { customNetworking, ipv6 }: NetworkOfCluster,
): Surge | undefined {
  const members = nodes.filter((node) => {
    const { kind, name } = nodeGroupOf(node);
    return kind === 'Nodegroup' && name === nodegroup.nodegroupName;
  });
  if (members.length === 0) return undefined;
  const perNode = Map.groupBy(pods.filter(hasAddress), ({ spec }) => spec?.nodeName);
  const podsPerNode = Math.max(...members.map(({ metadata }) => perNode.get(metadata.name)?.length ?? 0));
  const mode = ipv6 ? 'ipv6' : members.some(hasPrefixDelegation) ? 'prefix-delegation' : 'per-ip';
  const surging = maxUnavailable(nodegroup, members.length);
  const ofPods = surging * addressesOfPods(podsPerNode, mode);
  return {
    nodegroup: nodegroup.nodegroupName,
    nodes: surging,
    mode,
    podsPerNode,
    // Each node has one address of its own.
    neededOfNodeSubnets: surging + (customNetworking ? 0 : ofPods),
    neededOfPodSubnets: customNetworking ? ofPods : 0,
  };
}

function hasAddress(pod: Pod): boolean {
  return !pod.spec?.hostNetwork && !isTerminal(pod);
}

function hasPrefixDelegation({ status }: Node): boolean {
  return podsWithPrefixDelegation.has(Number(status?.allocatable?.pods));
}

/** A node with prefix delegation has one block at least, and whole blocks. */
function addressesOfPods(pods: number, mode: AddressMode): number {
  switch (mode) {
    case 'ipv6':
      return 0;
    case 'prefix-delegation':
      return Math.max(1, Math.ceil(pods / addressesOfPrefix)) * addressesOfPrefix;
    case 'per-ip':
      return pods;
  }
}

function maxUnavailable({ updateConfig, scalingConfig }: Nodegroup, seen: number): number {
  const percentage = updateConfig?.maxUnavailablePercentage;
  const size = scalingConfig?.desiredSize ?? seen;
  const asked = updateConfig?.maxUnavailable ?? (percentage == null ? defaultMaxUnavailable : Math.ceil((size * percentage) / 100));
  return Math.min(limitOfMaxUnavailable, Math.max(1, asked));
}
