import * as z from 'zod';
import { labelSelector, templateAnnotations } from './kubernetes-metadata.ts';

/** That a probe is there, never what it runs: commands and headers may hold secrets. */
const presence = z.object({});

const quantities = z.record(z.string(), z.union([z.string(), z.number()]));
const resources = z.object({ requests: quantities.nullish() });

const container = z.object({
  name: z.string(),
  image: z.string().nullish(),
  restartPolicy: z.string().nullish(),
  resources: resources.nullish(),
  readinessProbe: presence.nullish(),
  livenessProbe: presence.nullish(),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).nullish(),
});

const volume = z.object({
  name: z.string(),
  hostPath: z.object({ path: z.string() }).nullish(),
  emptyDir: z.object({ medium: z.string().nullish() }).nullish(),
  persistentVolumeClaim: z.object({ claimName: z.string() }).nullish(),
  gitRepo: presence.nullish(),
});

const selectorTerm = z.object({
  matchExpressions: z.array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() })).nullish(),
  matchFields: z.array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() })).nullish(),
});

const podAffinityTerm = z.object({
  labelSelector: labelSelector.nullish(),
  topologyKey: z.string(),
  namespaces: z.array(z.string()).nullish(),
});

const podAffinity = z.object({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podAffinityTerm).nullish(),
  preferredDuringSchedulingIgnoredDuringExecution: z.array(z.object({ weight: z.number(), podAffinityTerm })).nullish(),
});

/** `PodSpec`, trimmed: no env, args, command, image pull secrets or volumes that name Secrets. */
export const podSpec = z.object({
  nodeName: z.string().nullish(),
  nodeSelector: z.record(z.string(), z.string()).nullish(),
  hostNetwork: z.boolean().nullish(),
  priorityClassName: z.string().nullish(),
  schedulerName: z.string().nullish(),
  terminationGracePeriodSeconds: z.number().nullish(),
  resources: resources.nullish(),
  overhead: quantities.nullish(),
  containers: z.array(container).nullish(),
  initContainers: z.array(container).nullish(),
  volumes: z.array(volume).nullish(),
  affinity: z
    .object({
      nodeAffinity: z
        .object({ requiredDuringSchedulingIgnoredDuringExecution: z.object({ nodeSelectorTerms: z.array(selectorTerm) }).nullish() })
        .nullish(),
      podAffinity: podAffinity.nullish(),
      podAntiAffinity: podAffinity.nullish(),
    })
    .nullish(),
  tolerations: z
    .array(
      z.object({
        key: z.string().nullish(),
        operator: z.string().nullish(),
        value: z.string().nullish(),
        effect: z.string().nullish(),
        tolerationSeconds: z.number().nullish(),
      }),
    )
    .nullish(),
  topologySpreadConstraints: z
    .array(
      z.object({
        maxSkew: z.number(),
        topologyKey: z.string(),
        whenUnsatisfiable: z.string(),
        nodeTaintsPolicy: z.string().nullish(),
        labelSelector: labelSelector.nullish(),
      }),
    )
    .nullish(),
});

/** Whether an AppArmor profile is set is asked of templates only; ten thousand pods need not carry it. */
const templateContainer = container.extend({
  securityContext: z.object({ appArmorProfile: presence.nullish() }).nullish(),
});

/** `PodTemplateSpec`; its metadata carries only labels and annotations that are read, and a name never. */
export const podTemplate = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).nullish(), annotations: templateAnnotations.nullish() }).nullish(),
  spec: podSpec
    .extend({ containers: z.array(templateContainer).nullish(), initContainers: z.array(templateContainer).nullish() })
    .nullish(),
});
