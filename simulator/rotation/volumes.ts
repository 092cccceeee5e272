import { claimsOf, volumesByClaim, volumesOf } from '../../functions/workloads/volumes.ts';
import { zoneOf } from '../../functions/workloads/zones.ts';
import { isThere, type LiveCluster, newMetadata, podsOn } from './cluster.ts';
import { type LiveAttachment, type LivePod, type LiveVolume, namespaceOf } from './objects.ts';

const driver = 'ebs.csi.aws.com';
const tryAgain = 1_000;

/** Makes the volumes of a pod that has just been bound: a claim that waited for its first consumer gets one in the zone of the node. */
export function provisionVolumes(cluster: LiveCluster, pod: LivePod, nodeName: string): void {
  const node = cluster.objects.nodes.get(nodeName);
  const zone = node && zoneOf(node);
  const known = volumesByClaim([...cluster.objects.volumes.values()]);
  for (const claim of claimsOf(pod)) if (!known(namespaceOf(pod), claim)) addVolume(cluster, namespaceOf(pod), claim, zone);
}

/** A volume of EBS, bound to its claim and, unless there is none, to a zone. */
function addVolume(cluster: LiveCluster, namespace: string, claim: string, zone: string | undefined): LiveVolume {
  const name = `pvc-${namespace}-${claim}`;
  const inZone = zone && [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: [zone] }] }];
  const volume: LiveVolume = {
    metadata: newMetadata(cluster, { name }),
    spec: {
      accessModes: ['ReadWriteOnce'],
      claimRef: { namespace, name: claim },
      ...(inZone ? { nodeAffinity: { required: { nodeSelectorTerms: inZone } } } : {}),
    },
    status: { phase: 'Bound' },
  };
  cluster.objects.volumes.set(name, volume);
  cluster.changed();
  return volume;
}

/** A volume that a pod uses already. */
export function adoptVolume(cluster: LiveCluster, pod: LivePod, claim: string, zone: string | undefined): void {
  const { name } = addVolume(cluster, namespaceOf(pod), claim, zone).metadata;
  if (pod.spec.nodeName) cluster.objects.attachments.set(name, attachmentOf(cluster, name, pod.spec.nodeName));
}

/** Goes on with `attached` once all volumes are on the node of the pod; one that is still on another node is waited for (Multi-Attach). */
export function attachVolumes(cluster: LiveCluster, pod: LivePod, attached: () => void): void {
  const { clock, timings } = cluster.world;
  const nodeName = pod.spec.nodeName ?? '';
  if (claimsOf(pod).length === 0) {
    attached();
    return;
  }
  const names = volumesOf(pod, volumesByClaim([...cluster.objects.volumes.values()])).map(({ metadata }) => metadata.name);
  const attach = () => {
    if (!isThere(cluster, pod)) return;
    const elsewhere = names.some((name) => {
      const attachment = cluster.objects.attachments.get(name);
      return attachment !== undefined && attachment.spec.nodeName !== nodeName;
    });
    if (elsewhere) {
      clock.after(tryAgain, attach);
      return;
    }
    const missing = names.filter((name) => !cluster.objects.attachments.has(name));
    for (const name of missing) cluster.objects.attachments.set(name, attachmentOf(cluster, name, nodeName));
    if (missing.length > 0) cluster.changed();
    clock.after(missing.length > 0 ? timings.attach : 0, attached);
  };
  attach();
}

/** The attachments of the world are kept by volume: a ReadWriteOnce volume has one. */
function attachmentOf(cluster: LiveCluster, volume: string, nodeName: string): LiveAttachment {
  return {
    metadata: newMetadata(cluster, { name: `csi-${volume}` }),
    spec: { attacher: driver, nodeName, source: { persistentVolumeName: volume } },
    status: { attached: true },
  };
}

/** Volumes leave a node some seconds after the last pod there that uses them; of a node that is gone they are taken by force, later. */
export function releaseVolumes(cluster: LiveCluster, pod: LivePod, nodeIsGone: boolean): void {
  const { clock, timings } = cluster.world;
  const nodeName = pod.spec.nodeName;
  if (!nodeName || claimsOf(pod).length === 0) return;
  const lookup = volumesByClaim([...cluster.objects.volumes.values()]);
  for (const { metadata } of volumesOf(pod, lookup)) {
    clock.after(nodeIsGone ? timings.forceDetach : timings.detach, () => {
      const isUsed = podsOn(cluster, nodeName).some((other) => volumesOf(other, lookup).some((one) => one.metadata.name === metadata.name));
      if (isUsed || cluster.objects.attachments.get(metadata.name)?.spec.nodeName !== nodeName) return;
      cluster.objects.attachments.delete(metadata.name);
      cluster.changed();
    });
  }
}
