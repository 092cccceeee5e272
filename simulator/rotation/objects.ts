import type { DaemonSet, Deployment, StatefulSet } from '../../functions/inventory/evidence/kubernetes-controllers.ts';
import type { Node } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import type { PodDisruptionBudget } from '../../functions/inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';

/** Objects of the API server as the live world changes them: the shapes of the evidence, and what it leaves out. */

export type Labels = Record<string, string>;

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  /** Another after every write. */
  resourceVersion: string;
  generation: number;
  readonly creationTimestamp: string;
  labels: Labels;
  annotations: Labels;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
}

export interface KubernetesObject {
  readonly metadata: Metadata;
  spec?: object | null;
  status?: object | null;
}

export interface Condition {
  readonly type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime: string;
}

export interface Taint {
  readonly key: string;
  readonly value?: string | null;
  readonly effect: string;
}

export interface LiveNode {
  readonly metadata: Metadata;
  readonly spec: { readonly providerID: string; unschedulable?: boolean | null; taints?: Taint[] | null };
  readonly status: Omit<NonNullable<Node['status']>, 'conditions' | 'allocatable'> & {
    readonly allocatable: Record<string, string | number>;
    conditions: Condition[];
  };
}

export type PodSpec = NonNullable<Pod['spec']>;

export interface ContainerStatus {
  readonly name: string;
  ready: boolean;
  restartCount: number;
  state: {
    waiting?: { reason: string; message?: string };
    terminated?: { reason: string; exitCode: number };
    running?: { startedAt: string };
  };
}

export interface LivePod {
  readonly metadata: Metadata;
  readonly spec: PodSpec;
  readonly status: {
    phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
    reason?: string;
    conditions: Condition[];
    containerStatuses: ContainerStatus[];
    podIP?: string;
    startTime?: string;
  };
}

export interface Template {
  readonly metadata: { readonly labels: Labels; readonly annotations?: Labels };
  readonly spec: PodSpec;
}

interface WithStatus<Spec, Status> {
  readonly metadata: Metadata;
  spec: Spec;
  status: Status;
}

type Selector = NonNullable<NonNullable<Deployment['spec']>['selector']>;
interface ReplicatedSpec {
  replicas: number;
  readonly selector: Selector;
  readonly template: Template;
}
type ReplicaCounts = { replicas: number; readyReplicas: number; observedGeneration?: number };

export type LiveDeployment = WithStatus<ReplicatedSpec & NonNullable<Deployment['spec']>, ReplicaCounts>;
export type LiveReplicaSet = WithStatus<ReplicatedSpec, ReplicaCounts>;
export type LiveStatefulSet = WithStatus<
  ReplicatedSpec & NonNullable<StatefulSet['spec']> & { volumeClaimTemplates?: { readonly metadata: { readonly name: string } }[] },
  ReplicaCounts
>;
export type LiveDaemonSet = WithStatus<
  { readonly selector: Selector; readonly template: Template } & NonNullable<DaemonSet['spec']>,
  { desiredNumberScheduled: number; numberReady: number }
>;
export type LiveJob = WithStatus<
  { readonly template: Template },
  { active: number; succeeded: number; completionTime?: string; conditions: Condition[] }
>;
export type LiveBudget = WithStatus<
  NonNullable<PodDisruptionBudget['spec']>,
  {
    disruptionsAllowed: number;
    currentHealthy: number;
    desiredHealthy: number;
    expectedPods: number;
    observedGeneration: number;
    /** Pods that an eviction has deleted and the controller has not noticed yet, with when. */
    disruptedPods: Record<string, string>;
  }
>;
export type LiveVolume = WithStatus<
  {
    readonly accessModes: string[];
    readonly claimRef: { readonly namespace: string; readonly name: string };
    readonly nodeAffinity?: { readonly required: { readonly nodeSelectorTerms: { readonly matchExpressions: Requirement[] }[] } };
  },
  { phase: string }
>;
interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: string[];
}
export type LiveAttachment = WithStatus<
  { readonly attacher: string; readonly nodeName: string; readonly source: { readonly persistentVolumeName: string } },
  { attached: boolean }
>;
export type LiveAutoscaler = WithStatus<
  { minReplicas: number; maxReplicas: number; readonly scaleTargetRef: { readonly kind: string; readonly name: string } },
  { desiredReplicas: number }
>;
export type LiveNamespace = WithStatus<object, { phase: 'Active' | 'Terminating' }>;

export const namespaceOf = ({ metadata }: { readonly metadata: Pick<Metadata, 'namespace'> }): string => metadata.namespace ?? 'default';

/** `shop/web`; for what has no namespace its name. */
export function nameOf({ metadata }: { readonly metadata: Pick<Metadata, 'namespace' | 'name'> }): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

/** Sets a condition; its transition time changes with its status alone.
 *  @returns whether anything changed */
export function setCondition(conditions: Condition[], next: Omit<Condition, 'lastTransitionTime'>, at: string): boolean {
  const known = conditions.find(({ type }) => type === next.type);
  if (!known) {
    conditions.push({ ...next, lastTransitionTime: at });
    return true;
  }
  if (known.status === next.status && known.reason === next.reason && known.message === next.message) return false;
  if (known.status !== next.status) known.lastTransitionTime = at;
  known.status = next.status;
  known.reason = next.reason;
  known.message = next.message;
  return true;
}
