import { matchesNodeAffinity, matchesNodeSelector } from '../../functions/workloads/node-affinity.ts';
import { isReady, isTerminal } from '../../functions/workloads/pods.ts';
import { untolerated } from '../../functions/workloads/tolerations.ts';
import { stableSuffix } from '../build/stable-names.ts';
import { addPod, type LiveCluster, newMetadata, podsOf, touch } from './cluster.ts';
import { reconcileBudgets } from './disruption-budgets.ts';
import { reconcileJobs } from './jobs.ts';
import { reconcileCordon } from './nodes.ts';
import {
  type LiveDaemonSet,
  type LiveDeployment,
  type LiveNode,
  type LivePod,
  type LiveReplicaSet,
  type Metadata,
  nameOf,
  namespaceOf,
  type OwnerReference,
  type PodSpec,
} from './objects.ts';
import { deletePod, newPod, startPod } from './pods.ts';
import { schedule } from './scheduler.ts';
import { reconcileStatefulSets } from './stateful-sets.ts';

/** Everything that looks at the cluster once something has changed: each controller once, then the scheduler, then what they count. What
 *  they change lets them look again. */
export function reconcile(cluster: LiveCluster): void {
  for (const node of cluster.objects.nodes.values()) reconcileCordon(cluster, node);
  reconcileAutoscalers(cluster);
  for (const deployment of cluster.objects.deployments.values()) reconcileDeployment(cluster, deployment);
  for (const replicaSet of cluster.objects.replicaSets.values()) reconcileReplicaSet(cluster, replicaSet);
  reconcileStatefulSets(cluster);
  reconcileJobs(cluster);
  for (const daemonSet of cluster.objects.daemonSets.values()) reconcileDaemonSet(cluster, daemonSet);
  schedule(cluster);
  reconcileBudgets(cluster);
}

export function ownerReference(kind: string, apiVersion: string, { metadata }: { readonly metadata: Metadata }): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
}

/** Pods that a controller counts: neither on their way out nor at their end. */
function activePodsOf(cluster: LiveCluster, owner: { readonly metadata: Metadata }): LivePod[] {
  return podsOf(cluster, owner).filter((pod) => !pod.metadata.deletionTimestamp && !isTerminal(pod));
}

/** Whether a new pod would get past its namespace and the webhooks. */
export function admits(cluster: LiveCluster, namespace: string, workload: string): boolean {
  if (cluster.objects.namespaces.get(namespace)?.status.phase === 'Terminating') return false;
  return !cluster.webhooks.some(({ on, backend }) => on.includes('create') && backend !== workload && !hasBackend(cluster, backend));
}

/** Whether a pod of a workload is Ready to answer. */
export function hasBackend(cluster: LiveCluster, workload: string): boolean {
  const deployment = cluster.objects.deployments.get(workload);
  if (!deployment) return false;
  return [...cluster.objects.replicaSets.values()].some(
    (one) => one.metadata.ownerReferences?.[0]?.uid === deployment.metadata.uid && activePodsOf(cluster, one).some(isReady),
  );
}

/** Its metric asks for a number of replicas; bounds hold at once, without the window for stabilization. */
function reconcileAutoscalers(cluster: LiveCluster): void {
  for (const autoscaler of cluster.objects.autoscalers.values()) {
    const target = cluster.objects.deployments.get(`${namespaceOf(autoscaler)}/${autoscaler.spec.scaleTargetRef.name}`);
    const { minReplicas, maxReplicas } = autoscaler.spec;
    const wanted = Math.min(maxReplicas, Math.max(minReplicas, autoscaler.status.desiredReplicas));
    if (target && target.spec.replicas !== wanted) {
      target.spec.replicas = wanted;
      target.metadata.generation += 1;
      touch(cluster, target);
    }
  }
}

const replicaSetOf = new WeakMap<LiveDeployment, LiveReplicaSet>();

/** A Deployment goes on with a ReplicaSet that is there already. */
export function adoptReplicaSet(deployment: LiveDeployment, replicaSet: LiveReplicaSet): void {
  replicaSetOf.set(deployment, replicaSet);
}

/** One ReplicaSet: templates do not change here. */
function reconcileDeployment(cluster: LiveCluster, deployment: LiveDeployment): void {
  const replicaSet = replicaSetOf.get(deployment) ?? newReplicaSet(cluster, deployment);
  if (replicaSet.spec.replicas !== deployment.spec.replicas) {
    replicaSet.spec.replicas = deployment.spec.replicas;
    touch(cluster, replicaSet);
  }
  count(cluster, deployment, activePodsOf(cluster, replicaSet));
}

