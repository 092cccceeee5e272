/** Kubernetes objects in which there is nothing to find, and what a problem changes of them. */

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

export const NAMESPACE = 'orchard';

export interface Workload {
  readonly namespace?: string;
  readonly image?: string;
  /** Further labels of the object. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Further labels of its pods. */
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /** Fields of the object's spec, of the pod's and of the container's; undefined takes one away. */
  readonly spec?: Fields;
  readonly pod?: Fields;
  readonly container?: Fields;
  /** What its budget says; null for no budget. @default one pod may be unavailable */
  readonly budget?: Fields | null;
}

/** A Deployment of two pods on different nodes, with a probe, and the budget that covers it. */
export const deployment = (name: string, change: Workload = {}): KubernetesObject[] => [
  controller('Deployment', name, { ...change, spec: { replicas: 2, minReadySeconds: 1, ...change.spec } }),
  ...budgetOf(name, change),
];

/** The same as a StatefulSet. */
export const statefulSet = (name: string, change: Workload = {}): KubernetesObject[] => [
  controller('StatefulSet', name, {
    ...change,
    spec: { replicas: 2, minReadySeconds: 1, serviceName: name, podManagementPolicy: 'Parallel', ...change.spec },
  }),
  ...budgetOf(name, change),
];

export const daemonSet = (name: string, change: Workload = {}): KubernetesObject =>
  controller('DaemonSet', name, { ...change, pod: { topologySpreadConstraints: undefined, ...change.pod } });

export const budget = (
  name: string,
  spec: Fields,
  { app = name, namespace = NAMESPACE }: { readonly app?: string; readonly namespace?: string } = {},
): KubernetesObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace },
  spec: { selector: { matchLabels: { app } }, ...spec },
});

function budgetOf(name: string, change: Workload): KubernetesObject[] {
  if (change.budget === null) return [];
  const place = change.namespace === undefined ? {} : { namespace: change.namespace };
  return [budget(name, change.budget ?? { maxUnavailable: 1 }, place)];
}

function controller(kind: 'Deployment' | 'StatefulSet' | 'DaemonSet', name: string, change: Workload): KubernetesObject {
  const { namespace = NAMESPACE, image = `registry.example/orchard/${name}:1.0.0` } = change;
  const matchLabels = { app: name };
  const spread = { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels } };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace, labels: { app: name, ...change.labels } },
    spec: {
      selector: { matchLabels },
      template: {
        metadata: { labels: { ...matchLabels, ...change.podLabels }, annotations: change.podAnnotations },
        spec: {
          topologySpreadConstraints: [spread],
          ...change.pod,
          containers: [
            {
              name,
              image,
              resources: { requests: { cpu: '10m', memory: '16Mi' } },
              readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
              ...change.container,
            },
          ],
        },
      },
      ...change.spec,
    },
  };
}

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The annotation that kubectl left on an object which it last applied through that version. */
export const lastApplied = (apiVersion: string, kind: string, name: string, namespace?: string) => ({
  [LAST_APPLIED]: `${JSON.stringify({ apiVersion, kind, metadata: { annotations: {}, name, namespace }, spec: {} })}\n`,
});

export const flowSchema = (name: string, metadata: Pick<KubernetesObject['metadata'], 'annotations'>): KubernetesObject => ({
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
  kind: 'FlowSchema',
  metadata: { name, ...metadata },
  spec: { priorityLevelConfiguration: { name: 'exempt' }, matchingPrecedence: 9000 },
});
