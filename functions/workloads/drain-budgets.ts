import type { PodDisruptionBudget } from '../inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import type { Pod } from '../inventory/evidence/kubernetes-pods.ts';
import { allowsNever, allowsNeverAnyNumber } from './budgets.ts';
import { crashLooping, isEvictedRegardlessOfBudgets, isReady } from './pods.ts';
import { selectorIndex } from './selector-index.ts';

/** What the eviction API would answer for a pod because of its budgets. */
export type BudgetAnswer =
  | { readonly answer: 'goes'; readonly takesFrom: PodDisruptionBudget | null }
  | {
      readonly answer: 'two-budgets' | 'budget-never-allows' | 'budget-keeps-crash-looping' | 'budget-refuses-now';
      readonly message: string;
    };

/** Asks the budgets for a pod. */
export type BudgetLookup = (pod: Pod) => BudgetAnswer;

/** All budgets of a cluster with all of its pods: a pod that crashes somewhere keeps its budget from allowing anything elsewhere, also one
 *  that never got beyond its init containers and could itself be evicted: it is not healthy, and its replacement would not be either. */
export function budgetLookup(budgets: readonly PodDisruptionBudget[], pods: readonly Pod[]): BudgetLookup {
  const index = selectorIndex(budgets, ({ metadata, spec }) => ({ namespace: metadata.namespace ?? 'default', selector: spec?.selector }));
  const over = (pod: Pod) => index(pod.metadata.namespace ?? 'default', pod.metadata.labels ?? {});
  const looping = new Map<PodDisruptionBudget, string[]>();
  for (const pod of pods) {
    if (isReady(pod) || crashLooping(pod).length === 0) continue;
    for (const budget of over(pod)) looping.set(budget, [...(looping.get(budget) ?? []), pod.metadata.name].sort());
  }
  return (pod) => {
    if (isEvictedRegardlessOfBudgets(pod)) return { answer: 'goes', takesFrom: null };
    const [budget, ...others] = over(pod);
    if (!budget) return { answer: 'goes', takesFrom: null };
    if (others.length > 0)
      return { answer: 'two-budgets', message: `budgets ${namesOf([budget, ...others])} select it: eviction answers 500` };
    return ask(budget, pod, looping.get(budget) ?? []);
  };
}

/** A pod that is not ready is not counted: it goes if the policy says so, or while as many are healthy as desired. Any other takes one of
 *  the disruptions that are allowed.
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/registry/core/pod/storage/eviction.go Create, checkAndDecrement */
function ask(budget: PodDisruptionBudget, pod: Pod, looping: readonly string[]): BudgetAnswer {
  const { disruptionsAllowed: allowed, currentHealthy, desiredHealthy } = budget.status ?? {};
  const [healthy, desired] = [currentHealthy ?? 0, desiredHealthy ?? 0];
  const alwaysAllow = budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow';
  if (!isReady(pod) && (alwaysAllow || (desired > 0 && healthy >= desired))) return { answer: 'goes', takesFrom: null };
  if ((allowed ?? 0) > 0) return { answer: 'goes', takesFrom: budget };
  const { name } = budget.metadata;
  const never = neverAllows(budget);
  if (never !== undefined) return { answer: 'budget-never-allows', message: `budget ${name} can never allow an eviction: ${never}` };
  const health = budget.status ? `${healthy} healthy, ${desired} desired` : 'it has no status yet';
  if (looping.length > 0 && !alwaysAllow) {
    return {
      answer: 'budget-keeps-crash-looping',
      message: `budget ${name} allows no eviction while ${looping.join(', ')} ${looping.length === 1 ? 'crashes' : 'crash'}: ${health}`,
    };
  }
  return { answer: 'budget-refuses-now', message: `budget ${name} allows no eviction now: ${health}` };
}

/** The controller counts the pods that should run; where it did not (no status yet, or neither field) only what no number could change. */
function neverAllows({ spec, status }: PodDisruptionBudget): string | undefined {
  const expected = status?.expectedPods ?? 0;
  return expected > 0 ? allowsNever(spec ?? {}, expected) : allowsNeverAnyNumber(spec ?? {});
}

function namesOf(budgets: readonly PodDisruptionBudget[]): string {
  const names = budgets.map(({ metadata }) => metadata.name).sort();
  return [names.slice(0, -1).join(', '), names.at(-1)].join(' and ');
}

/** Which of these pods can be evicted at once, first come first served: a budget that allows n lets n go. The others are asked again when
 *  their replacements are ready; more requests at one time are pointless. Each counts as asked: give it pods whose verdict is `evict`. */
export function admitEvictions(
  pods: readonly Pod[],
  lookup: BudgetLookup,
): { readonly now: readonly Pod[]; readonly later: readonly Pod[] } {
  const taken = new Map<PodDisruptionBudget, number>();
  const [now, later]: [Pod[], Pod[]] = [[], []];
  for (const pod of pods) {
    const answer = lookup(pod);
    const budget = answer.answer === 'goes' ? answer.takesFrom : undefined;
    const used = budget ? (taken.get(budget) ?? 0) : 0;
    if (budget) taken.set(budget, used + 1);
    (budget === null || (budget && used < (budget.status?.disruptionsAllowed ?? 0)) ? now : later).push(pod);
  }
  return { now, later };
}
