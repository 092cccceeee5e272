import * as z from 'zod';
import { customResourceCollector } from '../custom-resources.ts';
import { defineEvidence } from '../define-evidence.ts';
import { listPermission } from '../listing.ts';
import { metadata } from './kubernetes-metadata.ts';

const nodePool = z.object({
  metadata,
  spec: z
    .object({
      template: z
        .object({
          spec: z
            .object({
              nodeClassRef: z.object({ group: z.string().nullish(), kind: z.string().nullish(), name: z.string().nullish() }).nullish(),
              expireAfter: z.string().nullish(),
              terminationGracePeriod: z.string().nullish(),
            })
            .nullish(),
        })
        .nullish(),
      disruption: z
        .object({
          consolidationPolicy: z.string().nullish(),
          /** v1beta1 has it here. */
          expireAfter: z.string().nullish(),
          budgets: z
            .array(
              z.object({
                nodes: z.string().nullish(),
                schedule: z.string().nullish(),
                duration: z.string().nullish(),
                reasons: z.array(z.string()).nullish(),
              }),
            )
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
});
export type NodePool = z.output<typeof nodePool>;

const ec2NodeClass = z.object({
  metadata,
  spec: z
    .object({
      amiFamily: z.string().nullish(),
      amiSelectorTerms: z
        .array(
          z.object({
            alias: z.string().nullish(),
            id: z.string().nullish(),
            name: z.string().nullish(),
            owner: z.string().nullish(),
            ssmParameter: z.string().nullish(),
            tags: z.record(z.string(), z.string()).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
export type Ec2NodeClass = z.output<typeof ec2NodeClass>;

/** Karpenter 0.32 to 0.37 has v1beta1, 1.0 has both, later ones have v1.
 *  @see https://karpenter.sh/docs/upgrading/v1-migration/ */
const versions = ['v1', 'v1beta1'];

export const nodePools = defineEvidence({
  key: 'kubernetes.nodePools',
  summary: 'NodePools of Karpenter; none where their CRD does not exist',
  schema: z.array(nodePool),
  kubernetes: listPermission('karpenter.sh', 'nodepools'),
  collect: customResourceCollector({ group: 'karpenter.sh', resource: 'nodepools', versions }, nodePool),
});

export const ec2NodeClasses = defineEvidence({
  key: 'kubernetes.ec2NodeClasses',
  summary: 'EC2NodeClasses of Karpenter; none where their CRD does not exist',
  schema: z.array(ec2NodeClass),
  kubernetes: listPermission('karpenter.k8s.aws', 'ec2nodeclasses'),
  collect: customResourceCollector({ group: 'karpenter.k8s.aws', resource: 'ec2nodeclasses', versions }, ec2NodeClass),
});
