import { isNodeReady } from '../../functions/workloads/drain-terminating.ts';
import { writeSizes } from './auto-scaling.ts';
import { awsFailure } from './aws-errors.ts';
import { type LiveCluster, touch } from './cluster.ts';
import { nodesOf } from './nodes.ts';
import type { Labels, LiveNode } from './objects.ts';
import type { LiveAutoScalingGroup } from './world.ts';

export interface EksTaint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NO_SCHEDULE' | 'NO_EXECUTE' | 'PREFER_NO_SCHEDULE';
}

export interface ScalingConfig {
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredSize: number;
}

export interface LiveUpdate {
  readonly id: string;
  readonly createdAt: string;
  readonly params: readonly { readonly type: string; readonly value: string }[];
  status: 'InProgress' | 'Successful' | 'Failed';
  errors: { readonly errorCode: string; readonly errorMessage: string; readonly resourceIds: readonly string[] }[];
}

/** A managed node group as EKS keeps it. */
export interface LiveNodegroup {
  readonly name: string;
  readonly autoScalingGroupName: string;
  readonly createdAt: string;
  status: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING' | 'CREATE_FAILED';
  issues: { readonly code: string; readonly message: string; readonly resourceIds: readonly string[] }[];
  version: string;
  releaseVersion: string;
  labels: Labels;
  taints: EksTaint[];
  tags: Labels;
  /** As EKS last saw it; the Auto Scaling group may be elsewhere already. */
  scalingConfig: ScalingConfig;
  updateConfig: { readonly maxUnavailable?: number | undefined; readonly maxUnavailablePercentage?: number | undefined };
  nodeRepair: boolean;
  /** amiType, capacityType, instanceTypes, subnets, nodeRole, launchTemplate … as they were given. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly updates: LiveUpdate[];
  /** Set by events. */
  readonly troubles: { updateStuck: boolean; updateFails: boolean };
}

export interface ConfigChange {
  readonly scalingConfig?: Partial<ScalingConfig> | undefined;
  readonly labels?: { readonly addOrUpdateLabels?: Labels | undefined; readonly removeLabels?: string[] | undefined } | undefined;
  readonly taints?: { readonly addOrUpdateTaints?: EksTaint[] | undefined; readonly removeTaints?: EksTaint[] | undefined } | undefined;
  readonly updateConfig?: LiveNodegroup['updateConfig'] | undefined;
}

/** UpdateNodegroupConfig: refused unless the group is ACTIVE; UPDATING for a while, then as it was asked.
 *  @throws CollectionError NotFound, Internal (ResourceInUseException, InvalidParameterException) */
export function updateConfig(cluster: LiveCluster, nodegroup: LiveNodegroup, change: ConfigChange, principal: string): LiveUpdate {
  const { world } = cluster;
  const group = groupBehind(cluster, nodegroup);
  const refuse = (name: string, why: string) =>
    awsFailure('eks:UpdateNodegroupConfig', `node group ${nodegroup.name} of cluster ${cluster.name}`, name, why);
  if (nodegroup.status !== 'ACTIVE') {
    throw refuse('ResourceInUseException', `Nodegroup cannot be updated as it is currently not in Active State (${nodegroup.status})`);
  }
  const { minSize = group.min, maxSize = group.max, desiredSize = group.desired } = change.scalingConfig ?? {};
  if (change.scalingConfig && (maxSize < 1 || minSize < 0 || minSize > desiredSize || desiredSize > maxSize)) {
    throw refuse('InvalidParameterException', `min ${minSize} <= desired ${desiredSize} <= max ${maxSize} and max >= 1 must hold`);
  }
  const update: LiveUpdate = {
    id: `update-${world.next()}`,
    createdAt: world.clock.iso(),
    status: 'InProgress',
    params: paramsOf(change),
    errors: [],
  };
  nodegroup.updates.push(update);
  nodegroup.status = 'UPDATING';
  world.clock.after(Math.min(1000, world.timings.update / 2), () => carryOut(cluster, nodegroup, update, change, principal));
  return update;
}

function paramsOf({ scalingConfig = {}, labels, taints }: ConfigChange): LiveUpdate['params'] {
  const sizes = Object.entries(scalingConfig).map(([name, value]) => ({
    type: `${name[0]?.toUpperCase()}${name.slice(1)}`,
    value: String(value),
  }));
  const lists = {
    LabelsToAdd: labels?.addOrUpdateLabels,
    LabelsToRemove: labels?.removeLabels,
    TaintsToAdd: taints?.addOrUpdateTaints,
    TaintsToRemove: taints?.removeTaints,
  };
  return [...sizes, ...Object.entries(lists).flatMap(([type, value]) => (value ? [{ type, value: JSON.stringify(value) }] : []))];
}

function carryOut(cluster: LiveCluster, nodegroup: LiveNodegroup, update: LiveUpdate, change: ConfigChange, principal: string): void {
  const { clock, timings } = cluster.world;
  if (nodegroup.troubles.updateStuck) {
    clock.after(5_000, () => carryOut(cluster, nodegroup, update, change, principal));
    return;
  }
  const fails = nodegroup.troubles.updateFails;
  if (!fails) apply(cluster, nodegroup, change, principal);
  clock.after(timings.update - Math.min(1000, timings.update / 2), () => {
    update.status = fails ? 'Failed' : 'Successful';
    if (fails)
      update.errors = [
        { errorCode: 'NodeCreationFailure', errorMessage: 'the update failed', resourceIds: [nodegroup.autoScalingGroupName] },
      ];
    if (nodegroup.status === 'UPDATING') nodegroup.status = 'ACTIVE';
  });
}

