import type { Nodegroup } from '../../functions/inventory/evidence/eks-nodegroups.ts';
import type { Node } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import { groupNodes, sharedLabels } from '../../functions/workloads/node-groups.ts';
import { type LiveCluster, newMetadata } from './cluster.ts';
import { addAutoScalingGroup } from './new-groups.ts';
import type { EksTaint, LiveNodegroup } from './node-groups.ts';
import type { Labels, LiveNode } from './objects.ts';
import type { LiveAutoScalingGroup } from './world.ts';

interface Seen {
  readonly nodegroups: readonly Nodegroup[];
  readonly nodes: readonly Node[];
}

/** The nodes of an inventory, in managed node groups, in Auto Scaling groups (nodes that no label names share one), or alone: those of
 *  Karpenter and Fargate. */
export function adoptGroups(cluster: LiveCluster, { nodegroups, nodes }: Seen): void {
  for (const { metadata, status } of nodes) {
    const type = metadata.labels?.['node.kubernetes.io/instance-type'];
    if (type && status?.allocatable) cluster.allocatableByType.set(type, strings(status.allocatable));
  }
  const byGroup = groupNodes(nodes);
  for (const nodegroup of nodegroups) {
    const own = byGroup.find(({ group }) => group.kind === 'Nodegroup' && group.name === nodegroup.nodegroupName)?.nodes ?? [];
    adoptInstances(cluster, adoptNodegroup(cluster, nodegroup, own), own);
  }
  for (const { group, nodes: own } of byGroup) {
    if (group.kind === 'Nodegroup' && nodegroups.some(({ nodegroupName }) => nodegroupName === group.name)) continue;
    if (group.kind === 'SelfManagedNodes') adoptInstances(cluster, adoptPlainGroup(cluster, group.name, own), own);
    else for (const node of own) adoptNode(cluster, node);
  }
}

const strings = (amounts: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).map(([key, value]) => [key, String(value)]));

const taintEffects: Readonly<Record<string, EksTaint['effect']>> = {
  NO_SCHEDULE: 'NO_SCHEDULE',
  NO_EXECUTE: 'NO_EXECUTE',
  PREFER_NO_SCHEDULE: 'PREFER_NO_SCHEDULE',
};

function adoptNodegroup(cluster: LiveCluster, seen: Nodegroup, nodes: readonly Node[]): LiveAutoScalingGroup {
  const { nodegroupName: name, scalingConfig, labels, taints, tags, status, health, createdAt, updateConfig, resources } = seen;
  const { amiType, capacityType, instanceTypes, subnets, nodeRole, launchTemplate } = seen;
  const desiredSize = scalingConfig?.desiredSize ?? nodes.length;
  const sizes = {
    minSize: scalingConfig?.minSize ?? desiredSize,
    maxSize: scalingConfig?.maxSize ?? Math.max(1, desiredSize),
    desiredSize,
  };
  const nodegroup: LiveNodegroup = {
    name,
    autoScalingGroupName: resources?.autoScalingGroups?.[0]?.name ?? `eks-${name}`,
    createdAt: createdAt ?? cluster.world.clock.iso(),
    status: status === 'UPDATING' || status === 'CREATING' || status === 'DELETING' || status === 'CREATE_FAILED' ? status : 'ACTIVE',
    issues: (health?.issues ?? []).map(({ code, message, resourceIds }) => ({
      code: code ?? 'InternalFailure',
      message: message ?? '',
      resourceIds: resourceIds ?? [],
    })),
    version: seen.version ?? cluster.version,
    releaseVersion: seen.releaseVersion ?? '',
    labels: { ...labels },
    taints: (taints ?? []).map(({ key, value, effect }) => ({
      key: key ?? '',
      value: value ?? '',
      effect: taintEffects[effect ?? ''] ?? 'NO_SCHEDULE',
    })),
    tags: { ...tags },
    scalingConfig: sizes,
    updateConfig: {
      maxUnavailable: updateConfig?.maxUnavailable ?? undefined,
      maxUnavailablePercentage: updateConfig?.maxUnavailablePercentage ?? undefined,
    },
    nodeRepair: false,
    given: JSON.parse(JSON.stringify({ amiType, capacityType, instanceTypes, subnets, nodeRole, launchTemplate })),
    updates: [],
    troubles: { updateStuck: false, updateFails: false },
  };
  cluster.nodegroups.set(name, nodegroup);
  return addGroup(cluster, nodes, {
    name: nodegroup.autoScalingGroupName,
    nodegroupName: name,
    sizes,
    labels: nodegroup.labels,
    taints: nodegroup.taints,
    type: instanceTypes?.[0],
    zones: zonesOfSubnets(cluster, subnets ?? []),
    tags: { 'eks:cluster-name': cluster.name, 'eks:nodegroup-name': name },
  });
}

