import * as z from 'zod';
import { CollectionError } from '../../inventory/error-codes.ts';
import { listItems } from '../../inventory/listing.ts';
import { parseAnswer } from '../../inventory/parse.ts';
import type { RotationReads } from '../ports.ts';
import { type GroupPlace, type GroupSnapshot, groupSnapshotSchema } from '../record.ts';
import { type AutoScalingGroupAnswer, type NodegroupAnswer, nodegroupSchema, readAutoScalingGroups } from './group-answers.ts';
import type { LiveGroup, LiveInstance } from './live-group.ts';

/** Reads a group of nodes with its Auto Scaling group and everything that acts on it by itself.
 *  @returns undefined when it does not exist
 *  @throws CollectionError as the ports do; `NotFound` for a managed node group whose Auto Scaling group is gone, which tells no sizes */
export async function describeGroup(reads: RotationReads, clusterName: string, place: GroupPlace): Promise<LiveGroup | undefined> {
  if (place.kind === 'autoScaling') {
    const [group] = await readAutoScalingGroups(reads, [place.name]);
    return (
      group && { ...ofAutoScalingGroup(group), ...(await surroundingsOf(reads, group.AutoScalingGroupName)), ...place, ...plain(group) }
    );
  }
  const nodegroup = await readNodegroup(reads, clusterName, place.name);
  if (!nodegroup) return undefined;
  const name = nodegroup.resources?.autoScalingGroups?.[0]?.name;
  const [group] = name === undefined ? [] : await readAutoScalingGroups(reads, [name]);
  if (group) return { ...ofAutoScalingGroup(group), ...(await surroundingsOf(reads, group.AutoScalingGroupName)), ...managed(nodegroup) };
  if (!comesOrGoes(nodegroup.status)) {
    const what = name === undefined ? 'names no Auto Scaling group' : `has Auto Scaling group ${name}, which does not exist`;
    throw new CollectionError('NotFound', `node group ${place.name} is ${nodegroup.status ?? 'in an unknown state'}, but ${what}`);
  }
  return { ...withoutAutoScalingGroup(nodegroup), ...managed(nodegroup) };
}

/** What a record keeps of a group. */
export function groupSnapshot(live: LiveGroup): GroupSnapshot {
  return groupSnapshotSchema.parse(live);
}

/** DescribeNodegroup, parsed.
 *  @returns undefined when there is none of that name */
export async function readNodegroup(
  { eks }: Pick<RotationReads, 'eks'>,
  clusterName: string,
  nodegroupName: string,
): Promise<NodegroupAnswer | undefined> {
  try {
    const answer = await eks.describeNodegroup({ clusterName, nodegroupName });
    return parseAnswer(z.object({ nodegroup: nodegroupSchema }), answer, `eks:DescribeNodegroup ${nodegroupName}`).nodegroup;
  } catch (error) {
    if (error instanceof CollectionError && error.code === 'NotFound') return undefined;
    throw error;
  }
}

/** States in which a node group may be without its Auto Scaling group. */
function comesOrGoes(status: string | null | undefined): boolean {
  return status === 'CREATING' || status === 'CREATE_FAILED' || status === 'DELETING' || status === 'DELETE_FAILED';
}

type OfNodegroup =
  | 'kind'
  | 'name'
  | 'status'
  | 'issues'
  | 'version'
  | 'releaseVersion'
  | 'labels'
  | 'taints'
  | 'updateConfig'
  | 'nodeRepair';
type Surroundings = Pick<LiveGroup, 'policies' | 'scheduledActions' | 'lifecycleHooks' | 'warmPool' | 'instanceRefreshes'>;
type OfAutoScalingGroup = Omit<LiveGroup, OfNodegroup | keyof Surroundings | 'updating' | 'nodegroup'>;

function managed(nodegroup: NodegroupAnswer): Pick<LiveGroup, OfNodegroup | 'updating' | 'nodegroup'> {
  const { status, health, taints } = nodegroup;
  return {
    kind: 'managed',
    name: nodegroup.nodegroupName,
    status: status ?? null,
    issues: (health?.issues ?? []).map(({ code, message }) => ({ code: code ?? 'Unknown', message: message ?? '' })),
    version: nodegroup.version ?? null,
    releaseVersion: nodegroup.releaseVersion ?? null,
    labels: nodegroup.labels ?? {},
    taints: (taints ?? []).map(({ key, value, effect }) => ({ key, value: value ?? null, effect })),
    updateConfig: nodegroup.updateConfig ?? null,
    nodeRepair: nodegroup.nodeRepairConfig?.enabled === true,
    updating: status === 'CREATING' || status === 'UPDATING' || status === 'DELETING',
    nodegroup,
  };
}

/** Nobody but EC2 Auto Scaling knows a plain group: labels and taints are in its user data, and failed launches in its activities. */
function plain({ Status }: AutoScalingGroupAnswer): Pick<LiveGroup, Exclude<OfNodegroup, 'kind' | 'name'> | 'updating' | 'nodegroup'> {
  return {
    status: Status ?? null,
    issues: [],
    version: null,
    releaseVersion: null,
    labels: {},
    taints: [],
    updateConfig: null,
    nodeRepair: false,
    updating: false,
    nodegroup: null,
  };
}

