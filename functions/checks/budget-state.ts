import type { PodDisruptionBudget } from '../inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import type { Pod } from '../inventory/evidence/kubernetes-pods.ts';
import { crashLooping, isEvictedRegardlessOfBudgets, isReady } from '../workloads/pods.ts';
import type { Coverage } from './budget-coverage.ts';

/** What the disruption controller last counted, in pods. */
export interface BudgetStatus {
  readonly allowed: number;
  readonly healthy: number;
  readonly desired: number;
  readonly expected: number;
}

/** Undefined for a budget that the disruption controller has not seen yet. */
export function statusOf({ status }: PodDisruptionBudget): BudgetStatus | undefined {
  const { disruptionsAllowed: allowed, currentHealthy: healthy, desiredHealthy: desired, expectedPods: expected } = status ?? {};
  if (allowed == null || healthy == null || desired == null || expected == null) return undefined;
  return { allowed, healthy, desired, expected };
}

/** What the eviction API answers now for the pods of a budget. */
export interface BudgetState extends BudgetStatus {
  /** Pods that crash again and again and need the budget's consent to be evicted, at least when too few others are healthy. */
  readonly looping: readonly Pod[];
  /** It is withheld from them now. */
  readonly refusesLooping: boolean;
  /** No disruption is allowed now because too few pods are healthy. */
  readonly refusesNow: boolean;
  /** Pods that are not ready and not being deleted, waiting ones too. */
  readonly unhealthy: readonly Pod[];
}

/** A pod that is not ready goes without asking if the policy is AlwaysAllow, or if as many pods are healthy as desired and at least one
 *  is desired; any other eviction takes one of the allowed disruptions. So with none desired (maxUnavailable 1 of 1 pod) a pod that is
 *  not ready stays, although nothing is left to protect.
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/registry/core/pod/storage/eviction.go Create, checkAndDecrement */
export function stateOf({ budget, pods }: Coverage, status: BudgetStatus): BudgetState {
  const { allowed, healthy, desired, expected } = status;
  const alwaysAllow = budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow';
  const guarded = (pods ?? []).filter((pod) => !isEvictedRegardlessOfBudgets(pod));
  const looping = alwaysAllow ? [] : guarded.filter((pod) => !isReady(pod) && crashLooping(pod).length > 0);
  const keepsUnhealthy = allowed <= 0 && (healthy < desired || desired <= 0);
  const keepsSome = pods === undefined ? expected > 0 && !alwaysAllow : guarded.some((pod) => isReady(pod) || !alwaysAllow);
  return {
    ...status,
    looping,
    refusesLooping: looping.length > 0 && keepsUnhealthy,
    refusesNow: allowed <= 0 && (healthy < desired || (desired <= 0 && keepsSome)),
    unhealthy: (pods ?? []).filter((pod) => !isReady(pod) && pod.metadata.deletionTimestamp == null),
  };
}
