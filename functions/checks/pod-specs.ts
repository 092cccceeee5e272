import type { EvidenceKey } from '../inventory/evidence/list.ts';
import { type TemplateSpec, type Workload, type WorkloadObjects, workloadsOf } from '../workloads/pod-templates.ts';
import { type UnlistedWorkload, unlistedWorkloadsOf } from '../workloads/unlisted-workloads.ts';

/** Evidence of every kind of controller. */
export const everyController = [
  'kubernetes.deployments',
  'kubernetes.statefulSets',
  'kubernetes.daemonSets',
  'kubernetes.jobs',
  'kubernetes.cronJobs',
] as const satisfies readonly EvidenceKey[];

/** Something that runs pods, with what it says of them: one specification, or those of the pods of what is not in a list. */
export interface Specified extends Pick<Workload, 'kind' | 'namespace' | 'name' | 'labels'> {
  readonly specs: readonly TemplateSpec[];
}

/** Every controller, and, where pods were collected, bare pods and the custom resources that run pods. Listed ones without a template
 *  have no specification. */
export function specifiedPods({
  pods,
  ...objects
}: WorkloadObjects & { readonly pods?: Parameters<typeof unlistedWorkloadsOf>[0] }): Specified[] {
  const listed = workloadsOf(objects).map(({ kind, namespace, name, labels, template }) => ({
    kind,
    namespace,
    name,
    labels,
    specs: template?.spec ? [template.spec] : [],
  }));
  const unlisted: readonly UnlistedWorkload[] = unlistedWorkloadsOf(pods, objects.replicaSets);
  return [...listed, ...unlisted];
}

/** Each once, in the order of code units. */
export function distinctSorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
