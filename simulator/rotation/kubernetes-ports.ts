import * as z from 'zod';
import type { KubernetesReadPort, KubernetesWritePort } from '../../functions/rotation/ports.ts';
import { pagesOf } from '../wire.ts';
import { getAt, listAt, mayDo, patchAt } from './api-server.ts';
import type { Caller } from './calls.ts';
import type { LiveCluster } from './cluster.ts';
import { deleteByName, evict } from './evictions.ts';
import { forbidden } from './statuses.ts';

const reviewSchema = z.object({
  resourceAttributes: z.object({ verb: z.string(), resource: z.string(), subresource: z.string().nullish() }).optional(),
});

export function kubernetesReads(cluster: LiveCluster, { ask }: Caller): KubernetesReadPort {
  return {
    get: (path) => ask(`kubernetes:GET ${path}`, path, () => getAt(cluster, path)),
    list: (path, { limit, metadataOnly = false }) =>
      pagesOf({
        items: () => listAt(cluster, path, metadataOnly),
        size: limit,
        request: (respond) => ask(`kubernetes:GET ${path}`, path, respond),
        answer: (items) => ({ metadata: {}, items }),
      }),
    createSelfSubjectAccessReview: (spec) =>
      ask('kubernetes:accessReview', JSON.stringify(spec), () => {
        const { resourceAttributes: asked } = reviewSchema.parse(spec);
        const resource = asked?.subresource ? `${asked.resource}/${asked.subresource}` : (asked?.resource ?? '');
        return { kind: 'SelfSubjectAccessReview', spec, status: { allowed: mayDo(cluster, asked?.verb ?? '', resource) } };
      }),
  };
}

export function kubernetesWrites(cluster: LiveCluster, { principal, writeKubernetes }: Caller): KubernetesWritePort {
  return {
    patch: (path, patch) => writeKubernetes('kubernetes:patch', path, patch, () => patchAt(cluster, path, patch, principal)),
    evictPod: (pod, options = {}) =>
      writeKubernetes('kubernetes:evict', `${pod.namespace}/${pod.name}`, { ...pod, ...options }, () =>
        mayDo(cluster, 'create', 'pods/eviction')
          ? evict(cluster, pod, options.gracePeriodSeconds)
          : forbidden('pods', pod.name, 'User cannot create resource "pods/eviction"'),
      ),
    deletePod: (pod) =>
      writeKubernetes('kubernetes:delete', `${pod.namespace}/${pod.name}`, pod, () =>
        mayDo(cluster, 'delete', 'pods') ? deleteByName(cluster, pod) : forbidden('pods', pod.name, 'User cannot delete resource "pods"'),
      ),
  };
}
