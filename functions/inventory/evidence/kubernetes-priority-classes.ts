import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listCollector, listPermission } from '../listing.ts';
import { metadata } from './kubernetes-metadata.ts';

const priorityClass = z.object({ metadata, value: z.number().nullish(), globalDefault: z.boolean().nullish() });
export type PriorityClass = z.output<typeof priorityClass>;

export const priorityClasses = defineEvidence({
  key: 'kubernetes.priorityClasses',
  summary: 'PriorityClasses',
  schema: z.array(priorityClass),
  kubernetes: listPermission('scheduling.k8s.io', 'priorityclasses'),
  collect: listCollector('/apis/scheduling.k8s.io/v1/priorityclasses', priorityClass),
});
