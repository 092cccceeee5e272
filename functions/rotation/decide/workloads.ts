import { controllerOf } from '../../workloads/owners.ts';
import { crashLooping, isReady, isTerminal } from '../../workloads/pods.ts';
import type { ClusterView, LivePod } from '../read/cluster-view.ts';
import type { Workload } from '../record.ts';

/** `Deployment shop/web`: how a workload is named in records and messages. */
export function nameOfWorkload({ kind, namespace, name }: Pick<Workload, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}

/** What runs a pod in the end: of a ReplicaSet that a Deployment or an Argo Rollout owns, that one. Undefined for pods that nobody would
 *  replace, and for those of Jobs, which end. */
export type WorkloadLookup = (pod: LivePod) => Pick<Workload, 'kind' | 'namespace' | 'name'> | undefined;

export function workloadLookup({ replicaSets }: Pick<ClusterView, 'replicaSets'>): WorkloadLookup {
  const above = new Map(
    replicaSets.map(({ metadata }) => [`${metadata.namespace ?? 'default'}/${metadata.name}`, controllerOf({ metadata })] as const),
  );
  return (pod) => {
    const namespace = pod.metadata.namespace ?? 'default';
    const owner = controllerOf(pod);
    if (!owner || owner.kind === 'Job' || owner.kind === 'Node') return undefined;
    const { kind, name } = (owner.kind === 'ReplicaSet' && above.get(`${namespace}/${owner.name}`)) || owner;
    return { kind, namespace, name };
  };
}

const pullFailures = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'];

/** Why the containers of a pod do not run, as the kubelet says it: `CrashLoopBackOff`, `ImagePullBackOff`; undefined when nothing fails. */
export function failureOf(pod: LivePod): string | undefined {
  if (isTerminal(pod) || pod.metadata.deletionTimestamp != null) return undefined;
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const pull = statuses.map(({ state }) => state?.waiting?.reason).find((reason) => reason != null && pullFailures.includes(reason));
  return pull ?? (crashLooping(pod).length > 0 ? 'CrashLoopBackOff' : undefined);
}

/** It is to run and does not yet, whether it found a node or not. */
export function isPending(pod: LivePod): boolean {
  return pod.status?.phase === 'Pending' && pod.metadata.deletionTimestamp == null;
}

interface Counts {
  pods: number;
  ready: number;
  restarts: number;
  pending: number;
  crashing: number;
}

/** How the workloads of a cluster are: what a baseline keeps, by name. Deployments, StatefulSets and DaemonSets say themselves how many pods
 *  they want; of whatever else runs pods (an Argo Rollout, a custom resource) it is the pods that are there. `crashing` counts failing image
 *  pulls too. Jobs, and pods that nobody controls, are not workloads. */
export function workloadsOf(view: ClusterView): Workload[] {
  const counts = countsByWorkload(view);
  const workloads = new Map<string, Workload>();
  const add = (identity: Pick<Workload, 'kind' | 'namespace' | 'name'>, desired: number | undefined) => {
    const { pods, ready, restarts, pending, crashing } = counts.get(nameOfWorkload(identity))?.counts ?? none();
    workloads.set(nameOfWorkload(identity), { ...identity, desired: desired ?? pods, ready, restarts, pending, crashing });
  };
  for (const { identity } of counts.values()) add(identity, undefined);
  for (const { metadata, spec } of view.deployments) add(identityOf('Deployment', metadata), spec?.replicas ?? 1);
  for (const { metadata, spec } of view.statefulSets) add(identityOf('StatefulSet', metadata), spec?.replicas ?? 1);
  for (const { metadata, status } of view.daemonSets) add(identityOf('DaemonSet', metadata), status?.desiredNumberScheduled ?? 0);
  return [...workloads.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, workload]) => workload);
}

function countsByWorkload(view: ClusterView) {
  const lookup = workloadLookup(view);
  const byName = new Map<string, { readonly identity: Pick<Workload, 'kind' | 'namespace' | 'name'>; readonly counts: Counts }>();
  for (const pod of view.pods) {
    const identity = lookup(pod);
    if (!identity || isTerminal(pod) || pod.metadata.deletionTimestamp != null) continue;
    const name = nameOfWorkload(identity);
    const entry = byName.get(name) ?? { identity, counts: none() };
    byName.set(name, entry);
    count(entry.counts, pod);
  }
  return byName;
}

function count(counts: Counts, pod: LivePod): void {
  counts.pods += 1;
  if (isReady(pod)) counts.ready += 1;
  // A Pending pod of a DaemonSet waits for its own node: it is counted all the same, a node that cannot run it is no whole node.
  if (isPending(pod)) counts.pending += 1;
  if (failureOf(pod) !== undefined) counts.crashing += 1;
  for (const { restartCount } of pod.status?.containerStatuses ?? []) counts.restarts += restartCount ?? 0;
}

const none = (): Counts => ({ pods: 0, ready: 0, restarts: 0, pending: 0, crashing: 0 });

function identityOf(kind: string, { namespace, name }: { readonly namespace?: string | null; readonly name: string }) {
  return { kind, namespace: namespace ?? 'default', name };
}
