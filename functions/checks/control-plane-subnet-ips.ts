import { formatVersion } from '../versions/kubernetes-version.ts';
import { defineCheck } from './define-check.ts';
import { count, someOf } from './phrases.ts';
import { addressesOf, uncountedSubnets, zonesText } from './subnet-addresses.ts';

/** Addresses that an update of the control plane may take from the subnets.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html */
const addressesNeeded = 5;

/** The control plane has network interfaces in at least two zones.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html */
const zonesNeeded = 2;

/** Free addresses for the new API servers of an update. A single small subnet does no harm while its zone, and another, have enough. */
export const controlPlaneSubnetIps = defineCheck({
  id: 'control-plane-subnet-ips',
  title: 'Free addresses in the subnets of the control plane',
  essential: true,
  scope: 'upgrade',
  // What one update needs is free again after it.
  against: 'next-hop',
  needs: ['ec2.subnets', 'eks.cluster'],
  explanation: {
    rule:
      `Free addresses of the cluster's subnets are summed per Availability Zone. Fewer than ${zonesNeeded} zones with at least ${addressesNeeded} are a required finding. ` +
      'A subnet that the cluster names and EC2 does not know makes the result unknown, unless no number of addresses in it could be enough. ' +
      'Does not apply to local clusters on Outposts.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html',
      'https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html',
    ],
    elsewhere: 'EKS001',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html',
  run: ({ identity, cluster, subnets, target }) => {
    if (cluster.outpostConfig?.outpostArns?.length) return { findings: [], notApplicable: true };
    const ids = [...new Set(cluster.resourcesVpcConfig?.subnetIds ?? [])].sort();
    if (ids.length === 0)
      return { findings: [], unknown: [{ evidence: 'eks.cluster', code: 'InvalidResponse', message: 'DescribeCluster names no subnet' }] };

    const addresses = addressesOf(ids, subnets);
    const { availableByZone, notFound, unreadable } = addresses;
    const unknown = uncountedSubnets(addresses, 'which the cluster uses');
    const zones = Object.entries(availableByZone);
    const enough = zones.filter(([, available]) => available >= addressesNeeded).length;
    // Each subnet that was not seen may, at best, add one zone.
    if (enough + notFound.length + unreadable.length >= zonesNeeded) return { findings: [], unknown };

    const seen = zones.length === 0 ? 'none seen' : zonesText(addresses);
    const lost = notFound.length > 0 ? `; ${count(notFound.length, 'subnet')} not found (${someOf(notFound)})` : '';
    return {
      findings: [
        {
          severity: 'required',
          subject: { kind: 'Cluster', name: identity.name, arn: identity.arn },
          hop: target && formatVersion(target),
          message:
            `${count(enough, 'zone')} of cluster ${identity.name} ${enough === 1 ? 'has' : 'have'} at least ${addressesNeeded} free addresses, ` +
            `an update of the control plane needs ${zonesNeeded}: ${seen}${lost}`,
          facts: {
            availableByZone,
            addressesNeeded,
            zonesNeeded,
            subnetIds: ids,
            subnetsNotFound: [...notFound],
            subnetsUnreadable: [...unreadable],
          },
          remediation:
            'Free addresses, or add a subnet in a zone that the cluster uses already: ' +
            `aws eks update-cluster-config --region ${identity.region} --name ${identity.name} --resources-vpc-config subnetIds=${ids.join(',')},NEW_SUBNET_ID`,
          tags: cluster.tags,
        },
      ],
      unknown,
    };
  },
});
