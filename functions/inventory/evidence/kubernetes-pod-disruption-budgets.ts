import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listCollector, listPermission } from '../listing.ts';
import { labelSelector, metadata } from './kubernetes-metadata.ts';

const podDisruptionBudget = z.object({
  metadata,
  spec: z
    .object({
      minAvailable: z.union([z.number(), z.string()]).nullish(),
      maxUnavailable: z.union([z.number(), z.string()]).nullish(),
      unhealthyPodEvictionPolicy: z.string().nullish(),
      selector: labelSelector.nullish(),
    })
    .nullish(),
  status: z
    .object({
      disruptionsAllowed: z.number().nullish(),
      currentHealthy: z.number().nullish(),
      desiredHealthy: z.number().nullish(),
      expectedPods: z.number().nullish(),
    })
    .nullish(),
});

export type PodDisruptionBudget = z.output<typeof podDisruptionBudget>;

export const podDisruptionBudgets = defineEvidence({
  key: 'kubernetes.podDisruptionBudgets',
  summary: 'PodDisruptionBudgets of all namespaces',
  schema: z.array(podDisruptionBudget),
  kubernetes: listPermission('policy', 'poddisruptionbudgets'),
  collect: listCollector('/apis/policy/v1/poddisruptionbudgets', podDisruptionBudget),
});
