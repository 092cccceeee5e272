import { scaleDownDisabledAnnotation } from '../../functions/rotation/read/cluster-view.ts';
import { isManagedByDaemonSet, isTerminal } from '../../functions/workloads/pods.ts';
import { terminate, writeSizes } from './auto-scaling.ts';
import { showEksLater } from './auto-scaling-ports.ts';
import { type LiveCluster, podsOn, unboundPods } from './cluster.ts';
import type { LiveNode, LivePod } from './objects.ts';
import { wouldFit } from './scheduler.ts';
import { clusterOf, groupOf, type Instance, type LiveAutoScalingGroup, type LiveWorld } from './world.ts';

export const clusterAutoscaler = 'cluster-autoscaler';

interface AutoscalerInput {
  readonly clusterName: string;
  /** Groups it was told of. */
  readonly groups: readonly string[];
  /** An empty node goes after so long. @default 600 */
  readonly idleSeconds?: number;
  /** @default 10 */
  readonly everySeconds?: number;
}

/** The Cluster Autoscaler: one node more for pods that fit nowhere, empty nodes away after a while; within the bounds of the groups.
 *  @returns what stops it */
export function runClusterAutoscaler(world: LiveWorld, input: AutoscalerInput): () => void {
  const { clusterName, groups, idleSeconds = 600, everySeconds = 10 } = input;
  const cluster = clusterOf(world, clusterName);
  const idleSince = new Map<string, number>();
  let stopped = false;
  const look = () => {
    if (stopped) return;
    const own = groups.map((name) => groupOf(world, name));
    scaleUp(cluster, own);
    scaleDown(cluster, own, idleSince, idleSeconds * 1000);
    world.clock.after(everySeconds * 1000, look);
  };
  world.clock.after(everySeconds * 1000, look);
  return () => {
    stopped = true;
  };
}

/** The first group that has room and whose nodes would take the pod; one node a look, as long as none is on its way. */
function scaleUp(cluster: LiveCluster, groups: readonly LiveAutoScalingGroup[]): void {
  const waiting = unboundPods(cluster).filter(({ status }) =>
    status.conditions.some(({ type, status: said }) => type === 'PodScheduled' && said === 'False'),
  );
  for (const pod of waiting) {
    const isComing = groups.some((group) => [...group.instances.values()].some(({ nodeName }) => nodeName === undefined));
    const group = isComing ? undefined : groups.find((one) => one.desired < one.max && wouldTake(cluster, one, pod));
    if (!group) continue;
    writeSizes(cluster.world, group, { desired: group.desired + 1 }, clusterAutoscaler);
    showEksLater(cluster.world, group);
    return;
  }
}

function wouldTake(cluster: LiveCluster, group: LiveAutoScalingGroup, pod: LivePod): boolean {
  const [example] = [...group.instances.values()].flatMap(({ nodeName }) => (nodeName && cluster.objects.nodes.get(nodeName)) || []);
  const { labels, taints, allocatable } = group.template;
  return group.zones.some((zone) => {
    const node: LiveNode = {
      metadata: {
        ...(example?.metadata ?? { uid: '', resourceVersion: '', generation: 1, creationTimestamp: '', annotations: {} }),
        name: `template-of-${group.name}`,
        labels: { ...example?.metadata.labels, ...labels, 'topology.kubernetes.io/zone': zone },
      },
      spec: { providerID: '', taints: [...taints] },
      status: { allocatable: { ...allocatable }, conditions: [] },
    };
    return wouldFit(cluster, pod, node);
  });
}

function scaleDown(cluster: LiveCluster, groups: readonly LiveAutoScalingGroup[], idleSince: Map<string, number>, idleMs: number): void {
  const { world } = cluster;
  for (const group of groups) {
    for (const instance of [...group.instances.values()]) {
      const node = instance.nodeName === undefined ? undefined : cluster.objects.nodes.get(instance.nodeName);
      if (!node || !isIdle(cluster, node)) {
        idleSince.delete(instance.id);
        continue;
      }
      const since = idleSince.get(instance.id) ?? world.clock.now();
      idleSince.set(instance.id, since);
      if (world.clock.now() - since >= idleMs && group.desired > group.min) remove(world, group, instance);
    }
  }
}

function isIdle(cluster: LiveCluster, { metadata }: LiveNode): boolean {
  if (metadata.annotations[scaleDownDisabledAnnotation] === 'true') return false;
  return podsOn(cluster, metadata.name).every((pod) => isManagedByDaemonSet(pod) || isTerminal(pod));
}

/** This very instance, with the desired capacity lowered by one (TerminateInstanceInAutoScalingGroup). */
function remove(world: LiveWorld, group: LiveAutoScalingGroup, instance: Instance): void {
  if (instance.lifecycleState.startsWith('Terminating')) return;
  terminate(world, group, instance, 'the Cluster Autoscaler found it empty');
  writeSizes(world, group, { desired: group.desired - 1 }, clusterAutoscaler);
  showEksLater(world, group);
}
