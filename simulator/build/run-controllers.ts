import type { Deployment, ReplicaSet } from '../../functions/inventory/evidence/kubernetes-controllers.ts';
import type { Node } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import type { PodDisruptionBudget } from '../../functions/inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import { intOrPercent } from '../../functions/workloads/budgets.ts';
import { isReady } from '../../functions/workloads/pods.ts';
import { selects } from '../../functions/workloads/selectors.ts';
import { stableSuffix } from './stable-names.ts';
import type { Release } from './workloads.ts';

/** Pods of a workload that are not well, by `namespace/name` of the workload; they are its last ones. */
export type Troubles = Readonly<Record<string, { readonly crashLooping?: number; readonly unready?: number; readonly pending?: number }>>;

interface Controlled {
  readonly metadata: Deployment['metadata'];
  readonly spec?: { readonly replicas?: number | null; readonly template?: NonNullable<Deployment['spec']>['template'] } | null;
}

type PodHealth = 'ready' | 'crashLooping' | 'unready' | 'pending';

/** Revisions before the current one that a Deployment keeps, scaled to zero. */
const oldRevisions = 2;

/** What the controllers of Kubernetes make of declared objects once everything has settled: ReplicaSets, pods on nodes, statuses. */
export function runControllers(declared: Required<Release>, nodes: readonly Node[], troubles: Troubles): Required<Release> {
  const schedule = roundRobin(nodes);
  const replicaSetsOf = new Map(declared.deployments.map((deployment) => [deployment, revisionsOf(deployment)]));
  const deploymentPods = declared.deployments.flatMap((deployment) => {
    const current = replicaSetsOf.get(deployment)?.[0];
    return current ? replicaPods('ReplicaSet', current, troubles[keyOf(deployment)], schedule) : [];
  });
  const pods = [
    ...deploymentPods,
    ...declared.statefulSets.flatMap((one) => replicaPods('StatefulSet', one, troubles[keyOf(one)], schedule)),
    ...declared.replicaSets.flatMap((one) => replicaPods('ReplicaSet', one, troubles[keyOf(one)], schedule)),
    ...declared.daemonSets.flatMap((one) => daemonPods(one, nodes)),
    ...declared.pods.map((pod) => running(pod, schedule(), 'ready')),
  ];
  const statusOf = (one: Controlled) => {
    const replicas = one.spec?.replicas ?? 0;
    const sick = Object.values(troubles[keyOf(one)] ?? {}).reduce((sum, count) => sum + count, 0);
    return { replicas, readyReplicas: replicas - sick };
  };
  return {
    deployments: declared.deployments.map((one) => ({ ...one, status: statusOf(one) })),
    statefulSets: declared.statefulSets.map((one) => ({ ...one, status: statusOf(one) })),
    daemonSets: declared.daemonSets.map((one) => {
      const own = daemonPods(one, nodes);
      return { ...one, status: { desiredNumberScheduled: own.length, numberReady: own.filter(isReady).length } };
    }),
    replicaSets: [...[...replicaSetsOf.values()].flat(), ...declared.replicaSets],
    podDisruptionBudgets: declared.podDisruptionBudgets.map((budget) => withStatus(budget, pods)),
    services: declared.services,
    pods,
  };
}

/** A node that is Ready for each call. Where all nodes are of Fargate, each takes one pod. */
function roundRobin(nodes: readonly Node[]): () => Node | undefined {
  const shared = nodes.filter((node) => !isFargate(node));
  const ready = (shared.length > 0 ? shared : nodes).filter(isReadyNode);
  let next = 0;
  return () => ready[next++ % Math.max(1, ready.length)];
}

function isFargate({ metadata }: Node): boolean {
  return metadata.labels?.['eks.amazonaws.com/compute-type'] === 'fargate';
}

function isReadyNode({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

/** The current ReplicaSet of a Deployment, then its old revisions. */
function revisionsOf(deployment: Deployment): ReplicaSet[] {
  const { name, namespace, labels } = deployment.metadata;
  return Array.from({ length: 1 + oldRevisions }, (_, age) => {
    const hash = stableSuffix(`${namespace}/${name}/${age}`, 10);
    const podLabels = { ...deployment.spec?.template?.metadata?.labels, 'pod-template-hash': hash };
    return {
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels: { ...labels, 'pod-template-hash': hash },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, controller: true }],
        creationTimestamp: '2026-09-01T08:00:00Z',
      },
      spec: {
        replicas: age === 0 ? deployment.spec?.replicas : 0,
        selector: { matchLabels: { ...deployment.spec?.selector?.matchLabels, 'pod-template-hash': hash } },
        template: { ...deployment.spec?.template, metadata: { labels: podLabels } },
      },
    };
  });
}

