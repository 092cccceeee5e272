import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { parseAnswer } from '../parse.ts';

const usageSchema = z.object({
  /** vCPUs of running On-Demand instances of the standard families (A, C, D, H, I, M, R, T, Z). */
  onDemandVcpus: z.number().nullish(),
  /** TiB of gp2 volumes. */
  gp2StorageTiB: z.number().nullish(),
  /** TiB of gp3 volumes. */
  gp3StorageTiB: z.number().nullish(),
});

export type AccountUsage = z.output<typeof usageSchema>;

export const usage = defineEvidence({
  key: 'ec2.usage',
  summary: 'What the account uses of its EC2 and EBS quotas in the region; read once per account, region and run',
  schema: usageSchema,
  aws: { actions: ['cloudwatch:GetMetricStatistics', 'ec2:DescribeInstances', 'ec2:DescribeVolumes'] },
  collect: async ({ sources }) => parseAnswer(usageSchema, await sources.account.usage(), 'usage of the account'),
});

export const serviceQuota = z.object({
  ServiceCode: z.string().nullish(),
  QuotaCode: z.string(),
  QuotaName: z.string().nullish(),
  Value: z.number().nullish(),
  Unit: z.string().nullish(),
  Adjustable: z.boolean().nullish(),
});

export type ServiceQuota = z.output<typeof serviceQuota>;

export const quotas = defineEvidence({
  key: 'servicequotas.quotas',
  summary: 'Quotas of On-Demand vCPUs (L-1216C47A), gp2 (L-D18FCD1D) and gp3 storage (L-7A658B76); read once per account, region and run',
  schema: z.array(serviceQuota),
  aws: { actions: ['servicequotas:GetServiceQuota', 'servicequotas:GetAWSDefaultServiceQuota'] },
  collect: async ({ sources }) => parseAnswer(z.array(serviceQuota), await sources.account.quotas(), 'quotas of the account'),
});
