import * as z from 'zod';
import type { AutoScalingReadPort, AutoScalingWritePort } from '../../functions/rotation/ports.ts';
import { autoScalingDetails } from './account-services.ts';
import { reconcileGroup, writeSizes } from './auto-scaling.ts';
import { awsFailure } from './aws-errors.ts';
import type { Caller } from './calls.ts';
import { scalingOf } from './node-groups.ts';
import { clusterOf, type LiveAutoScalingGroup, type LiveWorld } from './world.ts';

export function autoScalingReads(caller: Caller): AutoScalingReadPort {
  const { world, pages } = caller;
  return {
    ...autoScalingDetails(caller),
    describeAutoScalingGroups: ({ AutoScalingGroupNames: names }) =>
      pages('autoscaling:DescribeAutoScalingGroups', names?.join() ?? '', 'AutoScalingGroups', () =>
        [...world.autoScalingGroups.values()]
          .filter(({ name }) => names === undefined || names.includes(name))
          .map((group) => shown(world, group)),
      ),
  };
}

/** What DescribeAutoScalingGroups answers of a group. */
function shown(world: LiveWorld, group: LiveAutoScalingGroup): Record<string, unknown> {
  const { name, min, max, desired, zones, warmed, maxInstanceLifetimeSeconds, operator } = group;
  const instances = [...group.instances.values()].map((instance) => ({
    InstanceId: instance.id,
    InstanceType: instance.type,
    AvailabilityZone: instance.zone,
    LifecycleState: instance.lifecycleState,
    HealthStatus: instance.healthy ? 'Healthy' : 'Unhealthy',
    ProtectedFromScaleIn: instance.protectedFromScaleIn,
  }));
  const pool = warmed.map((id) => ({
    InstanceId: id,
    InstanceType: group.template.instanceType,
    AvailabilityZone: zones[0],
    LifecycleState: 'Warmed:Stopped',
    HealthStatus: 'Healthy',
    ProtectedFromScaleIn: false,
  }));
  return {
    AutoScalingGroupName: name,
    AutoScalingGroupARN: `arn:aws:autoscaling:${world.region}:${world.accountId}:autoScalingGroup:00000000:autoScalingGroupName/${name}`,
    MinSize: min,
    MaxSize: max,
    DesiredCapacity: desired,
    AvailabilityZones: zones,
    AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-best-effort' },
    HealthCheckType: 'EC2',
    TargetGroupARNs: group.targetGroups,
    LoadBalancerNames: group.loadBalancers,
    Instances: [...instances, ...pool],
    SuspendedProcesses: [...group.suspended].sort().map((ProcessName) => ({ ProcessName, SuspensionReason: 'User suspended' })),
    Tags: [...group.tags.values()].map(({ key, value, propagateAtLaunch }) => ({
      ResourceId: name,
      ResourceType: 'auto-scaling-group',
      Key: key,
      Value: value,
      PropagateAtLaunch: propagateAtLaunch,
    })),
    NewInstancesProtectedFromScaleIn: group.newInstancesProtected,
    ...(maxInstanceLifetimeSeconds === null ? {} : { MaxInstanceLifetime: maxInstanceLifetimeSeconds }),
    ...(warmed.length > 0 ? { WarmPoolConfiguration: { MinSize: warmed.length, PoolState: 'Stopped' }, WarmPoolSize: warmed.length } : {}),
    ...(operator === null ? {} : { Operator: { Principal: operator } }),
  };
}

const tagsSchema = z.array(
  z.object({ ResourceId: z.string(), Key: z.string(), Value: z.string().optional(), PropagateAtLaunch: z.boolean().optional() }),
);

export function autoScalingWrites({ world, principal, write }: Caller): AutoScalingWritePort {
  const groupNamed = (name: string, action: string) => {
    const group = world.autoScalingGroups.get(name);
    if (!group)
      throw awsFailure(`autoscaling:${action}`, `Auto Scaling group ${name}`, 'ValidationError', 'AutoScalingGroup name not found');
    return group;
  };
  /** Of a group that another service operates, only sizes may be changed. */
  const ownGroup = (name: string, action: string) => {
    const group = groupNamed(name, action);
    if (group.operator === null) return group;
    throw awsFailure(`autoscaling:${action}`, `Auto Scaling group ${name}`, 'AccessDenied', `the group is operated by ${group.operator}`);
  };
  const change = (action: string, name: string, input: unknown, act: (group: LiveAutoScalingGroup) => void) =>
    write(`autoscaling:${action}`, name, input, () => {
      act(ownGroup(name, action));
      return {};
    });
  return {
    updateAutoScalingGroup: (input) =>
      write('autoscaling:UpdateAutoScalingGroup', input.AutoScalingGroupName, input, () => {
        const group = groupNamed(input.AutoScalingGroupName, 'UpdateAutoScalingGroup');
        writeSizes(world, group, { min: input.MinSize, max: input.MaxSize, desired: input.DesiredCapacity }, principal);
        showEksLater(world, group);
        return {};
      }),
    suspendProcesses: (input) =>
      change('SuspendProcesses', input.AutoScalingGroupName, input, ({ suspended }) => {
        for (const process of input.ScalingProcesses) suspended.add(process);
      }),
    resumeProcesses: (input) =>
      change('ResumeProcesses', input.AutoScalingGroupName, input, (group) => {
        for (const process of input.ScalingProcesses) group.suspended.delete(process);
        reconcileGroup(world, group);
      }),
    createOrUpdateTags: ({ Tags }) =>
      tagging('CreateOrUpdateTags', Tags, (group, { Key, Value = '', PropagateAtLaunch = false }) => {
        group.tags.set(Key, { key: Key, value: Value, propagateAtLaunch: PropagateAtLaunch });
      }),
    deleteTags: ({ Tags }) => tagging('DeleteTags', Tags, (group, { Key }) => void group.tags.delete(Key)),
    attachLoadBalancerTargetGroups: (input) =>
      change('AttachLoadBalancerTargetGroups', input.AutoScalingGroupName, input, ({ targetGroups }) => {
        for (const arn of input.TargetGroupARNs) if (!targetGroups.includes(arn)) targetGroups.push(arn);
      }),
    attachLoadBalancers: (input) =>
      change('AttachLoadBalancers', input.AutoScalingGroupName, input, ({ loadBalancers }) => {
        for (const name of input.LoadBalancerNames) if (!loadBalancers.includes(name)) loadBalancers.push(name);
      }),
  };

  function tagging(action: string, given: unknown, act: (group: LiveAutoScalingGroup, tag: z.output<typeof tagsSchema>[number]) => void) {
    const tags = tagsSchema.parse(given);
    return write(`autoscaling:${action}`, tags[0]?.ResourceId ?? '', given, () => {
      for (const tag of tags) act(ownGroup(tag.ResourceId, action), tag);
      return {};
    });
  }
}

/** EKS hears of a change that it did not make itself only after a while. */
export function showEksLater(world: LiveWorld, group: LiveAutoScalingGroup): void {
  const nodegroup = clusterOf(world, group.clusterName).nodegroups.get(group.nodegroupName ?? '');
  if (nodegroup)
    world.clock.after(world.timings.stale, () => {
      nodegroup.scalingConfig = scalingOf(group);
    });
}
