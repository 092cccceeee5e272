import { controllerOf, type Owned } from './owners.ts';

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean | null;
  readonly restartCount?: number | null;
  readonly state?: {
    readonly waiting?: { readonly reason?: string | null } | null;
    readonly terminated?: { readonly exitCode?: number | null } | null;
  } | null;
}

/** A pod as far as its state is read here. */
interface PodState {
  readonly metadata: { readonly deletionTimestamp?: string | null };
  readonly status?: {
    readonly phase?: string | null;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[] | null;
    readonly initContainerStatuses?: readonly ContainerStatus[] | null;
    readonly containerStatuses?: readonly ContainerStatus[] | null;
  } | null;
}

/** All containers ended and none starts again: phase Succeeded or Failed.
 *  @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase */
export function isTerminal(pod: PodState): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Condition Ready is True: what a PodDisruptionBudget counts as healthy.
 *  @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/#healthiness-of-a-pod */
export function isReady(pod: PodState): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Whether an eviction deletes the pod without asking its budgets: it has not started, has ended, or is being deleted already. While
 *  an init container keeps crashing before the first start of the others, the pod is Pending: it loops, and blocks no drain.
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/registry/core/pod/storage/eviction.go canIgnorePDB */
export function isEvictedRegardlessOfBudgets(pod: PodState): boolean {
  return pod.status?.phase === 'Pending' || isTerminal(pod) || isBeingDeleted(pod);
}

/** Restarts after which a container that is not ready counts as looping: the kubelet has then held back its start twice, 10 s and 20 s.
 *  @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts */
const restartsOfLoop = 3;

/** Names of the containers that crash again and again, init containers first. The kubelet says so itself while it waits before the next
 *  start (`CrashLoopBackOff`). Between two waits the same container runs or has just failed: then it is one that is not ready after
 *  three restarts or more. A container that waits for anything else (its image, its configuration) does not crash, one that ended with 0
 *  is done, and in a pod that has ended or is being deleted nothing starts again. */
export function crashLooping(pod: PodState): string[] {
  if (isTerminal(pod) || isBeingDeleted(pod)) return [];
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return statuses.filter(isLooping).map(({ name }) => name);
}

function isLooping({ ready, restartCount, state }: ContainerStatus): boolean {
  if (state?.waiting) return state.waiting.reason === 'CrashLoopBackOff';
  if (state?.terminated?.exitCode === 0) return false;
  return ready === false && (restartCount ?? 0) >= restartsOfLoop;
}

/** A DaemonSet of Kubernetes controls the pod: it belongs to its node and goes with it. A kind of the same name in another API group
 *  (OpenKruise has one) does not count, as in kubectl drain.
 *  @see https://github.com/kubernetes/kubectl/blob/v0.34.4/pkg/drain/filters.go isControllerRefDaemonSet */
export function isManagedByDaemonSet(pod: Owned): boolean {
  const controller = controllerOf(pod);
  return controller?.kind === 'DaemonSet' && controller.apiVersion === 'apps/v1';
}

function isBeingDeleted(pod: PodState): boolean {
  return pod.metadata.deletionTimestamp != null;
}
