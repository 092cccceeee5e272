import * as z from 'zod';
import { stableId } from '../build/stable-names.ts';
import { reconcileGroup } from './auto-scaling.ts';
import type { LiveCluster } from './cluster.ts';
import { allocatableOfType, instanceTypes } from './instance-types.ts';
import { asKubernetes, becomeActive, type EksTaint, type LiveNodegroup, scalingOf } from './node-groups.ts';
import type { Labels } from './objects.ts';
import type { LiveAutoScalingGroup } from './world.ts';

const nodegroupSchema = z.looseObject({
  nodegroupName: z.string(),
  scalingConfig: z
    .object({ minSize: z.number().default(1), maxSize: z.number().default(2), desiredSize: z.number().default(2) })
    .prefault({}),
  subnets: z.array(z.string()).default([]),
  instanceTypes: z.array(z.string()).optional(),
  launchTemplate: z.looseObject({ id: z.string().optional(), name: z.string().optional() }).optional(),
  amiType: z.string().default('AL2023_x86_64_STANDARD'),
  capacityType: z.string().default('ON_DEMAND'),
  nodeRole: z.string().default('arn:aws:iam::111111111111:role/node'),
  version: z.string().optional(),
  releaseVersion: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  taints: z
    .array(
      z.object({ key: z.string(), value: z.string().default(''), effect: z.enum(['NO_SCHEDULE', 'NO_EXECUTE', 'PREFER_NO_SCHEDULE']) }),
    )
    .default([]),
  tags: z.record(z.string(), z.string()).default({}),
  updateConfig: z
    .object({ maxUnavailable: z.number().optional(), maxUnavailablePercentage: z.number().optional() })
    .default({ maxUnavailable: 1 }),
  nodeRepairConfig: z.object({ enabled: z.boolean() }).optional(),
  /** Not of the API: what pods may use of a node of this world. */
  allocatable: z.record(z.string(), z.string()).optional(),
});

/** A managed node group from the input of CreateNodegroup: CREATING, and ACTIVE once its nodes are Ready. */
export function addNodegroup(cluster: LiveCluster, input: Readonly<Record<string, unknown>>): LiveNodegroup {
  const { world } = cluster;
  const {
    nodegroupName: name,
    scalingConfig,
    version,
    releaseVersion,
    labels,
    taints,
    tags,
    updateConfig,
    nodeRepairConfig,
    allocatable,
    clusterName: _,
    ...given
  } = nodegroupSchema.parse(input);
  const nodegroup: LiveNodegroup = {
    name,
    autoScalingGroupName: `eks-${name}-${stableId(`${cluster.name}/${name}/${world.next()}`).slice(0, 8)}`,
    createdAt: world.clock.iso(),
    status: 'CREATING',
    issues: [],
    version: version ?? cluster.version,
    releaseVersion: releaseVersion ?? `${version ?? cluster.version}.4-20261101`,
    labels,
    taints,
    tags,
    scalingConfig,
    updateConfig,
    nodeRepair: nodeRepairConfig?.enabled ?? false,
    given,
    updates: [],
    troubles: { updateStuck: false, updateFails: false },
  };
  const zones = given.subnets.flatMap((id) => world.services.subnets.find(({ SubnetId }) => SubnetId === id)?.AvailabilityZone ?? []);
  const { minSize, maxSize, desiredSize } = scalingConfig;
  const eksTags = { 'eks:cluster-name': cluster.name, 'eks:nodegroup-name': name };
  const group = addAutoScalingGroup(cluster, {
    ...{ name: nodegroup.autoScalingGroupName, nodegroupName: name, zones, labels, taints, version: nodegroup.version },
    ...{
      min: minSize,
      max: maxSize,
      size: desiredSize,
      instanceType: given.instanceTypes?.[0] ?? typeInTemplate(cluster, given.launchTemplate),
      allocatable,
      tags: eksTags,
    },
  });
  nodegroup.scalingConfig = scalingOf(group);
  cluster.nodegroups.set(name, nodegroup);
  becomeActive(cluster, nodegroup);
  return nodegroup;
}

/** The instance type may be in the launch template: then it is that of a group with the same one. */
function typeInTemplate(
  cluster: LiveCluster,
  wanted: { readonly id?: string | undefined; readonly name?: string | undefined } = {},
): string | undefined {
  for (const { given, autoScalingGroupName } of cluster.nodegroups.values()) {
    const known = templateSchema.parse(given.launchTemplate ?? {});
    const isSame = wanted.id === undefined ? wanted.name !== undefined && wanted.name === known.name : wanted.id === known.id;
    if (isSame) return cluster.world.autoScalingGroups.get(autoScalingGroupName)?.template.instanceType;
  }
  return undefined;
}

const templateSchema = z.looseObject({ id: z.string().nullish(), name: z.string().nullish() });

export interface AutoScalingGroupInput {
  readonly name: string;
  readonly nodegroupName?: string | null;
  readonly size: number;
  readonly min: number;
  readonly max: number;
  /** Those of the cluster if left out, or empty. */
  readonly zones?: readonly string[];
  readonly instanceType?: string | undefined;
  /** What pods may use of a node; what the instance type leaves if left out. */
  readonly allocatable?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Labels;
  readonly taints?: readonly EksTaint[];
  /** Of its kubelets; the cluster's if left out. */
  readonly version?: string;
  readonly tags?: Labels;
}

export function addAutoScalingGroup(cluster: LiveCluster, input: AutoScalingGroupInput): LiveAutoScalingGroup {
  const { world } = cluster;
  const { name, size, min, max, zones = [], instanceType = 'm7i.xlarge', labels = {}, taints = [] } = input;
  const tags = { [`kubernetes.io/cluster/${cluster.name}`]: 'owned', ...input.tags };
  const group: LiveAutoScalingGroup = {
    name,
    clusterName: cluster.name,
    nodegroupName: input.nodegroupName ?? null,
    min,
    max,
    desired: size,
    zones: zones.length > 0 ? [...zones] : [...cluster.zones],
    template: {
      instanceType,
      labels: { ...labels },
      taints: taints.map(asKubernetes),
      allocatable: input.allocatable ?? cluster.allocatableByType.get(instanceType) ?? allocatableOfType(instanceType),
      kubeletVersion: `v${input.version ?? cluster.version}.4-eks-1234567`,
      arch: instanceTypes[instanceType]?.arch ?? 'amd64',
    },
    suspended: new Set(),
    tags: new Map(Object.entries(tags).map(([key, value]) => [key, { key, value, propagateAtLaunch: true }])),
    instances: new Map(),
    operator: null,
    newInstancesProtected: false,
    warmed: [],
    targetGroups: [],
    loadBalancers: [],
    lifecycleHooks: [],
    scheduledActions: [],
    policies: [],
    instanceRefreshes: [],
    maxInstanceLifetimeSeconds: null,
    troubles: { noCapacity: null, neverJoin: false, notReady: false, terminationHangs: false, noAddresses: false },
  };
  world.autoScalingGroups.set(name, group);
  reconcileGroup(world, group);
  return group;
}
