import type {
  AutoScalingReadPort,
  CloudWatchReadPort,
  Ec2ReadPort,
  LoadBalancingReadPort,
  ServiceQuotasReadPort,
} from '../../functions/rotation/ports.ts';
import { excludeFromLoadBalancersLabel } from '../../functions/rotation/read/cluster-view.ts';
import { one, parseQuantity } from '../../functions/workloads/quantities.ts';
import { awsFailure } from './aws-errors.ts';
import type { Caller } from './calls.ts';
import { instanceTypes } from './instance-types.ts';
import { clusterOf, type LiveWorld, type TargetGroup } from './world.ts';

export interface Ec2Subnet {
  readonly SubnetId: string;
  readonly AvailabilityZone: string;
  readonly CidrBlock: string;
  readonly VpcId: string;
  AvailableIpAddressCount: number;
}

/** EC2: subnets by `subnet-id`, `vpc-id` and `availability-zone`, exact; instance types of a small table. */
export function ec2Reads({ world, pages }: Caller): Ec2ReadPort {
  return {
    describeSubnets: ({ Filters }) =>
      pages('ec2:DescribeSubnets', '', 'Subnets', () =>
        world.services.subnets.filter((subnet) =>
          Filters.every(({ Name, Values }) => {
            const fields: Readonly<Record<string, string>> = {
              'subnet-id': subnet.SubnetId,
              'vpc-id': subnet.VpcId,
              'availability-zone': subnet.AvailabilityZone,
            };
            return Values.includes(fields[Name] ?? '');
          }),
        ),
      ),
    describeInstanceTypes: ({ InstanceTypes }) =>
      pages('ec2:DescribeInstanceTypes', InstanceTypes.join(), 'InstanceTypes', () =>
        InstanceTypes.map((name) => {
          const type = instanceTypes[name] ?? typeOfNodes(world, name);
          if (!type)
            throw awsFailure(
              'ec2:DescribeInstanceTypes',
              name,
              'InvalidInstanceType',
              `The following supplied instance types do not exist: [${name}]`,
            );
          return {
            InstanceType: name,
            VCpuInfo: { DefaultVCpus: type.vcpus },
            MemoryInfo: { SizeInMiB: type.gib * 1024 },
            NetworkInfo: { MaximumNetworkInterfaces: type.interfaces, Ipv4AddressesPerInterface: type.addresses },
            ProcessorInfo: { SupportedArchitectures: [type.arch === 'amd64' ? 'x86_64' : 'arm64'] },
          };
        }),
      ),
  };
}

/** A type that is not in the table, as its nodes show it. */
function typeOfNodes(world: LiveWorld, name: string) {
  const template = [...world.autoScalingGroups.values()].find((group) => group.template.instanceType === name)?.template;
  if (!template) return undefined;
  const amount = (resource: string, unit: bigint) => Number((parseQuantity(template.allocatable[resource] ?? 0) ?? 0n) / unit);
  const pods = amount('pods', one);
  return {
    vcpus: amount('cpu', one) + 1,
    gib: amount('memory', one * 1024n ** 3n) + 1,
    interfaces: 4,
    addresses: Math.ceil(pods / 4) + 1,
    arch: template.arch,
  };
}

/** Quotas that were given, and their use: the vCPUs of all groups here and what else counts. */
export function quotaReads({ world, ask }: Caller): ServiceQuotasReadPort {
  return {
    getServiceQuota: ({ ServiceCode, QuotaCode }) =>
      ask('servicequotas:GetServiceQuota', `${ServiceCode}/${QuotaCode}`, () => {
        const value = world.services.quotas.get(`${ServiceCode}/${QuotaCode}`);
        if (value === undefined) throw awsFailure('servicequotas:GetServiceQuota', QuotaCode, 'ResourceNotFoundException', 'no such quota');
        return {
          Quota: {
            ServiceCode,
            QuotaCode,
            QuotaName: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
            Value: value,
            UsageMetric: {
              MetricNamespace: 'AWS/Usage',
              MetricName: 'ResourceCount',
              MetricDimensions: { Class: 'Standard/OnDemand', Resource: 'vCPU', Service: 'EC2', Type: 'Resource' },
              MetricStatisticRecommendation: 'Maximum',
            },
          },
        };
      }),
  };
}

export function cloudWatchReads({ world, ask, pages }: Caller): CloudWatchReadPort {
  return {
    describeAlarms: ({ AlarmNames }) =>
      pages('cloudwatch:DescribeAlarms', AlarmNames.join(), 'MetricAlarms', () =>
        [...world.services.alarms]
          .filter(([name]) => AlarmNames.includes(name))
          .map(([name, StateValue]) => ({
            AlarmName: name,
            AlarmArn: `arn:aws:cloudwatch:${world.region}:${world.accountId}:alarm:${name}`,
            StateValue,
            StateReason: `the alarm is ${StateValue}`,
          })),
      ),
    getMetricStatistics: (input) =>
      ask('cloudwatch:GetMetricStatistics', String(input.MetricName), () => ({
        Label: input.MetricName,
        Datapoints: [{ Timestamp: world.clock.iso(), Maximum: usedVcpus(world), Unit: 'None' }],
      })),
  };
}

function usedVcpus(world: LiveWorld): number {
  const instances = [...world.autoScalingGroups.values()].flatMap((group) => [...group.instances.values()]);
  return instances.reduce((sum, { type }) => sum + (instanceTypes[type]?.vcpus ?? 0), world.services.usedVcpus);
}

