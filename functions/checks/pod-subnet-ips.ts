import { type Doubt, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { count, someOf } from './phrases.ts';
import { addressesOf, allCounted, type SubnetAddresses, uncountedSubnets, whatTakesThem, zonesText } from './subnet-addresses.ts';

/** Free addresses below which pods of new nodes find none: one /28 block of prefix delegation. */
const requiredBelow = 16;
/** Free addresses below which an update of a few nodes can take them all. */
const recommendedBelow = 256;

const documentation = 'https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network.html';

/** Free addresses in the subnets that custom networking gives to pods.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network.html */
export const podSubnetIps = defineCheck({
  id: 'pod-subnet-ips',
  title: 'Free addresses in the subnets of pods',
  scope: 'now',
  needs: ['kubernetes.eniConfigs', 'ec2.subnets'],
  uses: ['eks.cluster'],
  explanation: {
    rule:
      `Free addresses of the subnets of all ENIConfigs together, each subnet once: fewer than ${requiredBelow} are required, fewer than ${recommendedBelow} recommended. ` +
      `Also recommended, whatever the sum: a zone with fewer than ${requiredBelow}, because pods take addresses of the zone of their node only. ` +
      'One finding a cluster. Does not apply without ENIConfigs; a subnet that EC2 does not know is unknown.',
    sources: [documentation, 'https://docs.aws.amazon.com/eks/latest/best-practices/custom-networking.html'],
    elsewhere: 'AWS002',
  },
  documentation,
  run: ({ identity, cluster, eniConfigs, subnets }) => {
    if (eniConfigs.length === 0) return { findings: [], notApplicable: true };
    const all = addressesOf(
      eniConfigs.flatMap(({ spec }) => spec?.subnet || []),
      subnets,
    );
    const unnamed = eniConfigs.filter(({ spec }) => !spec?.subnet).map(({ metadata }) => metadata.name);
    const unknown: Doubt[] = [
      ...(unnamed.length > 0
        ? [{ evidence: 'kubernetes.eniConfigs', code: 'InvalidResponse', message: `${someOf(unnamed)} names no subnet` } as const]
        : []),
      ...uncountedSubnets(all, 'which ENIConfigs name'),
    ];
    // What was not counted could be enough.
    const severity = allCounted(all) && all.subnetIds.length > 0 ? severityOf(all) : undefined;
    if (!severity) return { findings: [], unknown };
    const finding: FindingDraft = {
      severity,
      subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
      message: `${all.available} free addresses in the ${count(all.subnetIds.length, 'subnet')} of ENIConfigs (${zonesText(all)}), ${whyOf(all)}`,
      facts: {
        available: all.available,
        availableByZone: all.availableByZone,
        requiredBelow,
        recommendedBelow,
        zonesWithFew: zonesWithFew(all),
        subnetIds: [...all.subnetIds],
      },
      remediation: `Free addresses, or let the ENIConfigs name larger subnets. What takes them: ${whatTakesThem(all, identity.region)}`,
      tags: cluster?.tags,
    };
    return { findings: [finding], unknown };
  },
});

function severityOf(all: SubnetAddresses): 'required' | 'recommended' | undefined {
  if (all.available < requiredBelow) return 'required';
  return all.available < recommendedBelow || zonesWithFew(all).length > 0 ? 'recommended' : undefined;
}

function whyOf(all: SubnetAddresses): string {
  if (all.available < requiredBelow) return `fewer than ${requiredBelow}: pods of new nodes find none`;
  if (all.available < recommendedBelow) return `fewer than ${recommendedBelow}`;
  return `fewer than ${requiredBelow} in ${someOf(zonesWithFew(all))}: pods take addresses of the zone of their node only`;
}

function zonesWithFew({ availableByZone }: SubnetAddresses): string[] {
  return Object.entries(availableByZone).flatMap(([zone, available]) => (available < requiredBelow ? [zone] : []));
}
