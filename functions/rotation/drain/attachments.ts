import * as z from 'zod';
import { listItems } from '../../inventory/listing.ts';
import type { Attachment, SingleNodeVolumes } from '../decide/eviction-order.ts';
import type { Step } from '../step.ts';
import type { AssessedNode } from './assess-nodes.ts';

const schema = z.object({
  spec: z.object({ nodeName: z.string(), source: z.object({ persistentVolumeName: z.string().nullish() }) }),
});

/** Where volumes are attached; read only while pods with volumes of one node are on the way.
 *  @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume-attachment-v1/ */
export async function readAttachments({ reads }: Step, nodes: readonly AssessedNode[], volumes: SingleNodeVolumes): Promise<Attachment[]> {
  if (!nodes.some(({ pods }) => pods.some(({ pod, assessment }) => assessment.verdict !== 'skip' && volumes(pod).length > 0))) return [];
  const path = '/apis/storage.k8s.io/v1/volumeattachments';
  const all = await listItems(reads.kubernetes.list(path, { limit: 500 }), 'items', schema, `GET ${path}`);
  return all.flatMap(({ spec: { nodeName, source } }) =>
    source.persistentVolumeName ? [{ volume: source.persistentVolumeName, node: nodeName }] : [],
  );
}