function newReplicaSet(cluster: LiveCluster, deployment: LiveDeployment): LiveReplicaSet {
  const { name, namespace } = deployment.metadata;
  const hash = stableSuffix(nameOf(deployment), 10);
  const labels = { ...deployment.spec.template.metadata.labels, 'pod-template-hash': hash };
  const replicaSet: LiveReplicaSet = {
    metadata: newMetadata(cluster, {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      ownerReferences: [ownerReference('Deployment', 'apps/v1', deployment)],
    }),
    spec: {
      replicas: deployment.spec.replicas,
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, 'pod-template-hash': hash } },
      template: { ...deployment.spec.template, metadata: { ...deployment.spec.template.metadata, labels } },
    },
    status: { replicas: 0, readyReplicas: 0 },
  };
  cluster.objects.replicaSets.set(nameOf(replicaSet), replicaSet);
  adoptReplicaSet(deployment, replicaSet);
  return replicaSet;
}

function reconcileReplicaSet(cluster: LiveCluster, replicaSet: LiveReplicaSet): void {
  const active = activePodsOf(cluster, replicaSet);
  const missing = replicaSet.spec.replicas - active.length;
  const namespace = namespaceOf(replicaSet);
  const deployment = replicaSet.metadata.ownerReferences?.[0]?.name;
  if (missing > 0 && admits(cluster, namespace, `${namespace}/${deployment}`)) {
    for (let index = 0; index < missing; index += 1) addPod(cluster, replicaPod(cluster, replicaSet));
  }
  for (const pod of surplus(active, -missing)) deletePod(cluster, pod);
  count(cluster, replicaSet, activePodsOf(cluster, replicaSet));
}

function replicaPod(cluster: LiveCluster, replicaSet: LiveReplicaSet): LivePod {
  const { name, namespace } = replicaSet.metadata;
  const suffix = stableSuffix(`${nameOf(replicaSet)}/${cluster.world.next()}`, 5);
  const { metadata, spec } = replicaSet.spec.template;
  return newPod(
    cluster,
    {
      name: `${name}-${suffix}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...metadata.labels },
      annotations: { ...metadata.annotations },
      ownerReferences: [ownerReference('ReplicaSet', 'apps/v1', replicaSet)],
    },
    spec,
  );
}

/** The pods that go first: without a node, not ready, then the youngest. */
function surplus(active: readonly LivePod[], many: number): LivePod[] {
  if (many <= 0) return [];
  const rank = (pod: LivePod) => (pod.spec.nodeName ? 2 : 0) + (isReady(pod) ? 1 : 0);
  return [...active].sort((a, b) => rank(a) - rank(b) || (a.metadata.uid < b.metadata.uid ? 1 : -1)).slice(0, many);
}

/** `status.replicas` and `readyReplicas`. */
export function count(
  cluster: LiveCluster,
  owner: { readonly metadata: Metadata; status: { replicas: number; readyReplicas: number } },
  active: readonly LivePod[],
): void {
  const readyReplicas = active.filter(isReady).length;
  if (owner.status.replicas === active.length && owner.status.readyReplicas === readyReplicas) return;
  owner.status = { ...owner.status, replicas: active.length, readyReplicas };
  touch(cluster, owner);
}

/** What the DaemonSet controller adds to every pod. */
const daemonTolerations = ['not-ready', 'unreachable', 'disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((name) => ({
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists',
}));

function reconcileDaemonSet(cluster: LiveCluster, daemonSet: LiveDaemonSet): void {
  const spec: PodSpec = {
    ...daemonSet.spec.template.spec,
    tolerations: [...(daemonSet.spec.template.spec.tolerations ?? []), ...daemonTolerations],
  };
  const active = activePodsOf(cluster, daemonSet);
  const byNode = new Map(active.map((pod) => [pod.spec.nodeName ?? '', pod]));
  const nodes = [...cluster.objects.nodes.values()].filter((node) => isFor(spec, node));
  // Its pods wait on their way out; a second one is not started beside them.
  const leaving = new Set(podsOf(cluster, daemonSet).map((pod) => pod.spec.nodeName));
  for (const node of nodes) {
    if (byNode.has(node.metadata.name) || leaving.has(node.metadata.name)) continue;
    const pod = daemonPod(cluster, daemonSet, spec, node);
    addPod(cluster, pod);
    startPod(cluster, pod);
  }
  const numberReady = active.filter(isReady).length;
  if (daemonSet.status.desiredNumberScheduled === nodes.length && daemonSet.status.numberReady === numberReady) return;
  daemonSet.status = { desiredNumberScheduled: nodes.length, numberReady };
  touch(cluster, daemonSet);
}

function isFor(spec: PodSpec, node: LiveNode): boolean {
  return matchesNodeSelector(spec, node) && matchesNodeAffinity(spec, node) && untolerated(spec.tolerations, node.spec.taints).length === 0;
}

function daemonPod(cluster: LiveCluster, daemonSet: LiveDaemonSet, spec: PodSpec, node: LiveNode): LivePod {
  const { name, namespace } = daemonSet.metadata;
  return newPod(
    cluster,
    {
      name: `${name}-${stableSuffix(`${nameOf(daemonSet)}/${cluster.world.next()}`, 5)}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...daemonSet.spec.template.metadata.labels },
      ownerReferences: [ownerReference('DaemonSet', 'apps/v1', daemonSet)],
    },
    { ...spec, nodeName: node.metadata.name },
  );
}
