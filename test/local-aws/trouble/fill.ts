import { allowScan } from '../populate.ts';
import { awsProblems, currentTemplate } from './aws-problems.ts';
import { healthyObjects, movedOn } from './healthy.ts';
import { kubernetesProblems } from './kubernetes-problems.ts';
import { type KubernetesObject, LAST_APPLIED, NAMESPACE } from './objects.ts';
import type { Place } from './place.ts';
import type { Problem } from './problem.ts';

/** All that is put into the cluster. */
export const problems: readonly Problem[] = [...awsProblems, ...kubernetesProblems];

/** Fills the cluster with what is fine. @param kubectl program and first arguments */
export async function fillHealthy(place: Place, kubectl: readonly string[]): Promise<void> {
  allowScan(kubectl);
  await currentTemplate(place);
  apply(place, healthyObjects);
  place.kubectl(['apply', '--server-side', '--filename', '-'], listOf(movedOn));
  annotate(place, movedOn);
  settle(place);
}

/** Puts the problems into the cluster, and waits until the cluster has taken them in. */
export async function seed(place: Place): Promise<void> {
  for (const { cause } of awsProblems) await cause?.(place);
  apply(
    place,
    kubernetesProblems.flatMap(({ objects = [] }) => objects),
  );
  settle(place);
}

/** Budgets after the pods: of two over the same pods the controller keeps only one up to date. */
function apply(place: Place, objects: readonly KubernetesObject[]): void {
  const { kubectl } = place;
  const sorted = Map.groupBy(objects, ({ kind }) => (kind === 'Namespace' || kind === 'PodDisruptionBudget' ? kind : 'other'));
  const put = (items: readonly KubernetesObject[] = []) => kubectl(['apply', '--filename', '-'], listOf(items));
  put(sorted.get('Namespace'));
  put(sorted.get('other'));
  annotate(place, objects);
  for (const { kind, metadata } of objects)
    if (['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind))
      kubectl(['rollout', 'status', '--timeout=90s', '--namespace', metadata.namespace ?? '', `${kind}/${metadata.name}`]);
  put(sorted.get('PodDisruptionBudget'));
}

/** Writes what kubectl once left there, which every apply and create writes anew. */
function annotate({ kubectl }: Place, objects: readonly KubernetesObject[]): void {
  for (const { kind, metadata } of objects) {
    const text = metadata.annotations?.[LAST_APPLIED];
    const place = metadata.namespace === undefined ? [] : ['--namespace', metadata.namespace];
    if (text !== undefined) kubectl(['annotate', '--overwrite', ...place, `${kind}/${metadata.name}`, `${LAST_APPLIED}=${text}`]);
  }
}

const listOf = (items: readonly KubernetesObject[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** Nodes are ready and budgets have been counted. */
function settle({ kubectl }: Place): void {
  kubectl(['wait', '--for=condition=Ready', '--timeout=60s', 'nodes', '--all']);
  for (const namespace of [NAMESPACE, 'kube-system'])
    kubectl([
      'wait',
      '--for=jsonpath={.status.observedGeneration}',
      '--timeout=60s',
      '--namespace',
      namespace,
      'poddisruptionbudgets',
      '--all',
    ]);
}