function apply(cluster: LiveCluster, nodegroup: LiveNodegroup, change: ConfigChange, principal: string): void {
  const group = groupBehind(cluster, nodegroup);
  if (change.scalingConfig) {
    const { minSize, maxSize, desiredSize } = change.scalingConfig;
    writeSizes(cluster.world, group, { min: minSize, max: maxSize, desired: desiredSize }, principal);
    nodegroup.scalingConfig = scalingOf(group);
  }
  if (change.updateConfig) nodegroup.updateConfig = change.updateConfig;
  const { addOrUpdateLabels = {}, removeLabels = [] } = change.labels ?? {};
  const { addOrUpdateTaints = [], removeTaints = [] } = change.taints ?? {};
  const same = (a: EksTaint, b: EksTaint) => a.key === b.key && a.effect === b.effect;
  const gone = [...addOrUpdateTaints, ...removeTaints];
  nodegroup.labels = Object.fromEntries(
    Object.entries({ ...nodegroup.labels, ...addOrUpdateLabels }).filter(([key]) => !removeLabels.includes(key)),
  );
  nodegroup.taints = [...nodegroup.taints.filter((taint) => !gone.some((one) => same(one, taint))), ...addOrUpdateTaints];
  group.template.labels = { ...nodegroup.labels };
  group.template.taints = nodegroup.taints.map(asKubernetes);
  if (!change.labels && !change.taints) return;
  for (const node of nodesOf(cluster, group)) relabel(cluster, node, { addOrUpdateLabels, removeLabels, gone, added: addOrUpdateTaints });
}

interface Relabelling {
  readonly addOrUpdateLabels: Labels;
  readonly removeLabels: readonly string[];
  readonly gone: readonly EksTaint[];
  readonly added: readonly EksTaint[];
}

function relabel(cluster: LiveCluster, node: LiveNode, { addOrUpdateLabels, removeLabels, gone, added }: Relabelling): void {
  const removed = gone.map(asKubernetes);
  node.metadata.labels = Object.fromEntries(
    Object.entries({ ...node.metadata.labels, ...addOrUpdateLabels }).filter(([key]) => !removeLabels.includes(key)),
  );
  const kept = (node.spec.taints ?? []).filter((taint) => !removed.some(({ key, effect }) => key === taint.key && effect === taint.effect));
  node.spec.taints = [...kept, ...added.map(asKubernetes)];
  touch(cluster, node);
}

const effects = { NO_SCHEDULE: 'NoSchedule', NO_EXECUTE: 'NoExecute', PREFER_NO_SCHEDULE: 'PreferNoSchedule' } as const;
export const asKubernetes = ({ key, value, effect }: EksTaint) => ({ key, value, effect: effects[effect] });

export const scalingOf = ({ min, max, desired }: LiveAutoScalingGroup): ScalingConfig => ({
  minSize: min,
  maxSize: max,
  desiredSize: desired,
});

/** @throws Error where it is not there: a defect of the simulator */
function groupBehind({ world }: LiveCluster, { name, autoScalingGroupName }: LiveNodegroup): LiveAutoScalingGroup {
  const group = world.autoScalingGroups.get(autoScalingGroupName);
  if (!group) throw new Error(`node group ${name} has no Auto Scaling group ${autoScalingGroupName}`);
  return group;
}

/** CREATING until the wanted nodes are Ready. */
export function becomeActive(cluster: LiveCluster, nodegroup: LiveNodegroup): void {
  const { clock, timings } = cluster.world;
  clock.after(timings.create, () => {
    if (nodegroup.status !== 'CREATING') return;
    const group = groupBehind(cluster, nodegroup);
    if (nodesOf(cluster, group).filter(isNodeReady).length >= group.desired) nodegroup.status = 'ACTIVE';
    else becomeActive(cluster, nodegroup);
  });
}

/** DELETING until the last instance is gone, then nothing.
 *  @throws CollectionError Internal (ResourceInUseException) */
export function deleteNodegroup(cluster: LiveCluster, nodegroup: LiveNodegroup, principal: string): void {
  if (nodegroup.status === 'UPDATING' || nodegroup.status === 'DELETING') {
    const target = `node group ${nodegroup.name} of cluster ${cluster.name}`;
    throw awsFailure('eks:DeleteNodegroup', target, 'ResourceInUseException', `Nodegroup cannot be deleted: it is ${nodegroup.status}`);
  }
  const { world } = cluster;
  const group = groupBehind(cluster, nodegroup);
  nodegroup.status = 'DELETING';
  writeSizes(world, group, { min: 0, desired: 0 }, principal);
  const look = () => {
    if (group.instances.size > 0) {
      world.clock.after(5_000, look);
      return;
    }
    cluster.nodegroups.delete(nodegroup.name);
    world.autoScalingGroups.delete(group.name);
  };
  world.clock.after(5_000, look);
}

/** What DescribeNodegroup answers. */
export function describe(cluster: LiveCluster, nodegroup: LiveNodegroup): Record<string, unknown> {
  const { name, version, releaseVersion, status, issues, labels, taints, tags, scalingConfig, updateConfig: update, createdAt } = nodegroup;
  return {
    ...nodegroup.given,
    nodegroupName: name,
    nodegroupArn: `arn:aws:eks:${cluster.world.region}:${cluster.world.accountId}:nodegroup/${cluster.name}/${name}/00000000`,
    clusterName: cluster.name,
    version,
    releaseVersion,
    createdAt,
    status: status === 'ACTIVE' && issues.length > 0 ? 'DEGRADED' : status,
    scalingConfig,
    labels,
    taints,
    tags,
    resources: { autoScalingGroups: [{ name: nodegroup.autoScalingGroupName }] },
    health: { issues },
    updateConfig: update,
    nodeRepairConfig: { enabled: nodegroup.nodeRepair },
  };
}
