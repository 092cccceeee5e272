import * as z from 'zod';

/** Annotations that checks read. Everything else, last-applied-configuration above all, may hold secrets and never enters an inventory. */
const annotations = z.object({
  'kubernetes.io/config.mirror': z.string().nullish(),
  'karpenter.sh/do-not-disrupt': z.string().nullish(),
  'cluster-autoscaler.kubernetes.io/safe-to-evict': z.string().nullish(),
});

const ownerReference = z.object({
  apiVersion: z.string().nullish(),
  kind: z.string(),
  name: z.string(),
  uid: z.string().nullish(),
  controller: z.boolean().nullish(),
});

/** `ObjectMeta`, trimmed: no managedFields, no other annotation. */
export const metadata = z.object({
  name: z.string(),
  namespace: z.string().nullish(),
  uid: z.string().nullish(),
  labels: z.record(z.string(), z.string()).nullish(),
  annotations: annotations.nullish(),
  ownerReferences: z.array(ownerReference).nullish(),
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().nullish(),
  deletionGracePeriodSeconds: z.number().nullish(),
});

/** `LabelSelector`. */
export const labelSelector = z.object({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z.array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() })).nullish(),
});

export const condition = z.object({ type: z.string(), status: z.string(), reason: z.string().nullish() });
