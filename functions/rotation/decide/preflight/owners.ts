import { controllerOf } from '../../../workloads/owners.ts';
import type { ClusterView, LivePod } from '../../read/cluster-view.ts';
import { nameOfWorkload, workloadLookup } from '../workloads.ts';

/** Names what runs a pod, as people know it: `Deployment shop/web` for a pod of one of its ReplicaSets, its Job; the pod itself where nobody
 *  does. */
export function workloadNames(view: Pick<ClusterView, 'replicaSets'>): (pod: LivePod) => string {
  const lookup = workloadLookup(view);
  return (pod) => {
    const workload = lookup(pod);
    if (workload) return nameOfWorkload(workload);
    const namespace = pod.metadata.namespace ?? 'default';
    const owner = controllerOf(pod);
    return nameOfWorkload({ kind: owner?.kind ?? 'Pod', namespace, name: owner?.name ?? pod.metadata.name });
  };
}
