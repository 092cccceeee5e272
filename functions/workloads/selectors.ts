/** `LabelSelector` of meta/v1, as budgets, controllers, spread constraints and affinity terms carry it.
 *  @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | null;
  readonly matchExpressions?: readonly LabelSelectorRequirement[] | null;
}

interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | null;
}

type Labels = Readonly<Record<string, string>>;

/** Whether a selector selects an object with these labels: everything in it must hold. No selector (null, absent) selects nothing,
 *  an empty one (`{}`) everything; so it is for a policy/v1 PodDisruptionBudget (policy/v1beta1 let `{}` select nothing).
 *  A selector reaches only the namespace of the object that carries it: comparing namespaces is left to the caller.
 *  @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/
 *  @see https://github.com/kubernetes/apimachinery/blob/v0.34.4/pkg/apis/meta/v1/helpers.go LabelSelectorAsSelector */
export function selects(selector: LabelSelector | null | undefined, labels: Labels | null | undefined): boolean {
  if (!selector) return false;
  const present = labels ?? {};
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labelValue(present, key) === value) &&
    (selector.matchExpressions ?? []).every((requirement) => holds(requirement, present))
  );
}

/** The API server refuses an unknown operator, In and NotIn without values, Exists and DoesNotExist with values. Should one be stored
 *  all the same, it cannot be converted, and the eviction API leaves the budget out: the selector selects nothing.
 *  @see https://github.com/kubernetes/apimachinery/blob/v0.34.4/pkg/apis/meta/v1/validation/validation.go ValidateLabelSelectorRequirement
 *  @see https://github.com/kubernetes/apimachinery/blob/v0.34.4/pkg/labels/selector.go NewRequirement, Matches */
function holds({ key, operator, values }: LabelSelectorRequirement, labels: Labels): boolean {
  const listed = values ?? [];
  const value = labelValue(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && listed.includes(value);
    case 'NotIn':
      return listed.length > 0 && (value === undefined || !listed.includes(value));
    case 'Exists':
      return listed.length === 0 && value !== undefined;
    case 'DoesNotExist':
      return listed.length === 0 && value === undefined;
    default:
      return false;
  }
}

/** `constructor` is a valid label key: only the object's own keys are labels. */
function labelValue(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
