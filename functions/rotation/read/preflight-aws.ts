import * as z from 'zod';
import { standardVcpuUsage } from '../../inventory/account-figures.ts';
import { CollectionError } from '../../inventory/error-codes.ts';
import { eksCluster } from '../../inventory/evidence/eks-cluster.ts';
import { listItems } from '../../inventory/listing.ts';
import { parseAnswer } from '../../inventory/parse.ts';
import type {
  ClusterFacts,
  GroupSource,
  InsightFacts,
  InstanceTypeFacts,
  LifecycleHookFacts,
  QuotaFacts,
  ScheduledActionFacts,
  SubnetFacts,
} from '../decide/preflight/facts.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import type { RotationReads } from '../ports.ts';

/** What a preflight asks of AWS. Each throws `CollectionError` as its port does. */

export async function readClusterState({ eks }: RotationReads, name: string): Promise<ClusterFacts> {
  const answer = parseAnswer(z.object({ cluster: eksCluster.schema }), await eks.describeCluster({ name }), `eks:DescribeCluster ${name}`);
  const { status, kubernetesNetworkConfig, zonalShiftConfig, computeConfig } = answer.cluster;
  return {
    status: status ?? null,
    ipFamily: kubernetesNetworkConfig?.ipFamily ?? null,
    zonalShift: zonalShiftConfig?.enabled ?? false,
    autoMode: computeConfig?.enabled ?? false,
  };
}

const nodegroupSource = z.object({
  subnets: z.array(z.string()).nullish(),
  instanceTypes: z.array(z.string()).nullish(),
  capacityType: z.string().nullish(),
  amiType: z.string().nullish(),
  launchTemplate: z.object({ id: z.string().nullish(), name: z.string().nullish(), version: z.string().nullish() }).nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
});

const scalingGroup = z.object({
  VPCZoneIdentifier: z.string().nullish(),
  MixedInstancesPolicy: z
    .object({
      LaunchTemplate: z.object({ Overrides: z.array(z.object({ InstanceType: z.string().nullish() })).nullish() }).nullish(),
    })
    .nullish(),
});

/** Of what new nodes of a group are made: what its node group says, and what of it only its Auto Scaling group knows. */
export async function readGroupSource({ autoScaling }: RotationReads, live: LiveGroup): Promise<GroupSource> {
  const managed = nodegroupSource.parse(live.nodegroup ?? {});
  const complete = (managed.subnets?.length ?? 0) > 0 && (managed.instanceTypes?.length ?? 0) > 0;
  const [group] = complete
    ? []
    : await listItems(
        autoScaling.describeAutoScalingGroups({ AutoScalingGroupNames: [live.autoScalingGroupName] }),
        'AutoScalingGroups',
        scalingGroup,
        'autoscaling:DescribeAutoScalingGroups',
      );
  const overrides = (group?.MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? []).flatMap(({ InstanceType: type }) => type ?? []);
  const { launchTemplate } = managed;
  return {
    subnets: managed.subnets?.length ? managed.subnets : (group?.VPCZoneIdentifier ?? '').split(',').filter((id) => id !== ''),
    instanceTypes: managed.instanceTypes?.length ? managed.instanceTypes : overrides,
    capacityType: managed.capacityType ?? null,
    amiType: managed.amiType ?? null,
    launchTemplate: launchTemplate
      ? { id: launchTemplate.id ?? null, name: launchTemplate.name ?? null, version: launchTemplate.version ?? null }
      : null,
    tags: managed.tags ?? {},
  };
}

const serviceQuota = z.object({ Quota: z.object({ Value: z.number() }) });
const statistics = z.object({
  Datapoints: z.array(z.object({ Timestamp: z.union([z.date(), z.string()]), Maximum: z.number() })).nullish(),
});
const usagePeriodSeconds = 300;

/** The quota of running on-demand standard instances and its use. AWS publishes the use every five minutes; an hour back something must be.
 *  @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html */
export async function readQuota({ serviceQuotas, cloudWatch }: RotationReads, now: Date): Promise<QuotaFacts> {
  const [quota, usage] = await Promise.all([
    serviceQuotas.getServiceQuota({ ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' }),
    cloudWatch.getMetricStatistics({
      ...standardVcpuUsage,
      StartTime: new Date(now.getTime() - 3_600_000),
      EndTime: now,
      Period: usagePeriodSeconds,
      Statistics: ['Maximum'],
    }),
  ]);
  const { Value: limit } = parseAnswer(serviceQuota, quota, 'servicequotas:GetServiceQuota L-1216C47A').Quota;
  const points = parseAnswer(statistics, usage, 'cloudwatch:GetMetricStatistics ResourceCount').Datapoints ?? [];
  const [last] = points.sort((a, b) => new Date(b.Timestamp).getTime() - new Date(a.Timestamp).getTime());
  if (!last)
    throw new CollectionError('NotYetAvailable', 'cloudwatch:GetMetricStatistics ResourceCount: no use of the quota in the last hour');
  return { limit, used: last.Maximum };
}

const subnet = z.object({ SubnetId: z.string(), AvailabilityZone: z.string().nullish(), AvailableIpAddressCount: z.number() });
/** A filter takes up to 200 values, and leaves out what does not exist. */
const idsPerRequest = 200;

export async function readSubnets({ ec2 }: RotationReads, ids: readonly string[]): Promise<SubnetFacts[]> {
  const found: SubnetFacts[] = [];
  for (let start = 0; start < ids.length; start += idsPerRequest) {
    const pages = ec2.describeSubnets({ Filters: [{ Name: 'subnet-id', Values: ids.slice(start, start + idsPerRequest) }] });
    for (const one of await listItems(pages, 'Subnets', subnet, 'ec2:DescribeSubnets'))
      found.push({ id: one.SubnetId, zone: one.AvailabilityZone ?? null, freeAddresses: one.AvailableIpAddressCount });
  }
  return found;
}

const instanceType = z.object({
  InstanceType: z.string(),
  VCpuInfo: z.object({ DefaultVCpus: z.number() }),
  MemoryInfo: z.object({ SizeInMiB: z.number() }),
  ProcessorInfo: z.object({ SupportedArchitectures: z.array(z.string()).nullish() }).nullish(),
  NetworkInfo: z.object({ MaximumNetworkInterfaces: z.number().nullish(), Ipv4AddressesPerInterface: z.number().nullish() }).nullish(),
  GpuInfo: z.object({ Gpus: z.array(z.object({ Manufacturer: z.string().nullish(), Count: z.number().nullish() })).nullish() }).nullish(),
});

const architectures: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['arm64', 'arm64'],
]);
const typesPerRequest = 100;

