import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listCollector, listPermission } from '../listing.ts';
import { metadata } from './kubernetes-metadata.ts';

const namespace = z.object({ metadata, status: z.object({ phase: z.string().nullish() }).nullish() });
export type Namespace = z.output<typeof namespace>;

export const namespaces = defineEvidence({
  key: 'kubernetes.namespaces',
  summary: 'Namespaces',
  schema: z.array(namespace),
  kubernetes: listPermission('', 'namespaces'),
  collect: listCollector('/api/v1/namespaces', namespace),
});
