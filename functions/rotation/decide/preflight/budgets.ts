import type { PodDisruptionBudget } from '../../../inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import { isReady, isTerminal } from '../../../workloads/pods.ts';
import { selectorIndex } from '../../../workloads/selector-index.ts';
import type { Problem } from '../../record.ts';
import { type AssessedPod, compare, movingPods, namespaceOf } from './assessed-pods.ts';
import type { PreflightFacts } from './facts.ts';
import { counted, listed, warn } from './problems.ts';

/** (8) Budgets over pods of blue that allow nothing now, and may later; those that never do block pod by pod. With IfHealthyBudget also pods
 *  that are not ready hold such a budget up. F-40, F-41. */
export function budgets(facts: PreflightFacts): Problem[] {
  const { view } = facts;
  if (!view) return [];
  const waiting = movingPods(facts).filter(({ assessment }) =>
    [assessment, ...assessment.also].some(({ reason }) => reason === 'budget-refuses-now'),
  );
  const index = selectorIndex(view.podDisruptionBudgets, ({ metadata, spec }) => ({
    namespace: metadata.namespace ?? 'default',
    selector: spec?.selector,
  }));
  const byBudget = Map.groupBy(waiting, ({ pod }) => index(namespaceOf(pod), pod.metadata.labels ?? {})[0]);
  return [...byBudget]
    .flatMap(([budget, members]) => (budget ? [refusing(budget, members)] : []))
    .sort((a, b) => compare(a.object, b.object));
}

function refusing({ metadata, spec, status }: PodDisruptionBudget, members: readonly AssessedPod[]): Problem {
  const namespace = metadata.namespace ?? 'default';
  const health = status ? `${status.currentHealthy ?? 0} healthy, ${status.desiredHealthy ?? 0} desired` : 'it has no status yet';
  const sick = members.filter(({ pod }) => !isReady(pod) && !isTerminal(pod)).map(({ pod }) => pod.metadata.name);
  const policy = spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow' || sick.length === 0 ? '' : `; not ready: ${listed(sick)}`;
  return warn(
    'budget-refuses-now',
    '8',
    `PodDisruptionBudget ${namespace}/${metadata.name}`,
    `it allows no eviction now (${health}), and ${counted(members.length, 'pod')} of blue ${members.length === 1 ? 'waits' : 'wait'} for it${policy}`,
    'see that its pods become healthy, or set unhealthyPodEvictionPolicy: AlwaysAllow',
  );
}
