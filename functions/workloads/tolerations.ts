interface Taint {
  readonly key: string;
  readonly value?: string | null;
  readonly effect: string;
}

interface Toleration {
  readonly key?: string | null;
  readonly operator?: string | null;
  readonly value?: string | null;
  readonly effect?: string | null;
}

/** What the control plane puts on a cordoned node, beside `spec.unschedulable`.
 *  @see https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-unschedulable */
export const cordonTaint: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Whether one of the tolerations tolerates a taint. No effect means every effect, no key every key (the operator is then Exists), no
 *  operator Equal. For how long (`tolerationSeconds`) is not asked: it begins when the pod runs. An operator that is not known tolerates
 *  nothing; so do Lt and Gt, which are alpha and off.
 *  @see https://github.com/kubernetes/api/blob/v0.34.4/core/v1/toleration.go ToleratesTaint */
export function tolerates(tolerations: readonly Toleration[] | null | undefined, taint: Taint): boolean {
  return tolerations?.some((toleration) => toleratesTaint(toleration, taint)) ?? false;
}

function toleratesTaint({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (!operator || operator === 'Equal') && (value ?? '') === (taint.value ?? '');
}

/** The taints that keep a pod off a node: NoSchedule and NoExecute, not PreferNoSchedule, in the order of the node.
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go Filter */
export function untolerated(tolerations: readonly Toleration[] | null | undefined, taints: readonly Taint[] | null | undefined): Taint[] {
  return (taints ?? [])
    .filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute')
    .filter((taint) => !tolerates(tolerations, taint));
}

/** A taint as kubectl writes it: `key=value:effect`. */
export function describeTaint({ key, value, effect }: Taint): string {
  return `${key}${value ? `=${value}` : ''}:${effect}`;
}
