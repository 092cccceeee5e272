import * as z from 'zod';
import { customResourceCollector } from '../custom-resources.ts';
import { defineEvidence } from '../define-evidence.ts';
import { listPermission } from '../listing.ts';
import { metadata } from './kubernetes-metadata.ts';

const eniConfig = z.object({
  metadata,
  spec: z.object({ subnet: z.string().nullish(), securityGroups: z.array(z.string()).nullish() }).nullish(),
});
export type EniConfig = z.output<typeof eniConfig>;

export const eniConfigs = defineEvidence({
  key: 'kubernetes.eniConfigs',
  summary: 'ENIConfigs of the VPC CNI (custom networking); none where their CRD does not exist',
  schema: z.array(eniConfig),
  kubernetes: listPermission('crd.k8s.amazonaws.com', 'eniconfigs'),
  collect: customResourceCollector({ group: 'crd.k8s.amazonaws.com', resource: 'eniconfigs', versions: ['v1alpha1'] }, eniConfig),
});
