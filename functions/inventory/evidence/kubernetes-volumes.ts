import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listCollector, listPermission } from '../listing.ts';
import { metadata } from './kubernetes-metadata.ts';

const nodeSelectorTerm = z.object({
  matchExpressions: z.array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() })).nullish(),
});

const persistentVolume = z.object({
  metadata,
  spec: z
    .object({
      accessModes: z.array(z.string()).nullish(),
      storageClassName: z.string().nullish(),
      claimRef: z.object({ namespace: z.string().nullish(), name: z.string().nullish() }).nullish(),
      csi: z.object({ driver: z.string().nullish() }).nullish(),
      nodeAffinity: z.object({ required: z.object({ nodeSelectorTerms: z.array(nodeSelectorTerm).nullish() }).nullish() }).nullish(),
    })
    .nullish(),
  status: z.object({ phase: z.string().nullish() }).nullish(),
});
export type PersistentVolume = z.output<typeof persistentVolume>;

const storageClass = z.object({
  metadata,
  provisioner: z.string().nullish(),
  volumeBindingMode: z.string().nullish(),
});
export type StorageClass = z.output<typeof storageClass>;

export const persistentVolumes = defineEvidence({
  key: 'kubernetes.persistentVolumes',
  summary: 'PersistentVolumes: claim and node affinity',
  schema: z.array(persistentVolume),
  kubernetes: listPermission('', 'persistentvolumes'),
  collect: listCollector('/api/v1/persistentvolumes', persistentVolume),
});

export const storageClasses = defineEvidence({
  key: 'kubernetes.storageClasses',
  summary: 'StorageClasses',
  schema: z.array(storageClass),
  kubernetes: listPermission('storage.k8s.io', 'storageclasses'),
  collect: listCollector('/apis/storage.k8s.io/v1/storageclasses', storageClass),
});
