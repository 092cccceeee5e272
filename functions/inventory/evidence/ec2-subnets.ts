import * as z from 'zod';
import { type CollectContext, defineEvidence } from '../define-evidence.ts';
import { listItems } from '../listing.ts';
import { eksCluster } from './eks-cluster.ts';
import { fargateProfiles } from './eks-fargate-profiles.ts';
import { nodegroups } from './eks-nodegroups.ts';
import { eniConfigs } from './kubernetes-eni-configs.ts';

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

async function describeSubnets({ sources: { ec2 } }: CollectContext, ids: readonly string[]): Promise<Subnet[]> {
  const found: Subnet[] = [];
  for (let start = 0; start < ids.length; start += idsPerRequest) {
    const filter = { Name: 'subnet-id', Values: ids.slice(start, start + idsPerRequest) };
    found.push(...(await listItems(ec2.describeSubnets({ Filters: [filter] }), 'Subnets', subnet, 'ec2:DescribeSubnets')));
  }
  return found;
}

export const subnets = defineEvidence({
  key: 'ec2.subnets',
  summary: 'Subnets of the cluster, its node groups, its Fargate profiles and its ENIConfigs',
  schema: z.array(subnet),
  aws: { actions: ['ec2:DescribeSubnets'] },
  collect: async (context) => {
    const cluster = await context.evidence(eksCluster);
    const ids = new Set([
      ...(cluster.resourcesVpcConfig?.subnetIds ?? []),
      ...(await subnetsOf(context.evidence(nodegroups))),
      ...(await subnetsOf(context.evidence(fargateProfiles))),
    ]);
    const found = await describeSubnets(context, [...ids].sort());
    // Only now, and apart: an API server that does not answer must not keep the subnets that AWS names.
    const ofPods = await subnetsOf(context.evidence(eniConfigs).then((all) => all.map(({ spec }) => ({ subnets: [spec?.subnet ?? ''] }))));
    const others = new Set(ofPods.filter((id) => id !== '' && !ids.has(id)));
    return [...found, ...(await describeSubnets(context, [...others].sort()))];
  },
});
