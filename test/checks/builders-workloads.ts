import type { Deployment } from '../../functions/inventory/evidence/kubernetes-controllers.ts';
import type { CronJob, Job } from '../../functions/inventory/evidence/kubernetes-jobs.ts';
import type { NetworkPolicy } from '../../functions/inventory/evidence/kubernetes-network-policies.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import type { Service } from '../../functions/inventory/evidence/kubernetes-services.ts';
import type { PodTemplate, TemplateContainer, TemplateSpec } from '../../functions/workloads/pod-templates.ts';
import { createAddon, type EvidenceInput } from './builders.ts';

interface TemplateOverrides {
  /** @default { app: 'web' } */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** Annotations of the pod template. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Laid over a spec with one container `app` that has a readiness probe. */
  readonly podSpec?: TemplateSpec;
}

interface ObjectOverrides {
  readonly name?: string;
  readonly namespace?: string;
  /** Labels of the object. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly owner?: { readonly apiVersion: string; readonly kind: string; readonly name: string };
}

export function createContainer(overrides: Partial<TemplateContainer> = {}): TemplateContainer {
  return { name: 'app', image: 'registry.example/app:1', readinessProbe: {}, ...overrides };
}

function template({ podLabels = { app: 'web' }, annotations, podSpec }: TemplateOverrides): PodTemplate {
  return {
    metadata: { labels: { ...podLabels }, ...(annotations && { annotations: { ...annotations } }) },
    spec: { containers: [createContainer()], ...podSpec },
  };
}

function metadata({ name = 'web', namespace = 'shop', labels = {}, owner }: ObjectOverrides) {
  return { name, namespace, labels: { ...labels }, ...(owner && { ownerReferences: [{ ...owner, controller: true }] }) };
}

/** Deployment `shop/web` of three pods with nothing to complain of but what is left out; a StatefulSet, a ReplicaSet and a DaemonSet have
 *  the same shape. */
export function createWorkload(
  overrides: ObjectOverrides & TemplateOverrides & { readonly spec?: Partial<NonNullable<Deployment['spec']>> } = {},
): Deployment {
  const made = template(overrides);
  return {
    metadata: metadata(overrides),
    spec: { replicas: 3, selector: { matchLabels: { ...made.metadata?.labels } }, template: made, ...overrides.spec },
  };
}

export function createJob(
  overrides: ObjectOverrides & TemplateOverrides & { readonly completions?: number; readonly status?: Job['status'] } = {},
): Job {
  return {
    metadata: metadata({ name: 'import', ...overrides }),
    spec: { completions: overrides.completions, template: template(overrides) },
    status: overrides.status,
  };
}

export function createCronJob(overrides: ObjectOverrides & TemplateOverrides & { readonly suspend?: boolean } = {}): CronJob {
  return {
    metadata: metadata({ name: 'nightly', ...overrides }),
    spec: { suspend: overrides.suspend, jobTemplate: { spec: { template: template(overrides) } } },
  };
}

/** A running pod with a spec; of nobody, unless told otherwise. */
export function createPodWithSpec(
  overrides: ObjectOverrides & { readonly podSpec?: NonNullable<Pod['spec']>; readonly phase?: string } = {},
): Pod {
  return {
    metadata: metadata({ name: 'debug', ...overrides }),
    spec: { containers: [{ name: 'app' }], ...overrides.podSpec },
    status: { phase: overrides.phase ?? 'Running' },
  };
}

export function createService(overrides: ObjectOverrides & { readonly spec?: NonNullable<Service['spec']> } = {}): Service {
  return {
    metadata: metadata(overrides),
    spec: { type: 'ClusterIP', clusterIP: '10.100.0.12', clusterIPs: ['10.100.0.12'], ...overrides.spec },
  };
}

export function createNetworkPolicy(
  overrides: ObjectOverrides & { readonly spec?: NonNullable<NetworkPolicy['spec']> } = {},
): NetworkPolicy {
  return { metadata: metadata(overrides), spec: overrides.spec };
}

/** Labels of an object of an EKS add-on, and the add-ons of its cluster. */
export const ofAddon = {
  labels: { 'eks.amazonaws.com/component': 'coredns' },
  addons: { 'eks.addons': [createAddon({ addonName: 'coredns' })] } satisfies EvidenceInput,
} as const;

/** Every kind of controller, none of any. */
export const noControllers: EvidenceInput = {
  'kubernetes.deployments': [],
  'kubernetes.statefulSets': [],
  'kubernetes.replicaSets': [],
  'kubernetes.daemonSets': [],
  'kubernetes.jobs': [],
  'kubernetes.cronJobs': [],
};
