import type { Collections, LiveCluster } from './cluster.ts';
import type { KubernetesObject } from './objects.ts';

/** What a path of the API server names. */
export interface ApiPath {
  /** Path that lists the kind over all namespaces. */
  readonly list: string;
  readonly resource: string;
  /** `nodes`, `deployments.apps`: as messages name it. */
  readonly qualified: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
}

const shape =
  /^(?<prefix>\/api\/v1|\/apis\/(?<group>[^/]+)\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<subresource>[^/]+))?$/;

export function parsePath(path: string): ApiPath | undefined {
  const [plain = '', query = ''] = path.split('?');
  const parts = shape.exec(plain)?.groups;
  if (!parts) return undefined;
  const { prefix = '', group, namespace, resource = '', name, subresource } = parts;
  const qualified = group === undefined ? resource : `${resource}.${group}`;
  return { list: `${prefix}/${resource}`, resource, qualified, namespace, name, subresource, query: new URLSearchParams(query) };
}

const collections: Readonly<Record<string, keyof Collections>> = {
  '/api/v1/nodes': 'nodes',
  '/api/v1/pods': 'pods',
  '/api/v1/namespaces': 'namespaces',
  '/api/v1/persistentvolumes': 'volumes',
  '/apis/apps/v1/deployments': 'deployments',
  '/apis/apps/v1/replicasets': 'replicaSets',
  '/apis/apps/v1/statefulsets': 'statefulSets',
  '/apis/apps/v1/daemonsets': 'daemonSets',
  '/apis/batch/v1/jobs': 'jobs',
  '/apis/policy/v1/poddisruptionbudgets': 'budgets',
  '/apis/storage.k8s.io/v1/volumeattachments': 'attachments',
  '/apis/autoscaling/v2/horizontalpodautoscalers': 'autoscalers',
};

/** Kinds that every API server has; a kind of a custom resource is there once an object of it is given. */
const builtIn: ReadonlySet<string> = new Set([
  '/api/v1/services',
  '/api/v1/events',
  '/api/v1/persistentvolumeclaims',
  '/api/v1/configmaps',
  '/apis/batch/v1/cronjobs',
  '/apis/discovery.k8s.io/v1/endpointslices',
  '/apis/storage.k8s.io/v1/storageclasses',
  '/apis/scheduling.k8s.io/v1/priorityclasses',
  '/apis/coordination.k8s.io/v1/leases',
  '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
  '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
]);

const none: ReadonlyMap<string, KubernetesObject> = new Map();

/** The objects of a kind by `namespace/name`; undefined where the API server does not know the kind. */
export function objectsAt(cluster: LiveCluster, list: string): ReadonlyMap<string, KubernetesObject> | undefined {
  const known = collections[list];
  return known ? cluster.objects[known] : (cluster.others.get(list) ?? (builtIn.has(list) ? none : undefined));
}
