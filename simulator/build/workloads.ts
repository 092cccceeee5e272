import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../../functions/inventory/evidence/kubernetes-controllers.ts';
import type { PodDisruptionBudget } from '../../functions/inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import type { Service } from '../../functions/inventory/evidence/kubernetes-services.ts';
import { stableNumber } from './stable-names.ts';

type PodSpec = NonNullable<Pod['spec']>;
type Labels = Readonly<Record<string, string>>;

/** What is installed together, as one Helm chart or one manifest: the objects that people write, not what controllers make of them. */
export interface Release {
  readonly deployments?: readonly Deployment[];
  readonly statefulSets?: readonly StatefulSet[];
  readonly daemonSets?: readonly DaemonSet[];
  /** Without a Deployment above them. */
  readonly replicaSets?: readonly ReplicaSet[];
  readonly podDisruptionBudgets?: readonly PodDisruptionBudget[];
  readonly services?: readonly Service[];
  /** Without a controller, or of one that no inventory holds. */
  readonly pods?: readonly Pod[];
}

interface ContainerInput {
  readonly name: string;
  readonly image: string;
  /** @default true */
  readonly readinessProbe?: boolean;
}

interface PodInput {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** Application it is a part of. */
  readonly partOf?: string;
  /** Labels of the object and its pods beyond those of the name. */
  readonly labels?: Labels;
  /** Annotations of the pod template. @default none */
  readonly podAnnotations?: Labels;
  /** @default true */
  readonly readinessProbe?: boolean;
  readonly sidecars?: readonly ContainerInput[];
  /** Sidecars in the sense of Kubernetes: init containers that keep running. */
  readonly nativeSidecars?: readonly ContainerInput[];
  /** How replicas are kept apart. @default topology */
  readonly spread?: 'topology' | 'anti-affinity' | 'none';
  /** @default 30 */
  readonly terminationGracePeriodSeconds?: number;
  readonly cpu?: string;
  readonly memory?: string;
  readonly priorityClassName?: string;
  readonly volumes?: PodSpec['volumes'];
  /** Paths at which the first container mounts the volumes of the same index. */
  readonly mountPaths?: readonly string[];
}

interface ReplicatedInput extends PodInput {
  /** @default 3 */
  readonly replicas?: number;
  /** @default 10 */
  readonly minReadySeconds?: number;
}

export function createDeployment(input: ReplicatedInput & { readonly strategy?: 'RollingUpdate' | 'Recreate' }): Deployment {
  const replicas = input.replicas ?? 3;
  return {
    metadata: metadataOf(input),
    spec: {
      replicas,
      minReadySeconds: input.minReadySeconds ?? 10,
      selector: { matchLabels: selectorLabels(input) },
      strategy: { type: input.strategy ?? 'RollingUpdate' },
      template: templateOf(input),
    },
    status: { replicas, readyReplicas: replicas },
  };
}

/** One volume claim per replica where `storage` is given. */
export function createStatefulSet(input: ReplicatedInput & { readonly storage?: boolean }): StatefulSet {
  const replicas = input.replicas ?? 3;
  const claims = input.storage ? [{ name: 'data', persistentVolumeClaim: { claimName: `data-${input.name}` } }] : [];
  return {
    metadata: metadataOf(input),
    spec: {
      replicas,
      minReadySeconds: input.minReadySeconds ?? 10,
      selector: { matchLabels: selectorLabels(input) },
      podManagementPolicy: 'OrderedReady',
      template: templateOf({ ...input, volumes: [...(input.volumes ?? []), ...claims] }),
    },
    status: { replicas, readyReplicas: replicas },
  };
}

export function createDaemonSet(input: PodInput): DaemonSet {
  return {
    metadata: metadataOf(input),
    spec: {
      selector: { matchLabels: selectorLabels(input) },
      template: templateOf({ ...input, spread: 'none' }, [{ operator: 'Exists' }]),
    },
  };
}

/** A ReplicaSet that somebody created by hand. */
export function createReplicaSet(input: ReplicatedInput): ReplicaSet {
  return {
    metadata: metadataOf(input),
    spec: {
      replicas: input.replicas ?? 3,
      minReadySeconds: input.minReadySeconds ?? 10,
      selector: { matchLabels: selectorLabels(input) },
      template: templateOf(input),
    },
  };
}

/** A pod of its own, e.g. for debugging; with `job`, one that a Job made. */
export function createPod(input: PodInput & { readonly job?: string }): Pod {
  const owner = input.job ? [{ apiVersion: 'batch/v1', kind: 'Job', name: input.job, controller: true }] : [];
  return { metadata: { ...metadataOf(input), ownerReferences: owner }, spec: templateOf({ ...input, spread: 'none' }).spec };
}

