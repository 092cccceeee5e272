import type { Subnet } from '../../functions/inventory/evidence/ec2-subnets.ts';
import type { Site } from '../build/site.ts';
import { stableId } from '../build/stable-names.ts';

/** Pods on addresses of their own, from a second block of the VPC: one subnet and one ENIConfig for each zone.
 *  @param freeAddresses of the subnets, zone by zone */
export function customNetworking(site: Site, freeAddresses: readonly number[]) {
  const moreSubnets: Subnet[] = site.subnets.map((subnet, index) => ({
    ...subnet,
    SubnetId: `subnet-${stableId(`${site.vpcId}/pods/${subnet.AvailabilityZone}`)}`,
    AvailableIpAddressCount: freeAddresses[index] ?? 0,
    CidrBlock: `100.64.${index}.0/24`,
  }));
  const eniConfigs = moreSubnets.map(({ SubnetId, AvailabilityZone }) => ({
    metadata: { name: AvailabilityZone ?? SubnetId, creationTimestamp: '2025-06-17T08:00:00Z' },
    spec: { subnet: SubnetId, securityGroups: [`sg-${stableId(`${site.vpcId}/pods`)}`] },
  }));
  return { moreSubnets, objects: { '/apis/crd.k8s.amazonaws.com/v1alpha1/eniconfigs': eniConfigs } };
}
