import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listCollector, listPermission } from '../listing.ts';
import { condition, metadata } from './kubernetes-metadata.ts';

const quantities = z.record(z.string(), z.union([z.string(), z.number()]));

const node = z.object({
  metadata,
  spec: z
    .object({
      providerID: z.string().nullish(),
      unschedulable: z.boolean().nullish(),
      taints: z.array(z.object({ key: z.string(), value: z.string().nullish(), effect: z.string() })).nullish(),
    })
    .nullish(),
  status: z
    .object({
      allocatable: quantities.nullish(),
      conditions: z.array(condition).nullish(),
      nodeInfo: z
        .object({
          kubeletVersion: z.string().nullish(),
          osImage: z.string().nullish(),
          kernelVersion: z.string().nullish(),
          containerRuntimeVersion: z.string().nullish(),
          architecture: z.string().nullish(),
          operatingSystem: z.string().nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

export type Node = z.output<typeof node>;

export const nodes = defineEvidence({
  key: 'kubernetes.nodes',
  summary: 'Nodes',
  schema: z.array(node),
  kubernetes: listPermission('', 'nodes'),
  collect: listCollector('/api/v1/nodes', node),
});
