import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../../functions/inventory/evidence/kubernetes-controllers.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import { controllerOf } from '../../functions/workloads/owners.ts';
import { isReady, isTerminal } from '../../functions/workloads/pods.ts';
import { claimsOf } from '../../functions/workloads/volumes.ts';
import { zoneOf } from '../../functions/workloads/zones.ts';
import { workloadOf } from './behaviour.ts';
import { addPod, type LiveCluster, newMetadata } from './cluster.ts';
import { adoptReplicaSet } from './controllers.ts';
import { addNamespace } from './declare.ts';
import {
  type LiveJob,
  type LivePod,
  type LiveReplicaSet,
  type Metadata,
  nameOf,
  type OwnerReference,
  type PodSpec,
  type Template,
} from './objects.ts';
import { adoptVolume } from './volumes.ts';

interface Seen {
  readonly pods: readonly Pod[];
  readonly deployments: readonly Deployment[];
  readonly statefulSets: readonly StatefulSet[];
  readonly daemonSets: readonly DaemonSet[];
  readonly replicaSets: readonly ReplicaSet[];
}

/** How long a Job still runs, of which an inventory says nothing. */
const jobMs = 600_000;

/** The controllers of an inventory and their pods, where they are and as they are. What was on its way out is gone. */
export function adoptWorkloads(cluster: LiveCluster, seen: Seen): void {
  const pods = seen.pods.filter(({ metadata }) => metadata.deletionTimestamp == null);
  const podsByOwner = Map.groupBy(pods, (pod) => ownerKey(pod) ?? '');
  const example = (key: string) => podsByOwner.get(key)?.[0]?.spec;
  const replicaSetsOf = Map.groupBy(seen.replicaSets, (one) =>
    keyOf({ namespace: one.metadata.namespace, name: controllerOf(one)?.name ?? '' }),
  );
  const uids = new Map<string, OwnerReference>();
  const { objects } = cluster;

  for (const { metadata, spec } of seen.statefulSets) {
    const key = `StatefulSet ${keyOf(metadata)}`;
    const own = {
      metadata: adopt(cluster, metadata),
      spec: { ...spec, ...replicated(spec, example(key)), volumeClaimTemplates: claimTemplates(podsByOwner.get(key)?.[0]) },
      status: { replicas: 0, readyReplicas: 0 },
    };
    objects.statefulSets.set(nameOf(own), own);
    uids.set(key, reference('StatefulSet', 'apps/v1', own));
  }
  for (const { metadata, spec } of seen.daemonSets) {
    const key = `DaemonSet ${keyOf(metadata)}`;
    const { selector, template } = replicated(spec, example(key));
    const own = { metadata: adopt(cluster, metadata), spec: { selector, template }, status: { desiredNumberScheduled: 0, numberReady: 0 } };
    objects.daemonSets.set(nameOf(own), own);
    uids.set(key, reference('DaemonSet', 'apps/v1', own));
  }
  for (const { metadata, spec } of seen.deployments) {
    const replicaSets = replicaSetsOf.get(keyOf(metadata)) ?? [];
    const keys = replicaSets.map((one) => `ReplicaSet ${keyOf(one.metadata)}`);
    const current = [...replicaSets].sort((a, b) => manyOf(podsByOwner, b) - manyOf(podsByOwner, a))[0];
    const deployment = {
      metadata: adopt(cluster, metadata),
      spec: {
        ...spec,
        ...replicated(
          spec,
          keys.map(example).find((found) => found),
        ),
      },
      status: { replicas: 0, readyReplicas: 0 },
    };
    objects.deployments.set(nameOf(deployment), deployment);
    if (!current) continue;
    const owner = reference('Deployment', 'apps/v1', deployment);
    const replicaSet = asReplicaSet(adopt(cluster, { ...current.metadata, ownerReferences: [owner] }), deployment.spec);
    objects.replicaSets.set(nameOf(replicaSet), replicaSet);
    adoptReplicaSet(deployment, replicaSet);
    for (const key of keys) uids.set(key, reference('ReplicaSet', 'apps/v1', replicaSet));
  }
  for (const pod of pods) {
    addNamespace(cluster, pod.metadata.namespace ?? 'default');
    const owner = controllerOf(pod);
    const key = ownerKey(pod);
    if (owner && key && !uids.has(key) && !isTerminal(pod)) uids.set(key, standIn(cluster, pod, owner, podsByOwner.get(key) ?? []));
    addPod(cluster, adoptPod(cluster, pod, key === undefined ? undefined : uids.get(key)));
  }
  keepUnwell(cluster);
}

const ownerKey = (pod: Pod): string | undefined => {
  const owner = controllerOf(pod);
  return owner && `${owner.kind} ${keyOf({ namespace: pod.metadata.namespace, name: owner.name })}`;
};
const keyOf = ({ namespace, name }: { readonly namespace?: string | null | undefined; readonly name: string }) =>
  `${namespace ?? 'default'}/${name}`;
const manyOf = (pods: ReadonlyMap<string, readonly Pod[]>, { metadata }: ReplicaSet) =>
  pods.get(`ReplicaSet ${keyOf(metadata)}`)?.length ?? 0;

type SeenMetadata = Pick<Pod['metadata'], 'name' | 'namespace' | 'uid' | 'labels' | 'annotations' | 'creationTimestamp'>;

