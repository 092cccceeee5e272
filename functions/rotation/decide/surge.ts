import type { Deployment } from '../../inventory/evidence/kubernetes-controllers.ts';
import type { PodDisruptionBudget } from '../../inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import { allowsNever } from '../../workloads/budgets.ts';
import { selects } from '../../workloads/selectors.ts';
import type { AssessedPod } from '../drain/assess-nodes.ts';

/** Whether one replica more would let a pod go without a gap (D35): its Deployment has only one, or its budget allows nothing for as many as it
 *  has and something for one more. */
export function surgeHelps({ pod, assessment }: AssessedPod, deployment: Deployment, budgets: readonly PodDisruptionBudget[]): boolean {
  const replicas = deployment.spec?.replicas ?? 1;
  if (replicas < 1) return false;
  if (assessment.verdict === 'evict') return replicas === 1;
  if (assessment.reason !== 'budget-never-allows' && assessment.reason !== 'budget-refuses-now') return false;
  const over = budgets.filter(
    ({ metadata, spec }) =>
      (metadata.namespace ?? 'default') === (pod.metadata.namespace ?? 'default') && selects(spec?.selector, pod.metadata.labels ?? {}),
  );
  const [budget, ...others] = over;
  if (!budget || others.length > 0) return false;
  const expected = budget.status?.expectedPods || replicas;
  return allowsNever(budget.spec ?? {}, expected) !== undefined && allowsNever(budget.spec ?? {}, expected + 1) === undefined;
}
