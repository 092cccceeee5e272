/** What a PodDisruptionBudget promises, `spec` of policy/v1. The API accepts at most one of the two. */
interface DisruptionBudget {
  /** Pods, or a percentage of the expected pods. */
  readonly minAvailable?: number | string | null;
  /** Pods, or a percentage of the expected pods. */
  readonly maxUnavailable?: number | string | null;
}

/** Budgets round both fields up (Deployments round their maxUnavailable down: another rule for another object).
 *  @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/#rounding-logic-when-specifying-percentages */
const roundings = { up: Math.ceil } as const;

/** An IntOrString in pods. An integer stands for itself, a percentage is a share of `total`. The API takes integers from 0 and strings
 *  of digits with a percent sign; anything else is undefined, a string such as "1" too: it is refused, not read as 1. More than 100% is
 *  refused as well, but has a meaning for the arithmetic and keeps it here.
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/apis/policy/validation/validation.go
 *  @see https://github.com/kubernetes/apimachinery/blob/v0.34.4/pkg/util/intstr/intstr.go GetScaledValueFromIntOrPercent */
export function intOrPercent(value: number | string, total: number, round: keyof typeof roundings): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? value : undefined;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  return percent === undefined ? undefined : roundings[round]((Number(percent) * total) / 100);
}

/** Why a budget can never allow a disruption, however healthy its pods are; undefined when it can at some time, or covers no pod.
 *  `expectedPods` is the number of pods that should run: the replicas of the controllers whose pods the budget selects. It cannot be taken
 *  from `status.expectedPods`, which the controller leaves 0 for a budget with neither field. Pods without a controller count only for an
 *  integer minAvailable; under any other budget they alone give `status.expectedPods` 0 with healthy pods, which never allows a disruption.
 *
 *  The controller allows (healthy pods − desired healthy) disruptions, desired healthy being minAvailable or expected − maxUnavailable.
 *  With neither field it computes 0 expected pods and therefore allows none; with a value it cannot read it fails safe, to none as well.
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/controller/disruption/disruption.go getExpectedPodCount, updatePdbStatus, failSafe */
export function allowsNever({ minAvailable, maxUnavailable }: DisruptionBudget, expectedPods: number): string | undefined {
  if (expectedPods <= 0) return undefined;
  if (maxUnavailable != null) return neverUnavailable(maxUnavailable, expectedPods);
  if (minAvailable != null) return alwaysAvailable(minAvailable, expectedPods);
  return 'neither minAvailable nor maxUnavailable is set';
}

/** The same where nobody knows how many pods there are: what no number of them could change, which an integer minAvailable is not. */
export function allowsNeverAnyNumber({ minAvailable, maxUnavailable }: DisruptionBudget): string | undefined {
  if (maxUnavailable != null) return neverUnavailable(maxUnavailable, 1);
  if (minAvailable == null) return 'neither minAvailable nor maxUnavailable is set';
  const ofHundred = typeof minAvailable === 'string' ? intOrPercent(minAvailable, 100, 'up') : 0;
  return ofHundred !== undefined && ofHundred >= 100 ? `minAvailable is ${minAvailable}` : undefined;
}

function neverUnavailable(maxUnavailable: number | string, expectedPods: number): string | undefined {
  const pods = intOrPercent(maxUnavailable, expectedPods, 'up');
  if (pods === undefined) return unreadable('maxUnavailable', maxUnavailable);
  return pods === 0 ? `maxUnavailable is ${maxUnavailable}` : undefined;
}

function alwaysAvailable(minAvailable: number | string, expectedPods: number): string | undefined {
  const pods = intOrPercent(minAvailable, expectedPods, 'up');
  if (pods === undefined) return unreadable('minAvailable', minAvailable);
  if (pods < expectedPods) return undefined;
  const required = typeof minAvailable === 'number' ? `${pods}` : `${minAvailable} is ${pods}`;
  return `minAvailable ${required} of ${expectedPods} ${expectedPods === 1 ? 'pod' : 'pods'}`;
}

function unreadable(field: keyof DisruptionBudget, value: number | string): string {
  return `${field} ${JSON.stringify(value)} is neither a number of pods nor a percentage`;
}
