import * as z from 'zod';
import type { LiveCluster } from './cluster.ts';
import type { KubernetesObject, LiveDeployment, LiveReplicaSet, LiveStatefulSet } from './objects.ts';

type Scaled = LiveDeployment | LiveReplicaSet | LiveStatefulSet;

/** What an object of a kind that has a scale is; undefined for all others. */
export function scaledAt({ objects }: LiveCluster, resource: string, key: string): Scaled | undefined {
  if (resource === 'deployments') return objects.deployments.get(key);
  if (resource === 'replicasets') return objects.replicaSets.get(key);
  return resource === 'statefulsets' ? objects.statefulSets.get(key) : undefined;
}

/** `autoscaling/v1` Scale, as the API server shows it: a count of 0 is left out.
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/registry/apps/deployment/storage/storage.go scaleFromDeployment */
export function scaleOf({ metadata, spec, status }: Scaled): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const selector = Object.entries(spec.selector.matchLabels ?? {}).map(([label, value]) => `${label}=${value}`);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: spec.replicas === 0 ? {} : { replicas: spec.replicas },
    status: { replicas: status.replicas, selector: selector.join() },
  };
}

const scaleSpec = z.object({ replicas: z.number().int().min(0).nullish() });

/** The part of a patch of a scale that counts: nothing else can be written through it.
 *  @returns undefined for what is no count */
export function patchOfScale(spec: KubernetesObject['spec']): { replicas?: number } | undefined {
  const parsed = scaleSpec.safeParse(spec ?? {});
  if (!parsed.success) return undefined;
  const { replicas } = parsed.data;
  if (replicas === undefined) return {};
  return { replicas: replicas ?? 0 };
}
