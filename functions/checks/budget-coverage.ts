import type { PodDisruptionBudget } from '../inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import type { Pod } from '../inventory/evidence/kubernetes-pods.ts';
import type { Controller } from '../workloads/controllers.ts';
import { controllerOf } from '../workloads/owners.ts';
import { isEvictedRegardlessOfBudgets, isManagedByDaemonSet, isTerminal } from '../workloads/pods.ts';
import { selectorIndex } from '../workloads/selector-index.ts';

/** What one budget covers, as far as a drain would evict it. */
export interface Coverage {
  readonly budget: PodDisruptionBudget;
  /** Controllers whose pods it selects, scaled to 0 or not. */
  readonly controllers: readonly Controller[];
  /** Pods that it selects, without those of DaemonSets, which no drain evicts, and those that have ended; undefined when pods were not collected. */
  readonly pods: readonly Pod[] | undefined;
  /** Of these, the ones that none of its controllers runs: pods of custom resources, of Jobs, or of nobody. */
  readonly otherPods: readonly Pod[];
}

/** One pod, or all the pods of a template, under several budgets: the eviction API refuses it with 500, whatever the budgets allow. */
export interface Overlap {
  readonly budgets: readonly PodDisruptionBudget[];
  readonly by: { readonly controller: Controller } | { readonly pod: Pod };
}

/** Which budgets cover which controllers and pods, compared within each namespace.
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/registry/core/pod/storage/eviction.go getPodDisruptionBudgets */
export function coverBudgets(
  budgets: readonly PodDisruptionBudget[],
  controllers: readonly Controller[],
  pods: readonly Pod[] | undefined,
): { readonly coverages: readonly Coverage[]; readonly overlaps: readonly Overlap[] } {
  const budgetsOf = selectorIndex(budgets, ({ metadata, spec }) => ({ namespace: namespaceOf(metadata), selector: spec?.selector }));
  const runnersOf = selectorIndex(controllers, (controller) => controller);
  const covered = new Map(
    budgets.map((budget) => [budget, { controllers: new Set<Controller>(), pods: [] as Pod[], otherPods: [] as Pod[] }]),
  );
  const overlaps: Overlap[] = [];
  const note = (by: Overlap['by'], over: readonly PodDisruptionBudget[]) => {
    if (over.length > 1) overlaps.push({ by, budgets: over });
  };
  for (const controller of controllers) {
    const over = budgetsOf(controller.namespace, controller.podLabels);
    for (const budget of over) covered.get(budget)?.controllers.add(controller);
    if (controller.replicas !== 0) note({ controller }, over);
  }
  for (const pod of pods ?? []) {
    if (isTerminal(pod) || isManagedByDaemonSet(pod)) continue;
    const [namespace, labels] = [namespaceOf(pod.metadata), pod.metadata.labels ?? {}];
    const over = budgetsOf(namespace, labels);
    if (over.length === 0) continue;
    const runners = runnersOf(namespace, labels);
    for (const budget of over) {
      const known = covered.get(budget);
      known?.pods.push(pod);
      if (!runners.some((runner) => known?.controllers.has(runner))) known?.otherPods.push(pod);
    }
    if (!isEvictedRegardlessOfBudgets(pod)) note({ pod }, over);
  }
  return {
    coverages: [...covered].map(([budget, known]) => ({
      budget,
      controllers: [...known.controllers],
      pods: pods && known.pods,
      otherPods: known.otherPods,
    })),
    overlaps,
  };
}

/** How many pods should run under a budget. The budget's own count is 0 for one with neither field, and is not believed where pods were
 *  collected; where they were not, it is the only witness of pods that custom resources run.
 *  Pods without a controller count for an integer minAvailable alone: of anything else the disruption controller asks the replicas of
 *  their controllers.
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/controller/disruption/disruption.go getExpectedPodCount */
export function expectedPods({ budget, controllers, pods, otherPods }: Coverage): number {
  const wanted = replicasOf(controllers);
  if (pods === undefined) return Math.max(wanted, budget.status?.expectedPods ?? 0);
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  const countsAll = maxUnavailable == null && typeof minAvailable !== 'string';
  return wanted + (countsAll ? otherPods : otherPods.filter((pod) => controllerOf(pod))).length;
}

/** Pods that controllers want; an API server fills in 1 where nothing is said. */
export function replicasOf(controllers: readonly Controller[]): number {
  return controllers.reduce((sum, { replicas }) => sum + (replicas ?? 1), 0);
}

export function namespaceOf({ namespace }: { readonly namespace?: string | null }): string {
  return namespace ?? 'default';
}