function replicaPods(kind: string, owner: Controlled, trouble: Troubles[string] = {}, schedule: () => Node | undefined): Pod[] {
  const replicas = owner.spec?.replicas ?? 0;
  const sick = (['crashLooping', 'unready', 'pending'] as const).flatMap((health) => Array<PodHealth>(trouble[health] ?? 0).fill(health));
  return Array.from({ length: replicas }, (_, index) => {
    const health = sick[index - (replicas - sick.length)] ?? 'ready';
    const suffix = kind === 'StatefulSet' ? index : stableSuffix(`${keyOf(owner)}/${index}`, 5);
    return running(podOf(kind, owner, `${owner.metadata.name}-${suffix}`), health === 'pending' ? undefined : schedule(), health);
  });
}

function daemonPods(owner: Controlled, nodes: readonly Node[]): Pod[] {
  return nodes
    .filter((node) => !isFargate(node))
    .map((node) => {
      const name = `${owner.metadata.name}-${stableSuffix(`${keyOf(owner)}/${node.metadata.name}`, 5)}`;
      return running(podOf('DaemonSet', owner, name), node, isReadyNode(node) ? 'ready' : 'unready');
    });
}

function podOf(kind: string, owner: Controlled, name: string): Pod {
  const template = owner.spec?.template;
  return {
    metadata: {
      name,
      namespace: owner.metadata.namespace,
      labels: { ...template?.metadata?.labels, ...(kind === 'StatefulSet' ? { 'statefulset.kubernetes.io/pod-name': name } : {}) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind, name: owner.metadata.name, controller: true }],
      creationTimestamp: '2026-11-02T05:20:00Z',
    },
    spec: { ...template?.spec, volumes: template?.spec?.volumes?.map((volume) => claimedBy(volume, owner.metadata.name, name)) },
  };
}

/** Each replica of a StatefulSet has a claim of its own. */
function claimedBy<V extends { readonly persistentVolumeClaim?: { readonly claimName: string } | null }>(
  volume: V,
  owner: string,
  pod: string,
): V {
  const claim = volume.persistentVolumeClaim;
  return claim ? { ...volume, persistentVolumeClaim: { claimName: claim.claimName.replace(owner, pod) } } : volume;
}

/** Restarts of a container that has been failing for a few days. */
const restartsWhenLooping = 412;

function running(pod: Pod, node: Node | undefined, health: PodHealth): Pod {
  const conditions = [{ type: 'Ready', status: health === 'ready' ? 'True' : 'False' }];
  if (health === 'pending')
    return { ...pod, status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] } };
  const containerStatuses = pod.spec?.containers?.map(({ name }, index) => {
    const isLooping = health === 'crashLooping' && index === 0;
    return {
      name,
      ready: health === 'ready',
      restartCount: isLooping ? restartsWhenLooping : 0,
      ...(isLooping ? { state: { waiting: { reason: 'CrashLoopBackOff' } } } : {}),
    };
  });
  return { ...pod, spec: { ...pod.spec, nodeName: node?.metadata.name }, status: { phase: 'Running', conditions, containerStatuses } };
}

/** As the disruption controller computes it. */
function withStatus(budget: PodDisruptionBudget, pods: readonly Pod[]): PodDisruptionBudget {
  const { minAvailable, maxUnavailable, selector } = budget.spec ?? {};
  const selected = pods.filter(({ metadata }) => metadata.namespace === budget.metadata.namespace && selects(selector, metadata.labels));
  const expectedPods = selected.length;
  const currentHealthy = selected.filter(isReady).length;
  const desiredHealthy =
    minAvailable != null
      ? (intOrPercent(minAvailable, expectedPods, 'up') ?? expectedPods)
      : Math.max(0, expectedPods - (intOrPercent(maxUnavailable ?? 0, expectedPods, 'up') ?? 0));
  const disruptionsAllowed = Math.max(0, currentHealthy - desiredHealthy);
  return { ...budget, status: { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } };
}

function keyOf({ metadata }: { readonly metadata: { readonly namespace?: string | null; readonly name: string } }): string {
  return `${metadata.namespace}/${metadata.name}`;
}