/** A budget for the pods of one workload; its status is filled in by the disruption controller. */
export function createPodDisruptionBudget(
  input: Pick<PodInput, 'namespace' | 'name'> & NonNullable<PodDisruptionBudget['spec']> & { readonly workload?: string },
): PodDisruptionBudget {
  const { namespace, name, workload, selector, ...spec } = input;
  return {
    metadata: { name, namespace, labels: { 'app.kubernetes.io/name': workload ?? name }, creationTimestamp: createdAt },
    spec: { selector: selector ?? { matchLabels: selectorLabels({ name: workload ?? name }) }, ...spec },
  };
}

/** A Service in front of the pods of one workload.
 *  @param input.clusterIP @default an address of the usual range, always the same */
export function createService(
  input: Pick<PodInput, 'namespace' | 'name' | 'partOf'> & { readonly workload?: string; readonly clusterIP?: string },
): Service {
  const { namespace, name, workload = name } = input;
  const { clusterIP = `10.100.${1 + stableNumber(`${namespace}/${name}`, 250)}.${1 + stableNumber(`${name}.${namespace}`, 250)}` } = input;
  return {
    metadata: { name, namespace, labels: labelsOf({ ...input, name: workload, image: '' }), creationTimestamp: createdAt },
    spec: { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], selector: selectorLabels({ name: workload }) },
  };
}

/** All objects of several releases. */
export function mergeReleases(releases: readonly Release[]): Required<Release> {
  const all = <K extends keyof Release>(kind: K) =>
    releases.flatMap((release) => [...(release[kind] ?? [])]) as unknown as Required<Release>[K];
  return {
    deployments: all('deployments'),
    statefulSets: all('statefulSets'),
    daemonSets: all('daemonSets'),
    replicaSets: all('replicaSets'),
    podDisruptionBudgets: all('podDisruptionBudgets'),
    services: all('services'),
    pods: all('pods'),
  };
}

const createdAt = '2026-04-14T08:00:00Z';

function metadataOf(input: PodInput) {
  const { name, namespace } = input;
  return { name, namespace, labels: labelsOf(input), creationTimestamp: createdAt };
}

function labelsOf(input: PodInput): Record<string, string> {
  return { ...selectorLabels(input), ...(input.partOf ? { 'app.kubernetes.io/part-of': input.partOf } : {}), ...input.labels };
}

function selectorLabels({ name }: Pick<PodInput, 'name'>): Record<string, string> {
  return { 'app.kubernetes.io/name': name };
}

function templateOf(input: PodInput, tolerations: PodSpec['tolerations'] = []) {
  const { name, image, volumes = [], mountPaths = [] } = input;
  const mounts = mountPaths.flatMap((mountPath, index) => {
    const volume = volumes?.[index];
    return volume ? [{ name: volume.name, mountPath }] : [];
  });
  const spec: PodSpec = {
    ...(input.priorityClassName ? { priorityClassName: input.priorityClassName } : {}),
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: input.terminationGracePeriodSeconds ?? 30,
    initContainers: (input.nativeSidecars ?? []).map((one) => ({ ...containerOf(one, input), restartPolicy: 'Always' })),
    containers: [
      { ...containerOf({ name, image, readinessProbe: input.readinessProbe }, input), volumeMounts: mounts },
      ...(input.sidecars ?? []).map((one) => containerOf(one, input)),
    ],
    volumes,
    tolerations,
    ...spreadOf(input),
  };
  const annotations = input.podAnnotations ? { annotations: { ...input.podAnnotations } } : {};
  return { metadata: { labels: labelsOf(input), ...annotations }, spec };
}

function containerOf({ name, image, readinessProbe = true }: ContainerInput, { cpu = '100m', memory = '256Mi' }: PodInput) {
  return { name, image, resources: { requests: { cpu, memory } }, ...(readinessProbe ? { readinessProbe: {} } : {}), livenessProbe: {} };
}

function spreadOf(input: PodInput): Pick<PodSpec, 'affinity' | 'topologySpreadConstraints'> {
  const labelSelector = { matchLabels: selectorLabels(input) };
  switch (input.spread ?? 'topology') {
    case 'topology':
      return {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector },
        ],
      };
    case 'anti-affinity':
      return {
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 100, podAffinityTerm: { labelSelector, topologyKey: 'kubernetes.io/hostname' } },
            ],
          },
        },
      };
    case 'none':
      return {};
  }
}
