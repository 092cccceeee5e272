import type { Subnet } from '../../functions/inventory/evidence/ec2-subnets.ts';
import type { Place } from '../world.ts';
import { stableId } from './stable-names.ts';

/** Where a cluster stands: its account, region, VPC, and one subnet in each of three zones. */
export interface Site extends Place {
  /** Name of the cluster. */
  readonly name: string;
  /** Second octet of the VPC's addresses, 10.x.0.0/16. */
  readonly octet: number;
  readonly vpcId: string;
  readonly zones: readonly string[];
  readonly subnets: readonly Subnet[];
}

interface SiteInput extends Place {
  readonly name: string;
  readonly octet: number;
  /** Free addresses of the subnets in zones a, b and c. */
  readonly freeAddresses?: readonly [number, number, number];
}

/** Prefixes of zone ids. */
const zoneIds: Readonly<Record<string, string>> = { 'eu-west-1': 'euw1', 'us-east-1': 'use1', 'ap-southeast-2': 'apse2' };

export function createSite({ accountId, region, name, octet, freeAddresses = [3810, 3794, 3822] }: SiteInput): Site {
  const vpcId = `vpc-${stableId(`${accountId}/${name}`)}`;
  const zones = ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
  const subnets = zones.map((zone, index) => ({
    SubnetId: `subnet-${stableId(`${vpcId}/${zone}`)}`,
    AvailabilityZone: zone,
    AvailabilityZoneId: `${zoneIds[region] ?? region}-az${index + 1}`,
    AvailableIpAddressCount: freeAddresses[index] ?? 0,
    CidrBlock: `10.${octet}.${index * 16}.0/20`,
    VpcId: vpcId,
  }));
  return { accountId, region, name, octet, vpcId, zones, subnets };
}

/** ARN of something of EKS that belongs to the cluster, e.g. `nodegroup`. */
export function eksArn(site: Site, resource: string, name: string): string {
  return `arn:aws:eks:${site.region}:${site.accountId}:${resource}/${site.name}/${name}`;
}