function adoptPlainGroup(cluster: LiveCluster, name: string, nodes: readonly Node[]): LiveAutoScalingGroup {
  const own = Object.entries(sharedLabels(nodes)).filter(([key]) => !/(^|\.)(kubernetes|k8s)\.io\//.test(key));
  const sizes = { minSize: nodes.length, maxSize: nodes.length * 2, desiredSize: nodes.length };
  return addGroup(cluster, nodes, {
    name,
    nodegroupName: null,
    sizes,
    labels: Object.fromEntries(own),
    taints: [],
    type: undefined,
    zones: [],
    tags: {},
  });
}

interface NewGroup {
  readonly name: string;
  readonly nodegroupName: string | null;
  readonly sizes: LiveNodegroup['scalingConfig'];
  readonly labels: Labels;
  readonly taints: readonly EksTaint[];
  readonly type: string | undefined;
  readonly zones: readonly string[];
  readonly tags: Labels;
}

/** A group that launches nothing yet: its instances are there. What new nodes are like is taken from the first. */
function addGroup(
  cluster: LiveCluster,
  nodes: readonly Node[],
  { name, nodegroupName, sizes, labels, taints, type, zones, tags }: NewGroup,
) {
  const [first] = nodes;
  const allocatable = first?.status?.allocatable;
  const minor = /^v(\d+\.\d+)/.exec(first?.status?.nodeInfo?.kubeletVersion ?? '')?.[1];
  const group = addAutoScalingGroup(cluster, {
    name,
    nodegroupName,
    size: 0,
    min: sizes.minSize,
    max: sizes.maxSize,
    zones: zones.length > 0 ? zones : [...new Set(nodes.flatMap(zoneOfNode))],
    instanceType: first?.metadata.labels?.['node.kubernetes.io/instance-type'] ?? type,
    allocatable: allocatable ? strings(allocatable) : undefined,
    labels,
    taints,
    tags,
    ...(minor === undefined ? {} : { version: minor }),
  });
  group.desired = sizes.desiredSize;
  return group;
}

const zoneOfNode = ({ metadata }: Node): string[] => {
  const zone = metadata.labels?.['topology.kubernetes.io/zone'];
  return zone === undefined ? [] : [zone];
};

function zonesOfSubnets({ world }: LiveCluster, subnets: readonly string[]): string[] {
  return [
    ...new Set(world.services.subnets.filter(({ SubnetId }) => subnets.includes(SubnetId)).map(({ AvailabilityZone }) => AvailabilityZone)),
  ].sort();
}

function adoptInstances(cluster: LiveCluster, group: LiveAutoScalingGroup, nodes: readonly Node[]): void {
  for (const node of nodes) {
    const { providerID } = adoptNode(cluster, node).spec;
    const id = providerID.split('/').at(-1) ?? '';
    group.instances.set(id, {
      id,
      zone: zoneOfNode(node)[0] ?? '',
      type: group.template.instanceType,
      launchedAt: Date.parse(node.metadata.creationTimestamp ?? '') || 0,
      lifecycleState: 'InService',
      healthy: true,
      protectedFromScaleIn: false,
      nodeName: node.metadata.name,
    });
  }
}

function adoptNode(cluster: LiveCluster, { metadata, spec, status }: Node): LiveNode {
  const at = metadata.creationTimestamp ?? cluster.world.clock.iso();
  const number = cluster.objects.nodes.size + 1;
  const node: LiveNode = {
    metadata: newMetadata(cluster, {
      name: metadata.name,
      labels: { ...metadata.labels },
      creationTimestamp: at,
      ...(metadata.uid ? { uid: metadata.uid } : {}),
    }),
    spec: {
      providerID: spec?.providerID ?? `aws:///${metadata.labels?.['topology.kubernetes.io/zone'] ?? ''}/i-unknown${number}`,
      ...(spec?.unschedulable ? { unschedulable: true } : {}),
      taints: [...(spec?.taints ?? [])],
    },
    status: {
      ...status,
      allocatable: { ...status?.allocatable },
      conditions: (status?.conditions ?? []).map(({ type, status: said, reason }) => ({
        type,
        status: said,
        ...(reason ? { reason } : {}),
        lastTransitionTime: at,
      })),
    },
  };
  cluster.objects.nodes.set(metadata.name, node);
  return node;
}
