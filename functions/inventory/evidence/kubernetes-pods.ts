import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listCollector, listPermission } from '../listing.ts';
import { condition, metadata } from './kubernetes-metadata.ts';
import { podSpec } from './kubernetes-pod-spec.ts';

const containerStatus = z.object({
  name: z.string(),
  ready: z.boolean().nullish(),
  restartCount: z.number().nullish(),
  state: z
    .object({
      waiting: z.object({ reason: z.string().nullish() }).nullish(),
      terminated: z.object({ reason: z.string().nullish(), exitCode: z.number().nullish() }).nullish(),
    })
    .nullish(),
});

const pod = z.object({
  metadata,
  spec: podSpec.nullish(),
  status: z
    .object({
      phase: z.string().nullish(),
      reason: z.string().nullish(),
      conditions: z.array(condition).nullish(),
      containerStatuses: z.array(containerStatus).nullish(),
      initContainerStatuses: z.array(containerStatus).nullish(),
    })
    .nullish(),
});

export type Pod = z.output<typeof pod>;

export const pods = defineEvidence({
  key: 'kubernetes.pods',
  summary: 'Pods of all namespaces',
  schema: z.array(pod),
  optIn: 'pods',
  kubernetes: listPermission('', 'pods'),
  collect: listCollector('/api/v1/pods', pod),
});