export async function readInstanceTypes({ ec2 }: RotationReads, names: readonly string[]): Promise<InstanceTypeFacts[]> {
  const found: InstanceTypeFacts[] = [];
  for (let start = 0; start < names.length; start += typesPerRequest) {
    const pages = ec2.describeInstanceTypes({ InstanceTypes: names.slice(start, start + typesPerRequest) });
    for (const one of await listItems(pages, 'InstanceTypes', instanceType, 'ec2:DescribeInstanceTypes'))
      found.push(instanceTypeFacts(one));
  }
  return found;
}

function instanceTypeFacts(one: z.output<typeof instanceType>): InstanceTypeFacts {
  const gpus = one.GpuInfo?.Gpus ?? [];
  const maker = gpus[0]?.Manufacturer?.toLowerCase();
  const count = gpus.reduce((sum, { Count: amount }) => sum + (amount ?? 0), 0);
  return {
    name: one.InstanceType,
    vcpus: one.VCpuInfo.DefaultVCpus,
    memoryMiB: one.MemoryInfo.SizeInMiB,
    architecture: (one.ProcessorInfo?.SupportedArchitectures ?? []).flatMap((name) => architectures.get(name) ?? [])[0] ?? null,
    networkInterfaces: one.NetworkInfo?.MaximumNetworkInterfaces ?? null,
    addressesPerInterface: one.NetworkInfo?.Ipv4AddressesPerInterface ?? null,
    gpus: maker !== undefined && count > 0 ? { resource: `${maker}.com/gpu`, count } : null,
  };
}

const scheduledAction = z.object({ ScheduledActionName: z.string(), StartTime: z.union([z.date(), z.string()]).nullish() });

/** When scheduled actions of these groups are due next. */
export async function readScheduledActions({ autoScaling }: RotationReads, groups: readonly LiveGroup[]): Promise<ScheduledActionFacts[]> {
  const each = groups
    .filter(({ scheduledActions }) => scheduledActions.length > 0)
    .map(async ({ autoScalingGroupName: group }) => {
      const pages = autoScaling.describeScheduledActions({ AutoScalingGroupName: group });
      const actions = await listItems(
        pages,
        'ScheduledUpdateGroupActions',
        scheduledAction,
        `autoscaling:DescribeScheduledActions ${group}`,
      );
      return actions.map(({ ScheduledActionName: name, StartTime: at }) => ({
        group,
        name,
        nextAt: at == null ? null : new Date(at).toISOString(),
      }));
    });
  return (await Promise.all(each)).flat();
}

const lifecycleHooks = z.object({
  LifecycleHooks: z
    .array(z.object({ LifecycleHookName: z.string(), LifecycleTransition: z.string(), HeartbeatTimeout: z.number().nullish() }))
    .nullish(),
});

export async function readLifecycleHooks({ autoScaling }: RotationReads, groups: readonly LiveGroup[]): Promise<LifecycleHookFacts[]> {
  const each = groups
    .filter((group) => group.lifecycleHooks.length > 0)
    .map(async ({ autoScalingGroupName: group }) => {
      const answer = await autoScaling.describeLifecycleHooks({ AutoScalingGroupName: group });
      const hooks = parseAnswer(lifecycleHooks, answer, `autoscaling:DescribeLifecycleHooks ${group}`).LifecycleHooks ?? [];
      return hooks.map(({ LifecycleHookName: name, LifecycleTransition: transition, HeartbeatTimeout: seconds }) => ({
        group,
        name,
        transition,
        heartbeatSeconds: seconds ?? null,
      }));
    });
  return (await Promise.all(each)).flat();
}

const insight = z.object({
  name: z.string().nullish(),
  category: z.string().nullish(),
  insightStatus: z.object({ status: z.string().nullish(), reason: z.string().nullish() }).nullish(),
});

export async function readRollbackInsights({ eks }: RotationReads, clusterName: string): Promise<InsightFacts[]> {
  const all = await listItems(eks.listInsights({ clusterName }), 'insights', insight, `eks:ListInsights ${clusterName}`);
  return all
    .filter(({ category }) => category === 'ROLLBACK_READINESS')
    .map(({ name, insightStatus }) => ({
      name: name ?? 'without a name',
      status: insightStatus?.status ?? 'UNKNOWN',
      reason: insightStatus?.reason ?? null,
    }));
}
