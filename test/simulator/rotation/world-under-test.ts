import type { PodName } from '../../../functions/rotation/ports.ts';
import { isReady } from '../../../functions/workloads/pods.ts';
import { workloadOf } from '../../../simulator/rotation/behaviour.ts';
import type { LiveCluster } from '../../../simulator/rotation/cluster.ts';
import type { LivePod } from '../../../simulator/rotation/objects.ts';
import { clusterOf, type LiveWorld } from '../../../simulator/rotation/world.ts';

export const payments = (world: LiveWorld): LiveCluster => clusterOf(world, 'payments');

/** Pods of a workload, `shop/web`, by name. */
export function podsOf(world: LiveWorld, workload: string): LivePod[] {
  const cluster = payments(world);
  return [...cluster.objects.pods.values()]
    .filter((pod) => workloadOf(cluster, pod) === workload)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

export function firstPodOf(world: LiveWorld, workload: string): LivePod {
  const [pod] = podsOf(world, workload);
  if (!pod) throw new Error(`${workload} has no pod`);
  return pod;
}

export const podName = ({ metadata: { namespace = '', name, uid } }: LivePod): PodName => ({ namespace, name, uid });
export const readyOf = (world: LiveWorld, workload: string): number => podsOf(world, workload).filter(isReady).length;
export const seconds = (world: LiveWorld, amount: number): void => world.clock.advance(amount * 1000);

/** Why a pod is not scheduled. */
export const whyPending = ({ status }: LivePod): string | undefined =>
  status.conditions.find(({ type, status: said }) => type === 'PodScheduled' && said === 'False')?.message;
