import type { Nodegroup } from '../inventory/evidence/eks-nodegroups.ts';
import { type Doubt, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { count, someOf } from './phrases.ts';
import { addressesOf, allCounted, type SubnetAddresses, uncountedSubnets, whatTakesThem, zonesText } from './subnet-addresses.ts';
import { type Surge, surgeOf } from './surge-addresses.ts';

const documentation = 'https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html';

/** Free addresses for the nodes of an update and their pods, which come before the old ones go.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html */
export const nodeSubnetIps = defineCheck({
  id: 'node-subnet-ips',
  title: 'Free addresses in the subnets of nodes',
  scope: 'now',
  needs: ['ec2.subnets', 'eks.nodegroups', 'eks.fargateProfiles'],
  uses: ['eks.cluster', 'kubernetes.nodes', 'kubernetes.pods', 'kubernetes.eniConfigs'],
  explanation: {
    rule:
      'Free addresses of all subnets of the managed node groups and Fargate profiles together, each subnet once: fewer than thresholds.nodeSubnetFreeIps.required (30) are required, ' +
      'fewer than thresholds.nodeSubnetFreeIps.recommended (100) recommended. Where nodes and pods were read, also recommended: the subnets of a node group have fewer addresses than its update takes, ' +
      'which is its maximum of unavailable nodes times one address for the node and what its pods take. That is one address a pod; blocks of 16 with prefix delegation ' +
      '(nodes that may run exactly 110 or 250 pods, as EKS sets it then); none in an IPv6 cluster; and with custom networking (ENIConfigs exist) addresses of the subnets of the ENIConfigs instead. ' +
      'One finding a cluster. Does not apply where there is no subnet to judge, as with EKS Auto Mode alone.',
    sources: [documentation, 'https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses.html'],
    elsewhere: 'AWS001',
  },
  documentation,
  run: ({ identity, cluster, subnets, nodegroups, fargateProfiles, nodes, pods, eniConfigs, configuration }) => {
    const all = addressesOf(
      [...nodegroups, ...fargateProfiles].flatMap((one) => one.subnets ?? []),
      subnets,
    );
    const unknown = [...nodegroups.flatMap(withoutSubnets), ...uncountedSubnets(all, 'which node groups or Fargate profiles use')];
    if (all.subnetIds.length === 0) return { findings: [], unknown, notApplicable: unknown.length === 0 };

    const ofPods = addressesOf(
      (eniConfigs ?? []).flatMap(({ spec }) => spec?.subnet ?? []),
      subnets,
    );
    const network = { customNetworking: ofPods.subnetIds.length > 0, ipv6: cluster?.kubernetesNetworkConfig?.ipFamily === 'ipv6' };
    const short = nodegroups.flatMap((group) => {
      const surge = nodes && pods && surgeOf(group, nodes, pods, network);
      return surge ? shortOf(surge, addressesOf(group.subnets ?? [], subnets), ofPods) : [];
    });

    const { required, recommended } = configuration.thresholds.nodeSubnetFreeIps;
    // What was not counted could be enough.
    const isBelow = (limit: number) => allCounted(all) && all.available < limit;
    if (!isBelow(recommended) && short.length === 0) return { findings: [], unknown };
    const severity = isBelow(required) ? 'required' : 'recommended';
    const below = isBelow(recommended) ? [`${belowText(all)}, fewer than ${isBelow(required) ? required : recommended}`] : [];
    const finding: FindingDraft = {
      severity,
      subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
      message: sentence([...below, ...(short.length > 0 ? [shortText(short)] : [])]),
      facts: {
        available: all.available,
        availableByZone: all.availableByZone,
        requiredBelow: required,
        recommendedBelow: recommended,
        subnetIds: [...all.subnetIds],
        subnetsNotFound: [...all.notFound],
        subnetsUnreadable: [...all.unreadable],
        surges: short.map((one) => ({ ...one })),
      },
      remediation: `Free addresses, or move the nodes to larger subnets. What takes them: ${whatTakesThem(all, identity.region)}`,
      tags: cluster?.tags,
    };
    return { findings: [finding], unknown };
  },
});

function sentence(parts: readonly string[]): string {
  const text = parts.join('; ');
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** A surge for which there are too few addresses, in the subnets of the nodes or of the pods. */
interface ShortSurge extends Surge {
  readonly of: 'node subnets' | 'ENIConfig subnets';
  readonly needed: number;
  readonly available: number;
}

function shortOf(surge: Surge, ofNodes: SubnetAddresses, ofPods: SubnetAddresses): ShortSurge[] {
  const pools = [
    { of: 'node subnets', needed: surge.neededOfNodeSubnets, pool: ofNodes },
    { of: 'ENIConfig subnets', needed: surge.neededOfPodSubnets, pool: ofPods },
  ] as const;
  return pools.flatMap(({ of, needed, pool }) =>
    allCounted(pool) && pool.available < needed ? [{ ...surge, of, needed, available: pool.available }] : [],
  );
}

function belowText(all: SubnetAddresses): string {
  const subnets = count(all.subnetIds.length, 'subnet');
  return `${all.available} free addresses in the ${subnets} of node groups and Fargate profiles (${zonesText(all)})`;
}

function shortText(short: readonly ShortSurge[]): string {
  const texts = short.map(
    ({ nodegroup, nodes, needed, available, of }) =>
      `an update of node group ${nodegroup} takes at least ${needed} addresses of its ${of} for ${count(nodes, 'new node')}, ${available} are free`,
  );
  return someOf(texts);
}

function withoutSubnets({ nodegroupName, subnets }: Nodegroup): Doubt[] {
  return subnets?.length
    ? []
    : [
        {
          evidence: 'eks.nodegroups',
          code: 'InvalidResponse',
          message: `DescribeNodegroup names no subnet of node group ${nodegroupName}`,
        },
      ];
}