export function loadBalancingReads({ world, ask, pages }: Caller): LoadBalancingReadPort {
  const groupNamed = (arn: string, action: string): TargetGroup => {
    const found = world.services.targetGroups.get(arn);
    if (!found) throw awsFailure(action, `target group ${arn}`, 'TargetGroupNotFoundException', 'One or more target groups not found');
    return found;
  };
  return {
    describeTargetGroups: ({ TargetGroupArns }) =>
      pages('elasticloadbalancing:DescribeTargetGroups', TargetGroupArns.join(), 'TargetGroups', () =>
        TargetGroupArns.map((arn) => {
          const { type } = groupNamed(arn, 'elasticloadbalancing:DescribeTargetGroups');
          return { TargetGroupArn: arn, TargetGroupName: arn.split('/')[1], TargetType: type, Port: 30080, Protocol: 'TCP' };
        }),
      ),
    describeTargetGroupAttributes: ({ TargetGroupArn }) =>
      ask('elasticloadbalancing:DescribeTargetGroupAttributes', TargetGroupArn, () => ({
        Attributes: [
          {
            Key: 'deregistration_delay.timeout_seconds',
            Value: String(groupNamed(TargetGroupArn, 'elasticloadbalancing:DescribeTargetGroupAttributes').deregistrationSeconds),
          },
        ],
      })),
    describeTargetHealth: ({ TargetGroupArn }) =>
      ask('elasticloadbalancing:DescribeTargetHealth', TargetGroupArn, () => ({
        TargetHealthDescriptions: targetsOf(world, groupNamed(TargetGroupArn, 'elasticloadbalancing:DescribeTargetHealth')),
      })),
  };
}

/** Instances of the Auto Scaling groups that are attached; a node that is excluded from load balancers is no target. */
function targetsOf(world: LiveWorld, target: TargetGroup) {
  const attached = [...world.autoScalingGroups.values()].filter(({ targetGroups }) => targetGroups.includes(target.arn));
  return attached.flatMap((group) =>
    [...group.instances.values()].flatMap(({ id, zone, nodeName, launchedAt, lifecycleState }) => {
      const node = clusterOf(world, group.clusterName).objects.nodes.get(nodeName ?? '');
      if (lifecycleState !== 'InService' || node?.metadata.labels[excludeFromLoadBalancersLabel] !== undefined) return [];
      const { launch, join, ready, targetHealthy } = world.timings;
      const isYoung = !node || world.clock.now() < launchedAt + launch + join + ready + targetHealthy;
      const isUnhealthy = target.unhealthyGroups.has(group.nodegroupName ?? group.name);
      const State = isYoung ? 'initial' : isUnhealthy ? 'unhealthy' : 'healthy';
      return [{ Target: { Id: id, Port: 30080, AvailabilityZone: zone }, TargetHealth: { State } }];
    }),
  );
}

/** What of Auto Scaling is read apart from the groups themselves. */
export function autoScalingDetails({ world, ask, pages }: Caller): Omit<AutoScalingReadPort, 'describeAutoScalingGroups'> {
  const groupNamed = (name: string) => {
    const group = world.autoScalingGroups.get(name);
    if (!group)
      throw awsFailure('autoscaling:Describe', `Auto Scaling group ${name}`, 'ValidationError', 'AutoScalingGroup name not found');
    return group;
  };
  return {
    describeScheduledActions: ({ AutoScalingGroupName: name }) =>
      pages('autoscaling:DescribeScheduledActions', name, 'ScheduledUpdateGroupActions', () =>
        groupNamed(name).scheduledActions.map((action) => ({
          AutoScalingGroupName: name,
          ScheduledActionName: action.name,
          Recurrence: action.recurrence,
          DesiredCapacity: action.desired,
        })),
      ),
    describePolicies: ({ AutoScalingGroupName: name }) =>
      pages('autoscaling:DescribePolicies', name, 'ScalingPolicies', () =>
        groupNamed(name).policies.map((policy) => ({
          AutoScalingGroupName: name,
          PolicyName: policy.name,
          PolicyType: policy.type,
          Enabled: true,
        })),
      ),
    describeLifecycleHooks: ({ AutoScalingGroupName: name }) =>
      ask('autoscaling:DescribeLifecycleHooks', name, () => ({
        LifecycleHooks: groupNamed(name).lifecycleHooks.map((hook) => ({
          AutoScalingGroupName: name,
          LifecycleHookName: hook.name,
          LifecycleTransition: hook.transition,
          HeartbeatTimeout: hook.heartbeatSeconds,
          DefaultResult: 'CONTINUE',
        })),
      })),
    describeInstanceRefreshes: ({ AutoScalingGroupName: name }) =>
      pages('autoscaling:DescribeInstanceRefreshes', name, 'InstanceRefreshes', () =>
        groupNamed(name).instanceRefreshes.map(({ id, status }) => ({ AutoScalingGroupName: name, InstanceRefreshId: id, Status: status })),
      ),
    describeWarmPool: ({ AutoScalingGroupName: name }) =>
      ask('autoscaling:DescribeWarmPool', name, () => {
        const { warmed } = groupNamed(name);
        const Instances = warmed.map((id) => ({ InstanceId: id, LifecycleState: 'Warmed:Stopped', HealthStatus: 'Healthy' }));
        return warmed.length > 0 ? { WarmPoolConfiguration: { MinSize: warmed.length, PoolState: 'Stopped' }, Instances } : { Instances };
      }),
  };
}
