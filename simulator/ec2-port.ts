import { CollectionError } from '../functions/inventory/error-codes.ts';
import type { LaunchTemplate } from '../functions/inventory/evidence/ec2-launch-templates.ts';
import type { Ec2Port } from '../functions/inventory/ports.ts';
import { launchTemplatesOf, usageOf } from './aws-defaults.ts';
import { awsRequests, matchesFilters } from './aws-requests.ts';
import type { Wire } from './wire.ts';
import { clustersIn, type Place, regionOf, type World } from './world.ts';

/** EC2 in one account and region of the world. It knows the filters of a scan, with exact values. All volumes of a type are one. */
export function simulatedEc2(world: World, place: Place, wire: Wire, pageSize = 1000): Ec2Port {
  const { list } = awsRequests(world, place, wire, 'ec2');
  // Clusters that share a VPC name the same subnets.
  const subnets = () => byId(clustersIn(world, place).flatMap((cluster) => cluster.subnets.map((one) => [one.SubnetId, one] as const)));
  const templates = () =>
    byId(
      clustersIn(world, place)
        .flatMap(launchTemplatesOf)
        .map((one) => [one.LaunchTemplateId, one] as const),
    );
  const volumes = () => {
    const { gp2StorageTiB, gp3StorageTiB } = usageOf(regionOf(world, place));
    return Object.entries({ gp2: gp2StorageTiB, gp3: gp3StorageTiB }).flatMap(([VolumeType, tib]) =>
      tib ? [{ VolumeId: `vol-${VolumeType}`, VolumeType, Size: tib * 1024 }] : [],
    );
  };
  return {
    describeSubnets: ({ Filters }) =>
      list('DescribeSubnets', 'Subnets', pageSize, () =>
        subnets().filter(({ SubnetId }) => matchesFilters(Filters, (name) => (name === 'subnet-id' ? [SubnetId] : []))),
      ),
    describeLaunchTemplates: (input) =>
      list('DescribeLaunchTemplates', 'LaunchTemplates', pageSize, () =>
        'LaunchTemplateIds' in input
          ? withIds(templates(), input.LaunchTemplateIds)
          : templates().filter(({ LaunchTemplateName }) =>
              matchesFilters(input.Filters, (name) => (name === 'launch-template-name' ? [LaunchTemplateName] : [])),
            ),
      ),
    describeInstances: ({ Filters }) =>
      list('DescribeInstances', 'Reservations', pageSize, () =>
        (regionOf(world, place)?.instances ?? [])
          .filter(({ State }) => matchesFilters(Filters, (name) => (name === 'instance-state-name' ? [State.Name] : [])))
          .map((instance) => ({ Instances: [instance] })),
      ),
    describeVolumes: ({ Filters }) =>
      list('DescribeVolumes', 'Volumes', pageSize, () =>
        volumes().filter(({ VolumeType }) => matchesFilters(Filters, (name) => (name === 'volume-type' ? [VolumeType] : []))),
      ),
  };
}

function byId<K, T>(entries: readonly (readonly [K, T])[]): T[] {
  return [...new Map(entries).values()];
}

function withIds(templates: readonly LaunchTemplate[], ids: readonly string[]): LaunchTemplate[] {
  return ids.map((id) => {
    const found = templates.find(({ LaunchTemplateId }) => LaunchTemplateId === id);
    if (found) return found;
    throw new CollectionError('NotFound', `The specified launch template, with template ID ${id}, does not exist.`);
  });
}
