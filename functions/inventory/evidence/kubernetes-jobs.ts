import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listCollector, listPermission } from '../listing.ts';
import { metadata } from './kubernetes-metadata.ts';
import { podTemplate } from './kubernetes-pod-spec.ts';

const jobSpec = z.object({
  parallelism: z.number().nullish(),
  completions: z.number().nullish(),
  activeDeadlineSeconds: z.number().nullish(),
  template: podTemplate.nullish(),
});

const job = z.object({
  metadata,
  spec: jobSpec.nullish(),
  status: z.object({ active: z.number().nullish(), succeeded: z.number().nullish(), failed: z.number().nullish() }).nullish(),
});
export type Job = z.output<typeof job>;

const cronJob = z.object({
  metadata,
  spec: z.object({ suspend: z.boolean().nullish(), jobTemplate: z.object({ spec: jobSpec.nullish() }).nullish() }).nullish(),
});
export type CronJob = z.output<typeof cronJob>;

export const jobs = defineEvidence({
  key: 'kubernetes.jobs',
  summary: 'Jobs of all namespaces',
  schema: z.array(job),
  kubernetes: listPermission('batch', 'jobs'),
  collect: listCollector('/apis/batch/v1/jobs', job),
});

export const cronJobs = defineEvidence({
  key: 'kubernetes.cronJobs',
  summary: 'CronJobs of all namespaces',
  schema: z.array(cronJob),
  kubernetes: listPermission('batch', 'cronjobs'),
  collect: listCollector('/apis/batch/v1/cronjobs', cronJob),
});