function ofAutoScalingGroup(group: AutoScalingGroupAnswer): OfAutoScalingGroup {
  const instances = (group.Instances ?? []).filter(({ LifecycleState }) => isCounted(LifecycleState)).map(instanceOf);
  return {
    autoScalingGroupName: group.AutoScalingGroupName,
    bounds: { min: group.MinSize, desired: group.DesiredCapacity, max: group.MaxSize },
    suspendedProcesses: (group.SuspendedProcesses ?? []).map(({ ProcessName }) => ProcessName).sort(),
    operator: group.Operator ? (group.Operator.Principal ?? 'unknown') : null,
    zones: [...(group.AvailabilityZones ?? [])].sort(),
    newInstancesProtected: group.NewInstancesProtectedFromScaleIn ?? false,
    protectedInstances: instances.filter((one) => one.protectedFromScaleIn).map(({ id }) => id),
    tags: (group.Tags ?? [])
      .map(({ Key, Value, PropagateAtLaunch }) => ({ key: Key, value: Value ?? '', propagateAtLaunch: PropagateAtLaunch ?? false }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    targetGroups: [...(group.TargetGroupARNs ?? [])].sort(),
    classicLoadBalancers: [...(group.LoadBalancerNames ?? [])].sort(),
    maxInstanceLifetimeSeconds: group.MaxInstanceLifetime ?? null,
    instances,
  };
}

/** Not instances of a warm pool (F-17), nor what has left the group already. */
function isCounted(lifecycleState: string): boolean {
  return !lifecycleState.startsWith('Warmed:') && lifecycleState !== 'Terminated' && lifecycleState !== 'Detached';
}

function instanceOf(one: NonNullable<AutoScalingGroupAnswer['Instances']>[number]): LiveInstance {
  return {
    id: one.InstanceId,
    zone: one.AvailabilityZone,
    lifecycleState: one.LifecycleState,
    healthy: (one.HealthStatus ?? 'Healthy').toLowerCase() === 'healthy',
    protectedFromScaleIn: one.ProtectedFromScaleIn ?? false,
  };
}

function withoutAutoScalingGroup({ scalingConfig }: NodegroupAnswer): OfAutoScalingGroup & Surroundings {
  return {
    autoScalingGroupName: '',
    bounds: { min: scalingConfig?.minSize ?? 0, desired: scalingConfig?.desiredSize ?? 0, max: scalingConfig?.maxSize ?? 0 },
    suspendedProcesses: [],
    operator: null,
    zones: [],
    newInstancesProtected: false,
    protectedInstances: [],
    tags: [],
    targetGroups: [],
    classicLoadBalancers: [],
    maxInstanceLifetimeSeconds: null,
    instances: [],
    policies: [],
    scheduledActions: [],
    lifecycleHooks: [],
    warmPool: null,
    instanceRefreshes: [],
  };
}

const policy = z.object({ PolicyName: z.string(), PolicyType: z.string().nullish() });
const action = z.object({ ScheduledActionName: z.string() });
const hooks = z.object({
  LifecycleHooks: z.array(z.object({ LifecycleHookName: z.string(), LifecycleTransition: z.string().nullish() })).nullish(),
});
const refresh = z.object({ InstanceRefreshId: z.string(), Status: z.string().nullish() });
const warmPoolAnswer = z.object({ WarmPoolConfiguration: z.json().nullish() });

/** An instance refresh that has ended, one way or the other. */
const ended: readonly (string | null | undefined)[] = ['Successful', 'Failed', 'Cancelled', 'RollbackSuccessful', 'RollbackFailed'];

async function surroundingsOf({ autoScaling }: RotationReads, AutoScalingGroupName: string): Promise<Surroundings> {
  const of = { AutoScalingGroupName };
  const [policies, actions, lifecycleHooks, refreshes, warmPool] = await Promise.all([
    listItems(autoScaling.describePolicies(of), 'ScalingPolicies', policy, 'autoscaling:DescribePolicies'),
    listItems(autoScaling.describeScheduledActions(of), 'ScheduledUpdateGroupActions', action, 'autoscaling:DescribeScheduledActions'),
    autoScaling.describeLifecycleHooks(of),
    listItems(autoScaling.describeInstanceRefreshes(of), 'InstanceRefreshes', refresh, 'autoscaling:DescribeInstanceRefreshes'),
    autoScaling.describeWarmPool(of),
  ]);
  return {
    policies: policies.map(({ PolicyName, PolicyType }) => ({ name: PolicyName, type: PolicyType ?? 'unknown' })),
    scheduledActions: actions.map(({ ScheduledActionName }) => ScheduledActionName),
    lifecycleHooks: (parseAnswer(hooks, lifecycleHooks, 'autoscaling:DescribeLifecycleHooks').LifecycleHooks ?? []).map((hook) => ({
      name: hook.LifecycleHookName,
      transition: hook.LifecycleTransition ?? 'unknown',
    })),
    instanceRefreshes: refreshes.filter(({ Status }) => !ended.includes(Status)).map(({ InstanceRefreshId }) => InstanceRefreshId),
    warmPool: parseAnswer(warmPoolAnswer, warmPool, 'autoscaling:DescribeWarmPool').WarmPoolConfiguration ?? null,
  };
}
