import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../../inventory/evidence/kubernetes-controllers.ts';
import type { Node } from '../../inventory/evidence/kubernetes-nodes.ts';
import type { PodDisruptionBudget } from '../../inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import type { Pod } from '../../inventory/evidence/kubernetes-pods.ts';
import type { PersistentVolume } from '../../workloads/volumes.ts';

/** A node with what a rotation writes on it, and the version that its writes are conditional on. */
export type LiveNode = Node & {
  readonly metadata: { readonly resourceVersion?: string | null; readonly annotations?: Readonly<Record<string, string>> | null };
};

/** A pod with what evidence leaves out: finalizers, when it started waiting, its scheduling message. */
export type LivePod = Omit<Pod, 'status'> & {
  readonly metadata: { readonly finalizers?: readonly string[] | null };
  readonly status?: (Omit<NonNullable<Pod['status']>, 'conditions'> & { readonly conditions?: PodCondition[] | null }) | null;
};

interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | null;
  readonly message?: string | null;
  readonly lastTransitionTime?: string | null;
}

/** A volume with how it may be mounted: `ReadWriteOnce` keeps it on one node. */
export type LiveVolume = PersistentVolume & { readonly spec?: { readonly accessModes?: readonly string[] | null } | null };

/** What one pass reads of the API server: each list once, none from a cache. */
export interface ClusterView {
  readonly readAt: Date;
  readonly nodes: readonly LiveNode[];
  readonly pods: readonly LivePod[];
  readonly podDisruptionBudgets: readonly PodDisruptionBudget[];
  readonly deployments: readonly Deployment[];
  readonly statefulSets: readonly StatefulSet[];
  readonly daemonSets: readonly DaemonSet[];
  /** Metadata; the owner of most pods, itself owned by a Deployment. */
  readonly replicaSets: readonly ReplicaSet[];
  readonly jobs: readonly { readonly metadata: Pod['metadata'] }[];
  readonly persistentVolumes: readonly LiveVolume[];
}

/** Marks of a rotation on nodes and groups. */
export const rotationAnnotation = 'eks-greenlight/rotation';
export const scaleDownDisabledAnnotation = 'cluster-autoscaler.kubernetes.io/scale-down-disabled';
export const excludeFromLoadBalancersLabel = 'node.kubernetes.io/exclude-from-external-load-balancers';
export { pairTag, rotationTag } from '../../inventory/group-tags.ts';
export const standbyTaint = { key: 'eks-greenlight/standby', value: 'true', effect: 'NO_SCHEDULE' } as const;
export const standbyTag = 'k8s.io/cluster-autoscaler/node-template/taint/eks-greenlight/standby';
