import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listCollector, listPermission } from '../listing.ts';
import { metadata } from './kubernetes-metadata.ts';

const peers = z.array(z.object({ ipBlock: z.object({ cidr: z.string(), except: z.array(z.string()).nullish() }).nullish() })).nullish();

const networkPolicy = z.object({
  metadata,
  spec: z
    .object({
      ingress: z.array(z.object({ from: peers })).nullish(),
      egress: z.array(z.object({ to: peers })).nullish(),
    })
    .nullish(),
});
export type NetworkPolicy = z.output<typeof networkPolicy>;

export const networkPolicies = defineEvidence({
  key: 'kubernetes.networkPolicies',
  summary: 'NetworkPolicies: their IP blocks',
  schema: z.array(networkPolicy),
  kubernetes: listPermission('networking.k8s.io', 'networkpolicies'),
  collect: listCollector('/apis/networking.k8s.io/v1/networkpolicies', networkPolicy),
});