function adopt(
  cluster: LiveCluster,
  { name, namespace, uid, labels, annotations, creationTimestamp, ...rest }: SeenMetadata & { readonly ownerReferences?: unknown },
): Metadata {
  const said = Object.entries(annotations ?? {}).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : []));
  const owners = Array.isArray(rest.ownerReferences) ? { ownerReferences: rest.ownerReferences } : {};
  return newMetadata(cluster, {
    name,
    namespace: namespace ?? 'default',
    labels: { ...labels },
    annotations: Object.fromEntries(said),
    ...(uid ? { uid } : {}),
    ...(creationTimestamp ? { creationTimestamp } : {}),
    ...owners,
  });
}

function reference(kind: string, apiVersion: string, { metadata }: { readonly metadata: Metadata }): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
}

type SeenSpec = Pick<NonNullable<Deployment['spec']>, 'replicas' | 'selector' | 'template'> | null | undefined;

/** What a controller needs; a template that was not kept is that of one of its pods. */
function replicated(spec: Partial<NonNullable<SeenSpec>> | null | undefined, example: PodSpec | null | undefined) {
  const { nodeName: _, ...copied } = example ?? {};
  const template: Template = { metadata: { labels: { ...spec?.template?.metadata?.labels } }, spec: spec?.template?.spec ?? copied };
  return { replicas: spec?.replicas ?? 1, selector: spec?.selector ?? {}, template };
}

function asReplicaSet(metadata: Metadata, { replicas, selector, template }: ReturnType<typeof replicated>): LiveReplicaSet {
  const labels = { ...template.metadata.labels, ...metadata.labels };
  return {
    metadata,
    spec: { replicas, selector, template: { ...template, metadata: { labels } } },
    status: { replicas: 0, readyReplicas: 0 },
  };
}

/** Claims of a StatefulSet are named after its pods: `data-db-0`. */
function claimTemplates(pod: Pod | undefined): { readonly metadata: { readonly name: string } }[] {
  if (!pod) return [];
  const suffix = `-${pod.metadata.name}`;
  return claimsOf(pod).flatMap((claim) => (claim.endsWith(suffix) ? [{ metadata: { name: claim.slice(0, -suffix.length) } }] : []));
}

/** A controller that the inventory does not have: a Job ends some time, any other kind replaces its pods. */
function standIn(
  cluster: LiveCluster,
  pod: Pod,
  owner: NonNullable<ReturnType<typeof controllerOf>>,
  pods: readonly Pod[],
): OwnerReference {
  const { nodeName: _, ...spec } = pod.spec ?? {};
  const metadata = adopt(cluster, { name: owner.name, namespace: pod.metadata.namespace, uid: owner.uid });
  const template: Template = { metadata: { labels: { ...pod.metadata.labels } }, spec };
  if (owner.kind === 'Job') {
    const job: LiveJob = { metadata, spec: { template }, status: { active: 1, succeeded: 0, conditions: [] } };
    cluster.objects.jobs.set(nameOf(job), job);
    cluster.behaviours.byWorkload.set(nameOf(job), { durationMs: jobMs });
  } else {
    const running = pods.filter((one) => !isTerminal(one)).length;
    cluster.objects.replicaSets.set(nameOf({ metadata }), asReplicaSet(metadata, { replicas: running, selector: {}, template }));
  }
  return { ...reference(owner.kind, owner.apiVersion ?? 'apps/v1', { metadata }) };
}

function adoptPod(cluster: LiveCluster, pod: Pod, owner: OwnerReference | undefined): LivePod {
  const at = pod.metadata.creationTimestamp ?? cluster.world.clock.iso();
  const phase = pod.status?.phase;
  const live: LivePod = {
    metadata: adopt(cluster, { ...pod.metadata, ownerReferences: owner ? [owner] : [] }),
    spec: structuredClone(pod.spec ?? {}),
    status: {
      phase: phase === 'Pending' || phase === 'Succeeded' || phase === 'Failed' ? phase : 'Running',
      conditions: (pod.status?.conditions ?? []).map(({ type, status, reason }) => ({
        type,
        status,
        ...(reason ? { reason } : {}),
        lastTransitionTime: at,
      })),
      containerStatuses: (pod.status?.containerStatuses ?? []).map(({ name, ready, restartCount, state }) => ({
        name,
        ready: ready ?? false,
        restartCount: restartCount ?? 0,
        state: state?.waiting?.reason ? { waiting: { reason: state.waiting.reason } } : { running: { startedAt: at } },
      })),
    },
  };
  const node = cluster.objects.nodes.get(live.spec.nodeName ?? '');
  for (const claim of claimsOf(live)) adoptVolume(cluster, live, claim, node && zoneOf(node));
  const durationMs = owner?.kind === 'Job' ? jobMs : undefined;
  if (durationMs !== undefined) cluster.world.clock.after(durationMs, () => finish(cluster, live));
  return live;
}

function finish(cluster: LiveCluster, pod: LivePod): void {
  if (cluster.objects.pods.get(nameOf(pod)) !== pod || pod.metadata.deletionTimestamp) return;
  pod.status.phase = 'Succeeded';
  cluster.changed();
}

/** A workload without any ready pod would not be well anywhere. */
function keepUnwell(cluster: LiveCluster): void {
  const running = [...cluster.objects.pods.values()].filter(
    (pod) => pod.status.phase === 'Running' && pod.metadata.ownerReferences?.length,
  );
  for (const [workload, pods] of Map.groupBy(running, (pod) => workloadOf(cluster, pod))) {
    if (!pods.some(isReady)) cluster.behaviours.troubles.push({ workload, what: 'never-ready' });
  }
}
