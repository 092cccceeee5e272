import { isReady } from '../../functions/workloads/pods.ts';
import { addPod, type LiveCluster, podsOf } from './cluster.ts';
import { admits, count, ownerReference } from './controllers.ts';
import { type LivePod, type LiveStatefulSet, nameOf, namespaceOf } from './objects.ts';
import { deletePod, newPod } from './pods.ts';

/** Replicas with names: `db-0` is made again only when the old one is gone. Ordered unless the policy is Parallel: one at a time, the next
 *  when all before it are Ready; scaled down from the end.
 *  @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees */
export function reconcileStatefulSets(cluster: LiveCluster): void {
  for (const statefulSet of cluster.objects.statefulSets.values()) reconcileStatefulSet(cluster, statefulSet);
}

function reconcileStatefulSet(cluster: LiveCluster, statefulSet: LiveStatefulSet): void {
  const { spec } = statefulSet;
  const namespace = namespaceOf(statefulSet);
  const isOrdered = spec.podManagementPolicy !== 'Parallel';
  const byName = new Map(podsOf(cluster, statefulSet).map((pod) => [pod.metadata.name, pod]));
  for (let ordinal = 0; ordinal < spec.replicas; ordinal += 1) {
    const name = `${statefulSet.metadata.name}-${ordinal}`;
    const pod = byName.get(name);
    if (!pod && admits(cluster, namespace, nameOf(statefulSet))) {
      addPod(cluster, replica(cluster, statefulSet, ordinal));
    }
    if (isOrdered && !(pod && isReady(pod) && !pod.metadata.deletionTimestamp)) break;
  }
  const surplus = [...byName.values()].filter((pod) => ordinalOf(pod) >= spec.replicas).sort((a, b) => ordinalOf(b) - ordinalOf(a));
  for (const pod of isOrdered ? surplus.slice(0, 1) : surplus) deletePod(cluster, pod);
  count(
    cluster,
    statefulSet,
    podsOf(cluster, statefulSet).filter(({ metadata }) => !metadata.deletionTimestamp),
  );
}

const ordinalOf = ({ metadata }: LivePod): number => Number(metadata.name.split('-').at(-1));

function replica(cluster: LiveCluster, statefulSet: LiveStatefulSet, ordinal: number): LivePod {
  const { template, volumeClaimTemplates = [] } = statefulSet.spec;
  const name = `${statefulSet.metadata.name}-${ordinal}`;
  const claims = volumeClaimTemplates.map(({ metadata }) => ({
    name: metadata.name,
    persistentVolumeClaim: { claimName: `${metadata.name}-${name}` },
  }));
  return newPod(
    cluster,
    {
      name,
      namespace: namespaceOf(statefulSet),
      labels: { ...template.metadata.labels, 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': String(ordinal) },
      annotations: { ...template.metadata.annotations },
      ownerReferences: [ownerReference('StatefulSet', 'apps/v1', statefulSet)],
    },
    { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims] },
  );
}
