import { intOrPercent } from '../../functions/workloads/budgets.ts';
import { isReady } from '../../functions/workloads/pods.ts';
import { selects } from '../../functions/workloads/selectors.ts';
import { type LiveCluster, touch } from './cluster.ts';
import { type LiveBudget, type LivePod, namespaceOf } from './objects.ts';

/** An eviction that was allowed counts for so long if nothing is seen of it. */
const deletionTimeout = 120_000;

/** The budgets that select a pod. */
export function budgetsOver(cluster: LiveCluster, pod: LivePod): LiveBudget[] {
  return [...cluster.objects.budgets.values()].filter(
    (budget) => namespaceOf(budget) === namespaceOf(pod) && selects(budget.spec.selector, pod.metadata.labels),
  );
}

/** Status of all budgets, as the disruption controller writes it.
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/controller/disruption/disruption.go trySync */
export function reconcileBudgets(cluster: LiveCluster): void {
  for (const budget of cluster.objects.budgets.values()) reconcileBudget(cluster, budget);
}

function reconcileBudget(cluster: LiveCluster, budget: LiveBudget): void {
  const pods = [...(cluster.podsByNamespace.get(namespaceOf(budget)) ?? [])].filter(({ metadata }) =>
    selects(budget.spec.selector, metadata.labels),
  );
  const now = cluster.world.clock.now();
  const disrupted = Object.entries(budget.status.disruptedPods).filter(([name, since]) => {
    const pod = pods.find(({ metadata }) => metadata.name === name);
    return pod && !pod.metadata.deletionTimestamp && Date.parse(since) + deletionTimeout >= now;
  });
  const counts = expectation(cluster, budget, pods);
  const status = counts
    ? {
        ...statusOf(counts, healthyAmong(pods, new Set(disrupted.map(([name]) => name)))),
        observedGeneration: budget.metadata.generation,
        disruptedPods: Object.fromEntries(disrupted),
      }
    : // What it cannot compute is safe: nothing is allowed.
      { ...budget.status, disruptionsAllowed: 0 };
  if (JSON.stringify(status) === JSON.stringify(budget.status)) return;
  budget.status = status;
  touch(cluster, budget);
}

interface Expectation {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
}

function statusOf({ expectedPods, desiredHealthy }: Expectation, currentHealthy: number) {
  const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  return { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods };
}

function healthyAmong(pods: readonly LivePod[], disrupted: ReadonlySet<string>): number {
  return pods.filter((pod) => !pod.metadata.deletionTimestamp && !disrupted.has(pod.metadata.name) && isReady(pod)).length;
}

/** How many pods there should be, and how many of them well; undefined where a controller has no scale, or a field cannot be read. */
function expectation(cluster: LiveCluster, { spec }: LiveBudget, pods: readonly LivePod[]): Expectation | undefined {
  const { minAvailable, maxUnavailable } = spec;
  if (maxUnavailable == null && minAvailable == null) return { expectedPods: 0, desiredHealthy: 0 };
  if (maxUnavailable == null && typeof minAvailable === 'number') return { expectedPods: pods.length, desiredHealthy: minAvailable };
  const expectedPods = scaleOf(cluster, pods);
  if (expectedPods === undefined) return undefined;
  const scaled = intOrPercent(maxUnavailable ?? minAvailable ?? 0, expectedPods, 'up');
  if (scaled === undefined) return undefined;
  return { expectedPods, desiredHealthy: maxUnavailable == null ? scaled : Math.max(0, expectedPods - scaled) };
}

/** The replicas of all controllers of these pods together; pods without one do not count. Undefined for a kind without a scale. */
function scaleOf(cluster: LiveCluster, pods: readonly LivePod[]): number | undefined {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
    if (!owner || scales.has(owner.uid)) continue;
    const key = `${namespaceOf(pod)}/${owner.name}`;
    const replicaSet = owner.kind === 'ReplicaSet' ? cluster.objects.replicaSets.get(key) : undefined;
    const above = replicaSet?.metadata.ownerReferences?.[0];
    const deployment = above && cluster.objects.deployments.get(`${namespaceOf(pod)}/${above.name}`);
    const scaled = deployment ?? replicaSet ?? (owner.kind === 'StatefulSet' ? cluster.objects.statefulSets.get(key) : undefined);
    if (!scaled) return undefined;
    scales.set(deployment?.metadata.uid ?? owner.uid, scaled.spec.replicas);
  }
  return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
}
