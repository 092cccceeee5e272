import type { AutoScalingGroup } from '../../inventory/evidence/autoscaling-groups.ts';
import type { FargateProfile } from '../../inventory/evidence/eks-fargate-profiles.ts';
import type { Nodegroup } from '../../inventory/evidence/eks-nodegroups.ts';
import type { Node } from '../../inventory/evidence/kubernetes-nodes.ts';
import type { ClusterIdentity } from '../../inventory/inventory.ts';
import { eksOperations } from '../../versions/eks-operations.ts';
import { kubeletSkewLimit } from '../../versions/kubelet-skew.ts';
import { compareVersions, formatVersion, type KubernetesVersion, minorsBetween, parseVersion } from '../../versions/kubernetes-version.ts';
import { groupNodes, type NodeGroup } from '../../workloads/node-groups.ts';
import { type NodeWay, wayOf } from './node-ways.ts';

/** Nodes that are replaced together. */
export interface PlannedGroup {
  readonly group: NodeGroup;
  /** Minor of its oldest kubelet, or of the group itself where no node was seen. */
  readonly version: KubernetesVersion;
  readonly nodes: number;
  readonly nodegroup: Nodegroup | undefined;
}

/** The replacement of one group. */
export interface NodeStep extends NodeWay {
  readonly group: NodeGroup;
  readonly from: string;
  readonly to: string;
  readonly nodes: number;
  /** Minutes; null where nobody documents it. */
  readonly minutes: number | null;
}

/** What nodes need around one update of the control plane. */
export interface NodeSteps {
  /** Those that would fall out of the supported skew. They go to the version that the control plane has before. */
  readonly before: readonly NodeStep[];
  readonly after: readonly NodeStep[];
  /** Those that may stay as they are until a later hop, with their version. */
  readonly waiting: readonly { readonly group: NodeGroup; readonly version: string }[];
}

export interface SeenNodes {
  readonly nodegroups: readonly Nodegroup[];
  readonly nodes: readonly Node[];
  readonly autoScalingGroups: readonly AutoScalingGroup[];
  readonly fargateProfiles: readonly FargateProfile[];
  readonly autoMode: boolean;
}

/** The steps of every hop of a path, which begins with the version that runs. Each replacement of nodes moves every pod, so there are as
 *  few as the skew policy allows: a group follows when it must, and at the end.
 *  @see https://kubernetes.io/releases/version-skew-policy/#kubelet */
export function planNodes(seen: SeenNodes, path: readonly KubernetesVersion[], identity: ClusterIdentity): NodeSteps[] {
  let groups = groupsOf(seen);
  return path.slice(1).map((target, index) => {
    const controlPlane = path[index] ?? target;
    const isLast = index === path.length - 2;
    const mustFollow = groups.filter(({ version }) => minorsBetween(version, target) > kubeletSkewLimit(version));
    const before = mustFollow.map((one) => stepOf(one, controlPlane, seen, identity));
    groups = groups.map((one) => (mustFollow.includes(one) ? { ...one, version: controlPlane } : one));
    const behind = groups.filter(({ version }) => compareVersions(version, target) < 0);
    if (!isLast) {
      return { before, after: [], waiting: behind.map(({ group, version }) => ({ group, version: formatVersion(version) })) };
    }
    return { before, after: behind.map((one) => stepOf(one, target, seen, identity)), waiting: [] };
  });
}

function groupsOf({ nodegroups, nodes }: SeenNodes): PlannedGroup[] {
  const seen = groupNodes(nodes).flatMap(({ group, nodes: members }): PlannedGroup[] => {
    const [oldest] = members.flatMap(({ status }) => parseVersion(status?.nodeInfo?.kubeletVersion ?? '') ?? []).sort(compareVersions);
    const nodegroup = group.kind === 'Nodegroup' ? nodegroups.find(({ nodegroupName }) => nodegroupName === group.name) : undefined;
    return oldest ? [{ group, version: oldest, nodes: members.length, nodegroup }] : [];
  });
  const named = new Set(seen.map(({ group }) => `${group.kind} ${group.name}`));
  const unseen = nodegroups.flatMap((nodegroup): PlannedGroup[] => {
    const group = { kind: 'Nodegroup', name: nodegroup.nodegroupName } as const;
    const version = parseVersion(nodegroup.version ?? '');
    if (!version || named.has(`${group.kind} ${group.name}`)) return [];
    return [{ group, version, nodes: nodegroup.scalingConfig?.desiredSize ?? 0, nodegroup }];
  });
  return [...seen, ...unseen].sort((a, b) => (`${a.group.kind} ${a.group.name}` < `${b.group.kind} ${b.group.name}` ? -1 : 1));
}

function stepOf(planned: PlannedGroup, to: KubernetesVersion, seen: SeenNodes, identity: ClusterIdentity): NodeStep {
  const { group, version, nodes } = planned;
  return {
    group,
    from: formatVersion(version),
    to: formatVersion(to),
    nodes,
    minutes: minutesOf(planned),
    ...wayOf(planned, to, seen, identity),
  };
}

/** EKS replaces so many nodes of a managed group at a time. */
function minutesOf({ nodegroup, nodes }: PlannedGroup): number | null {
  if (!nodegroup) return null;
  const { maxUnavailable, maxUnavailablePercentage } = nodegroup.updateConfig ?? {};
  const atATime = maxUnavailablePercentage ? Math.max(1, Math.floor((nodes * maxUnavailablePercentage) / 100)) : (maxUnavailable ?? 1);
  return Math.ceil(nodes / atATime) * eksOperations.managedNodegroupMinutesPerNode;
}
