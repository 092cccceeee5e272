import type { Problem } from '../../record.ts';
import type { PreflightFacts } from './facts.ts';
import { groupOfNewNodes, newNodesOf } from './new-nodes.ts';
import { block, counted, warn } from './problems.ts';

/** The control plane wants up to five addresses of a subnet.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html */
const forControlPlane = 5;

/** (4) The subnets of green have addresses for its nodes, and for what the VPC CNI keeps ready on each. A group spreads its nodes evenly over
 *  its zones. F-04. */
export function addresses(facts: PreflightFacts): Problem[] {
  const { subnets, networking } = facts;
  const from = groupOfNewNodes(facts);
  if (!subnets || !from) return [];
  const missing = from.source.subnets.filter((id) => !subnets.some((subnet) => subnet.id === id));
  const gone = missing.map((id) =>
    block('subnet-missing', '4', `Subnet ${id}`, 'green is to launch there, and it does not exist', 'give the group subnets that exist'),
  );
  if (subnets.length === 0)
    return gone.length > 0
      ? gone
      : [warn('addresses-not-verified', '4', 'The subnets of green', 'which they are could not be verified', null)];
  const custom = networking?.customSubnets
    ? [
        warn(
          'addresses-not-verified',
          '4',
          'DaemonSet kube-system/aws-node',
          'pods get addresses of other subnets than their nodes (custom networking), which could not be verified',
          'see that the subnets of the ENIConfigs have free addresses',
        ),
      ]
    : [];
  return [...gone, ...custom, ...addressNeeds(facts).flatMap(short)];
}

/** Addresses that a node takes for pods before it runs any: what is kept warm, by default those of one more interface (WARM_ENI_TARGET=1). With
 *  prefixes an interface takes 16 at a time.
 *  @see https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/eni-and-ip-target.md */
function warmAddresses({ networking, instanceTypes }: PreflightFacts, types: readonly string[]): number {
  const { warmAddresses: warm = null, minimumAddresses: minimum = null, warmInterfaces = null, prefixes = false } = networking ?? {};
  if (warm !== null || minimum !== null) {
    const wanted = Math.max(warm ?? 0, minimum ?? 0);
    return prefixes ? Math.ceil(wanted / prefixSize) * prefixSize : wanted;
  }
  if (prefixes) return prefixSize;
  const ofInterface = (instanceTypes ?? [])
    .filter(({ name }) => types.includes(name))
    .map(({ addressesPerInterface }) => addressesPerInterface ?? 0);
  return (warmInterfaces ?? 1) * Math.max(usualAddresses, ...ofInterface);
}

const prefixSize = 16;
/** Of an interface of the sizes from `large` to `xlarge`, where the type is not known. */
const usualAddresses = 10;

export interface AddressNeeds {
  readonly zone: string;
  readonly subnets: readonly string[];
  readonly nodes: number;
  readonly perNode: number;
  readonly needed: number;
  readonly free: number;
}

/** By zone; nothing where the subnets are not known, or no node is to come. */
export function addressNeeds(facts: PreflightFacts): AddressNeeds[] {
  const { subnets, cluster, networking } = facts;
  const from = groupOfNewNodes(facts);
  if (!from || !subnets || newNodesOf(facts) === 0) return [];
  const perNode = 1 + (cluster?.ipFamily === 'ipv6' || networking?.customSubnets ? 0 : warmAddresses(facts, from.types));
  const byZone = [...Map.groupBy(subnets, ({ zone }) => zone ?? 'an unknown zone')].sort(([a], [b]) => (a < b ? -1 : 1));
  const nodes = Math.ceil(newNodesOf(facts) / byZone.length);
  return byZone.map(([zone, members]) => ({
    zone,
    subnets: members.map(({ id }) => id).sort(),
    nodes,
    perNode,
    needed: nodes * perNode + forControlPlane,
    free: members.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0),
  }));
}

function short({ zone, subnets, nodes, perNode, needed, free }: AddressNeeds): Problem[] {
  if (free >= needed) return [];
  const need = `${counted(nodes, 'node')} of green need ${needed}: ${perNode} each and ${forControlPlane} for the control plane`;
  const remedy = 'add a subnet or a CIDR block, or lower WARM_ENI_TARGET of the VPC CNI';
  return [block('addresses-short', '4', `Subnet ${subnets.join(', ')}`, `${free} free addresses in ${zone}, and ${need}`, remedy)];
}
