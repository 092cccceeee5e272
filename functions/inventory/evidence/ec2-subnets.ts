import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listItems } from '../listing.ts';
import { eksCluster } from './eks-cluster.ts';
import { fargateProfiles } from './eks-fargate-profiles.ts';
import { nodegroups } from './eks-nodegroups.ts';

const subnet = z.object({
  SubnetId: z.string(),
  AvailabilityZone: z.string().nullish(),
  AvailabilityZoneId: z.string().nullish(),
  AvailableIpAddressCount: z.number().nullish(),
  CidrBlock: z.string().nullish(),
  VpcId: z.string().nullish(),
});

export type Subnet = z.output<typeof subnet>;

/** A filter takes up to 200 values. A filter rather than SubnetIds: one deleted subnet would otherwise fail the whole request. */
const idsPerRequest = 200;

/** Subnets named by evidence that may be missing: what is there is still worth reading, and what needs the rest says so itself. */
async function subnetsOf(evidence: Promise<readonly { readonly subnets?: readonly string[] | null }[]>): Promise<readonly string[]> {
  const all = await evidence.catch(() => []);
  return all.flatMap((one) => one.subnets ?? []);
}

export const subnets = defineEvidence({
  key: 'ec2.subnets',
  summary: 'Subnets of the cluster, its node groups and its Fargate profiles',
  schema: z.array(subnet),
  aws: { actions: ['ec2:DescribeSubnets'] },
  collect: async (context) => {
    const cluster = await context.evidence(eksCluster);
    const ids = new Set([
      ...(cluster.resourcesVpcConfig?.subnetIds ?? []),
      ...(await subnetsOf(context.evidence(nodegroups))),
      ...(await subnetsOf(context.evidence(fargateProfiles))),
    ]);
    const all = [...ids].sort();
    const found: Subnet[] = [];
    for (let start = 0; start < all.length; start += idsPerRequest) {
      const filter = { Name: 'subnet-id', Values: all.slice(start, start + idsPerRequest) };
      found.push(
        ...(await listItems(context.sources.ec2.describeSubnets({ Filters: [filter] }), 'Subnets', subnet, 'ec2:DescribeSubnets')),
      );
    }
    return found;
  },
});
