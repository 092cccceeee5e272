import { isReady, isTerminal } from '../../workloads/pods.ts';
import { claimsOf, volumesByClaim } from '../../workloads/volumes.ts';
import type { ClusterView, LivePod } from '../read/cluster-view.ts';
import type { Workload } from '../record.ts';
import { nameOfWorkload, type WorkloadLookup } from './workloads.ts';

/** Pods that others need to end well come last (D27): what Kubernetes calls critical to the cluster, and DNS. */
export function isLastTier({ metadata, spec }: LivePod): boolean {
  if (spec?.priorityClassName === 'system-cluster-critical' || spec?.priorityClassName === 'system-node-critical') return true;
  const labels = metadata.labels ?? {};
  return metadata.namespace === 'kube-system' && (labels['k8s-app'] === 'kube-dns' || labels['app.kubernetes.io/name'] === 'coredns');
}

const once = ['ReadWriteOnce', 'ReadWriteOncePod'];

/** Names of the volumes of a pod that can be mounted on one node only. */
export type SingleNodeVolumes = (pod: LivePod) => string[];

export function singleNodeVolumes({ persistentVolumes }: Pick<ClusterView, 'persistentVolumes'>): SingleNodeVolumes {
  const lookup = volumesByClaim(persistentVolumes);
  const modes = new Map(persistentVolumes.map(({ metadata, spec }) => [metadata.name, spec?.accessModes ?? []]));
  return (pod) =>
    claimsOf(pod)
      .flatMap((claim) => lookup(pod.metadata.namespace ?? 'default', claim)?.metadata.name ?? [])
      .filter((name) => modes.get(name)?.some((mode) => once.includes(mode)));
}

/** Pods that are moved one at a time per owner: of StatefulSets, whose members need each other (F-58), and those with a volume that must
 *  leave its node before it can be mounted elsewhere. */
function isSerial(pod: LivePod, owner: Pick<Workload, 'kind'> | undefined, volumes: SingleNodeVolumes): boolean {
  return owner?.kind === 'StatefulSet' || volumes(pod).length > 0;
}

/** A volume that is attached to a node. */
export interface Attachment {
  readonly volume: string;
  readonly node: string;
}

/** Why the next pod of an owner that is moved serially must wait; undefined when it may go. One that is not Ready serves nobody, and does not
 *  wait for the others.
 *  @param members all pods of the owner
 *  @param wanted Ready pods that it had before, or wants now if that is less */
export function busyWith(
  pod: LivePod,
  members: readonly LivePod[],
  wanted: number,
  volumes: SingleNodeVolumes,
  attachments: readonly Attachment[],
): string | undefined {
  const leaving = members.find(({ metadata }) => metadata.deletionTimestamp != null);
  if (leaving) return `pod ${leaving.metadata.name} of the same owner is being deleted`;
  const ready = members.filter(isReady).length;
  if (ready < wanted && isReady(pod)) return `its owner has ${ready} Ready pods of ${wanted}: one at a time`;
  const usedOn = new Map<string, Set<string>>();
  for (const pod of members) {
    if (isTerminal(pod)) continue;
    for (const volume of volumes(pod)) usedOn.set(volume, (usedOn.get(volume) ?? new Set()).add(pod.spec?.nodeName ?? ''));
  }
  const held = attachments.find(({ volume, node }) => usedOn.has(volume) && !usedOn.get(volume)?.has(node));
  return held && `volume ${held.volume} of the same owner is still attached to ${held.node}`;
}

/** Of the pods that may be evicted now, those that are: the first tier before the last, and of each owner that is moved serially one. */
export function inEvictionOrder(
  pods: readonly LivePod[],
  ownerOf: WorkloadLookup,
  volumes: SingleNodeVolumes,
): { readonly parallel: readonly LivePod[]; readonly serial: ReadonlyMap<string, readonly LivePod[]> } {
  const parallel: LivePod[] = [];
  const serial = new Map<string, LivePod[]>();
  for (const pod of [...pods].sort(byName)) {
    const owner = ownerOf(pod);
    if (!isSerial(pod, owner, volumes)) {
      parallel.push(pod);
      continue;
    }
    const name = owner ? nameOfWorkload(owner) : `Pod ${pod.metadata.namespace ?? 'default'}/${pod.metadata.name}`;
    const queue = serial.get(name);
    if (queue) queue.push(pod);
    else serial.set(name, [pod]);
  }
  return { parallel, serial };
}

function byName(a: LivePod, b: LivePod): number {
  const [x, y] = [`${a.metadata.namespace}/${a.metadata.name}`, `${b.metadata.namespace}/${b.metadata.name}`];
  return x < y ? -1 : x > y ? 1 : 0;
}
