import type { LiveCluster } from './cluster.ts';
import { type LivePod, namespaceOf } from './objects.ts';

/** How the pods of a workload behave; what is left out is as everywhere (timings.ts). Milliseconds. */
export interface PodBehaviour {
  readonly startMs?: number;
  readonly readyMs?: number;
  readonly stopMs?: number;
  /** The pod ends by itself, Succeeded. */
  readonly durationMs?: number;
}

/** Something that keeps the pods of a workload from being ready. */
export interface PodTrouble {
  /** `namespace/name` of the workload. */
  readonly workload: string;
  readonly what: 'crash' | 'image-pull' | 'never-ready';
  /** On the nodes of this group alone. */
  readonly onGroup?: string;
}

export interface Behaviours {
  /** By `namespace/name` of the workload. */
  readonly byWorkload: Map<string, PodBehaviour>;
  readonly troubles: PodTrouble[];
}

/** `namespace/name` of the workload that a pod belongs to: of its Deployment rather than the ReplicaSet; of a bare pod its own. */
export function workloadOf(cluster: LiveCluster, pod: LivePod): string {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return `${namespaceOf(pod)}/${pod.metadata.name}`;
  const above = owner.kind === 'ReplicaSet' ? cluster.objects.replicaSets.get(`${namespaceOf(pod)}/${owner.name}`) : undefined;
  return `${namespaceOf(pod)}/${above?.metadata.ownerReferences?.[0]?.name ?? owner.name}`;
}

export function behaviourOf(cluster: LiveCluster, pod: LivePod): PodBehaviour {
  return cluster.behaviours.byWorkload.get(workloadOf(cluster, pod)) ?? {};
}

/** What is wrong with a pod where it runs. */
export function troubleOf(cluster: LiveCluster, pod: LivePod, group: string | undefined): PodTrouble['what'] | undefined {
  const workload = workloadOf(cluster, pod);
  return cluster.behaviours.troubles.find((one) => one.workload === workload && (one.onGroup === undefined || one.onGroup === group))?.what;
}
