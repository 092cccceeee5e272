import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';

/** A pod that is being deleted. */
interface DeletedPod {
  readonly metadata: { readonly deletionTimestamp?: string | null; readonly finalizers?: readonly string[] | null };
}

/** How the deletion of a pod goes; undefined when nobody deletes it. */
type Deletion = { readonly state: 'terminating' | 'terminating-unreachable' | 'stuck-terminating'; readonly message: string } | undefined;

const patience = 60_000;
const patienceUnreachable = 1_000;

/** `deletionTimestamp` is when the grace period ends, not when the deletion was asked for: the period is in it already. A minute later a
 *  kubelet that answers has had its time, and something holds the pod; of one that does not answer nobody can expect it. `now` in ms.
 *  @see https://github.com/kubernetes/apiserver/blob/v0.34.4/pkg/registry/rest/delete.go BeforeDelete */
export function deletionOf({ metadata }: DeletedPod, node: Node | undefined, now: number): Deletion {
  const { deletionTimestamp, finalizers } = metadata;
  if (deletionTimestamp == null) return undefined;
  const graceEnds = Date.parse(deletionTimestamp);
  if (node && isUnreachable(node)) {
    if (now > graceEnds + patienceUnreachable) {
      return { state: 'terminating-unreachable', message: `being deleted, and node ${node.metadata.name} is unreachable` };
    }
  } else if (now > graceEnds + patience) {
    const held = finalizers?.length ? `finalizers ${finalizers.join(', ')}` : 'a finalizer, or a volume that cannot be unmounted';
    return { state: 'stuck-terminating', message: `its grace period ended at ${deletionTimestamp}, and it is still there: ${held}` };
  }
  return { state: 'terminating', message: `being deleted, its grace period ends at ${deletionTimestamp}` };
}

/** The control plane has not heard of its kubelet: condition Ready is Unknown, and a taint says so. NotReady (False) is said by the
 *  kubelet itself. A node that was not read is not called unreachable.
 *  @see https://kubernetes.io/docs/reference/node/node-status/#condition */
function isUnreachable({ spec, status }: Node): boolean {
  const unknown = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'Unknown');
  return (unknown ?? false) || (spec?.taints?.some(({ key }) => key === 'node.kubernetes.io/unreachable') ?? false);
}

/** Condition Ready is True. */
export function isNodeReady({ status }: Node): boolean {
  return status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
}
