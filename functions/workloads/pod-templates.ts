import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../inventory/evidence/kubernetes-controllers.ts';
import type { CronJob, Job } from '../inventory/evidence/kubernetes-jobs.ts';
import { type Controller, controllersOf } from './controllers.ts';
import { controllerOf } from './owners.ts';

type Labels = Readonly<Record<string, string>>;

/** What a Deployment, StatefulSet or ReplicaSet says of its pods. */
type ScaledSpec = NonNullable<ReplicaSet['spec']>;
export type PodTemplate = NonNullable<ScaledSpec['template']>;
export type TemplateSpec = NonNullable<PodTemplate['spec']>;
export type TemplateContainer = NonNullable<TemplateSpec['containers']>[number];

/** What makes pods, of any kind. */
export interface Workload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Labels of the object itself. */
  readonly labels: Labels;
  /** Null where the object shows none. */
  readonly template: PodTemplate | null;
}

/** What keeps a number of interchangeable pods, with what it says of them. */
export interface ScaledWorkload extends Controller {
  /** Null where the object shows none. */
  readonly spec: ScaledSpec | null;
  readonly template: PodTemplate | null;
}

interface ScaledObjects {
  readonly deployments?: readonly Deployment[];
  readonly statefulSets?: readonly StatefulSet[];
  readonly replicaSets?: readonly ReplicaSet[];
}

/** The controllers of `controllersOf`, each with its spec. */
export function scaledWorkloadsOf({ deployments = [], statefulSets = [], replicaSets = [] }: ScaledObjects): ScaledWorkload[] {
  // Of nearly all ReplicaSets only metadata is known; there are several for each Deployment.
  const standing = replicaSets.filter((object) => object.spec != null && controllersOf({ replicaSets: [object] }).length > 0);
  return [
    ...withSpecs(controllersOf({ deployments }), deployments),
    ...withSpecs(controllersOf({ statefulSets }), statefulSets),
    ...withSpecs(controllersOf({ replicaSets: standing }), standing),
  ];
}

/** Controllers come in the order of their objects. */
function withSpecs(controllers: readonly Controller[], objects: readonly { readonly spec?: ScaledSpec | null }[]): ScaledWorkload[] {
  return controllers.map((controller, index) => {
    const spec = objects[index]?.spec ?? null;
    return { ...controller, spec, template: spec?.template ?? null };
  });
}

export interface WorkloadObjects extends ScaledObjects {
  readonly daemonSets?: readonly DaemonSet[];
  readonly jobs?: readonly Job[];
  readonly cronJobs?: readonly CronJob[];
}

/** Everything with a pod template: the scaled workloads, DaemonSets, Jobs and CronJobs. A Job that something controls (a CronJob, a
 *  custom resource) is spoken for, and one whose completions are reached makes no more pods: both are left out. */
export function workloadsOf({ daemonSets = [], jobs = [], cronJobs = [], ...scaled }: WorkloadObjects): Workload[] {
  return [
    ...scaledWorkloadsOf(scaled),
    ...daemonSets.map((object) => workload('DaemonSet', object, object.spec?.template)),
    ...jobs.filter((job) => controllerOf(job) === undefined && !isComplete(job)).map((job) => workload('Job', job, job.spec?.template)),
    ...cronJobs.map((object) => workload('CronJob', object, object.spec?.jobTemplate?.spec?.template)),
  ];
}

function isComplete({ spec, status }: Job): boolean {
  return (status?.succeeded ?? 0) >= (spec?.completions ?? 1) && !status?.active;
}

function workload(kind: string, { metadata }: Pick<Deployment, 'metadata'>, template: PodTemplate | null | undefined): Workload {
  return {
    kind,
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    labels: metadata.labels ?? {},
    template: template ?? null,
  };
}

interface ContainerLists<C> {
  readonly containers?: readonly C[] | null;
  readonly initContainers?: readonly C[] | null;
}

/** All containers of a pod, init containers first. */
export function containersOf<C>({ containers, initContainers }: ContainerLists<C>): C[] {
  return [...(initContainers ?? []), ...(containers ?? [])];
}

/** Containers that run as long as the pod does: its own, and the sidecars among its init containers.
 *  @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ */
export function lastingContainersOf<C extends { readonly restartPolicy?: string | null }>(spec: ContainerLists<C>): C[] {
  return [...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'), ...(spec.containers ?? [])];
}
