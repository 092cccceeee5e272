import { isNodeReady } from '../../functions/workloads/drain-terminating.ts';
import { isManagedByDaemonSet, isTerminal } from '../../functions/workloads/pods.ts';
import { cordonTaint, tolerates } from '../../functions/workloads/tolerations.ts';
import { type LiveCluster, newMetadata, podsOn, touch } from './cluster.ts';
import { type LiveNode, nameOf, setCondition, type Taint } from './objects.ts';
import { deletePod, endPod, removePod, setReady } from './pods.ts';
import type { Instance, LiveAutoScalingGroup } from './world.ts';

const notReadyTaints: readonly Taint[] = [
  { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
];
const unreachableTaints: readonly Taint[] = [
  { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
];

/** Keys of the taints that come and go with condition Ready. */
export const notReadyKeys: ReadonlySet<string> = new Set([...notReadyTaints, ...unreachableTaints].map(({ key }) => key));

/** The kubelet of an instance registers: a Node that is not Ready yet. */
export function joinNode(cluster: LiveCluster, group: LiveAutoScalingGroup, instance: Instance): LiveNode {
  const { world } = cluster;
  const { template } = group;
  const number = world.next();
  const name = `ip-10-0-${Math.floor(number / 250) % 250}-${(number % 250) + 1}.${world.region}.compute.internal`;
  const node: LiveNode = {
    metadata: newMetadata(cluster, {
      name,
      labels: {
        'kubernetes.io/arch': template.arch,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/hostname': name,
        'node.kubernetes.io/instance-type': instance.type,
        'topology.kubernetes.io/region': world.region,
        'topology.kubernetes.io/zone': instance.zone,
        ...(group.nodegroupName === null
          ? {}
          : { 'eks.amazonaws.com/nodegroup': group.nodegroupName, 'eks.amazonaws.com/capacityType': 'ON_DEMAND' }),
        ...template.labels,
      },
    }),
    spec: { providerID: `aws:///${instance.zone}/${instance.id}`, taints: [...template.taints, ...notReadyTaints] },
    status: {
      allocatable: { ...template.allocatable },
      conditions: [
        ...['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
          type,
          status: 'False',
          lastTransitionTime: world.clock.iso(),
        })),
        { type: 'Ready', status: 'False', reason: 'KubeletNotReady', lastTransitionTime: world.clock.iso() },
      ],
      nodeInfo: {
        kubeletVersion: template.kubeletVersion,
        osImage: 'Amazon Linux 2023.9.20261102',
        kernelVersion: '6.12.58-82.121.amzn2023.x86_64',
        containerRuntimeVersion: 'containerd://2.1.5',
        architecture: template.arch,
        operatingSystem: 'linux',
      },
    },
  };
  cluster.objects.nodes.set(name, node);
  instance.nodeName = name;
  cluster.changed();
  return node;
}

/** Condition Ready, with the taints and the readiness of pods that come with it. `Unknown` is what the control plane says of a kubelet that
 *  it does not hear of; its pods go after what they tolerate. */
export function setNodeReady(cluster: LiveCluster, node: LiveNode, status: 'True' | 'False' | 'Unknown'): void {
  const reasons = { True: 'KubeletReady', False: 'KubeletNotReady', Unknown: 'NodeStatusUnknown' } as const;
  if (!setCondition(node.status.conditions, { type: 'Ready', status, reason: reasons[status] }, cluster.world.clock.iso())) return;
  const others = (node.spec.taints ?? []).filter(({ key }) => !notReadyKeys.has(key));
  const added = { True: [], False: notReadyTaints, Unknown: unreachableTaints }[status];
  node.spec.taints = [...others, ...added];
  touch(cluster, node);
  for (const pod of podsOn(cluster, node.metadata.name)) {
    // A kubelet that is back ends what was to end.
    if (pod.metadata.deletionTimestamp && status === 'True') endPod(cluster, pod);
    if (pod.status.phase !== 'Running' || pod.metadata.deletionTimestamp) continue;
    const isReady = pod.status.conditions.some((one) => one.type === 'Ready' && one.status === 'True');
    if (status === 'Unknown' && isReady) setReady(cluster, pod, false);
    if (status === 'True' && !isReady && pod.status.containerStatuses.every(({ state }) => state.running)) setReady(cluster, pod, true);
  }
  if (status !== 'True') evictLater(cluster, node, added);
}

/** Taints with NoExecute delete what does not tolerate them; the usual pod does for five minutes. */
function evictLater(cluster: LiveCluster, node: LiveNode, added: readonly Taint[]): void {
  const since = transitionOf(node);
  cluster.world.clock.after(cluster.world.timings.unreachableToleration, () => {
    const isSame = cluster.objects.nodes.get(node.metadata.name) === node && !isNodeReady(node) && transitionOf(node) === since;
    if (!isSame) return;
    for (const pod of podsOn(cluster, node.metadata.name)) {
      const tolerations = (pod.spec.tolerations ?? []).filter((one) => one.tolerationSeconds == null);
      if (!isTerminal(pod) && !added.every((taint) => tolerates(tolerations, taint))) deletePod(cluster, pod);
    }
  });
}

function transitionOf(node: LiveNode): string | undefined {
  return node.status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime;
}

/** Keeps the taint of a cordon with `spec.unschedulable`, as the node lifecycle controller does. */
export function reconcileCordon(cluster: LiveCluster, node: LiveNode): void {
  const taints = node.spec.taints ?? [];
  const has = taints.some(({ key, effect }) => key === cordonTaint.key && effect === cordonTaint.effect);
  const wanted = node.spec.unschedulable === true;
  if (has === wanted) return;
  node.spec.taints = wanted
    ? [...taints, { key: cordonTaint.key, effect: cordonTaint.effect }]
    : taints.filter(({ key }) => key !== cordonTaint.key);
  touch(cluster, node);
}

/** An instance has ended: its node and every pod on it are gone. What was not evicted before is lost, what was cut in its grace period too. */
export function removeNode(cluster: LiveCluster, group: LiveAutoScalingGroup, node: LiveNode, cause: string): void {
  cluster.objects.nodes.delete(node.metadata.name);
  for (const pod of podsOn(cluster, node.metadata.name)) {
    if (!isManagedByDaemonSet(pod) && !isTerminal(pod)) {
      cluster.world.audit.lose({
        at: cluster.world.clock.iso(),
        cluster: cluster.name,
        pod: nameOf(pod),
        node: node.metadata.name,
        group: group.nodegroupName ?? group.name,
        cause,
        cut: pod.metadata.deletionTimestamp !== undefined,
      });
    }
    removePod(cluster, pod, true);
  }
  cluster.changed();
}

/** The group whose instance a node is. */
export function groupOfNode(cluster: LiveCluster, nodeName: string): LiveAutoScalingGroup | undefined {
  for (const group of cluster.world.autoScalingGroups.values()) {
    if (group.clusterName !== cluster.name) continue;
    for (const instance of group.instances.values()) if (instance.nodeName === nodeName) return group;
  }
  return undefined;
}

/** Nodes of a group that exist. */
export function nodesOf(cluster: LiveCluster, group: LiveAutoScalingGroup): LiveNode[] {
  return [...group.instances.values()].flatMap(({ nodeName }) => (nodeName && cluster.objects.nodes.get(nodeName)) || []);
}
