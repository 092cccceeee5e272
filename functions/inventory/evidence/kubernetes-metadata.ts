import * as z from 'zod';

/** Annotations that checks read. Everything else, last-applied-configuration above all, may hold secrets and never enters an inventory. */
const annotations = z.object({
  'kubernetes.io/config.mirror': z.string().nullish(),
  'karpenter.sh/do-not-disrupt': z.string().nullish(),
  'cluster-autoscaler.kubernetes.io/safe-to-evict': z.string().nullish(),
});

/** Before the name of a container: the annotation of a pod that names its AppArmor profile, deprecated since Kubernetes 1.30. */
export const appArmorAnnotationPrefix = 'container.apparmor.security.beta.kubernetes.io/';

/** Annotations of a pod template that checks read: AppArmor profiles, one a container. A pod has them not only from its author: until
 *  Kubernetes 1.33 the API server wrote them from `securityContext.appArmorProfile`. So they are kept of templates alone. */
export const templateAnnotations = z.preprocess(onlyAppArmor, z.record(z.string(), z.string()).nullish());

function onlyAppArmor(annotations: unknown): unknown {
  if (typeof annotations !== 'object' || annotations === null || Array.isArray(annotations)) return annotations;
  const kept = Object.entries(annotations).filter(([key]) => key.startsWith(appArmorAnnotationPrefix));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

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
