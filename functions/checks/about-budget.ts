import type { PodDisruptionBudget } from '../inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import type { Pod } from '../inventory/evidence/kubernetes-pods.ts';
import type { Controller } from '../workloads/controllers.ts';
import { namespaceOf } from './budget-coverage.ts';
import type { FindingDraft, Severity } from './finding.ts';

/** What a finding says of a budget whatever is wrong with it; AWS's own gives info. */
export function aboutBudget(
  budget: PodDisruptionBudget,
  severity: Severity,
  managed: boolean,
  discriminator: string,
): Pick<FindingDraft, 'severity' | 'subject' | 'discriminator' | 'labels'> {
  return {
    severity: managed ? 'info' : severity,
    subject: { kind: 'PodDisruptionBudget', ...named(budget) },
    discriminator,
    labels: budget.metadata.labels,
  };
}

export function named({ metadata }: PodDisruptionBudget): { readonly namespace: string; readonly name: string } {
  return { namespace: namespaceOf(metadata), name: metadata.name };
}

export function note(managed: boolean): string {
  return managed ? '; managed by AWS' : '';
}

export function inspect(budgets: readonly PodDisruptionBudget[]): string {
  const namespace = budgets[0] ? namespaceOf(budgets[0].metadata) : 'default';
  return `kubectl get poddisruptionbudget ${budgets.map(({ metadata }) => metadata.name).join(' ')} -n ${namespace} -o yaml`;
}

export function workloadName({ kind, name }: Controller): string {
  return `${kind}/${name}`;
}

export function namesOf(pods: readonly Pod[]): string[] {
  return pods.map(({ metadata }) => metadata.name).sort();
}
