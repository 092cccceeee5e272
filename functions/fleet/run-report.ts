import { z } from 'zod';
import { clusterReportSchema, supportStatuses, verdicts } from '../analysis/cluster-report.ts';
import { findingSchema, severities } from '../checks/finding.ts';
import { errorCodes } from '../inventory/error-codes.ts';

const targetSchema = z.object({
  accountId: z.string(),
  region: z.string(),
  status: z.enum(['scanned', 'failed', 'skipped']),
  code: z.enum(errorCodes).nullable(),
  message: z.string().nullable(),
  reason: z.string().nullable(),
});
export type TargetCoverage = z.output<typeof targetSchema>;

const clusterSchema = targetSchema.extend({
  name: z.string(),
  /** How many kinds of evidence were missing, by code; what was not asked for does not count. */
  unavailable: z.partialRecord(z.enum(errorCodes), z.number()),
});
export type ClusterCoverage = z.output<typeof clusterSchema>;

export const coverageSchema = z.object({ complete: z.boolean(), targets: z.array(targetSchema), clusters: z.array(clusterSchema) });
export type Coverage = z.output<typeof coverageSchema>;

const changeSchema = z.object({
  kind: z.enum(['appeared', 'worsened', 'resolved', 'verdict-changed', 'discovered', 'vanished', 'version-changed', 'milestone', 'stale']),
  clusterArn: z.string(),
  finding: findingSchema.nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  since: z.string(),
});

/** One scan of the fleet (contracts.md §3). */
export const runReportSchema = z.object({
  schemaVersion: z.literal('1'),
  runId: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  configurationHash: z.string(),
  coverage: coverageSchema,
  totals: z.object({
    clusters: z.number(),
    verdicts: z.record(z.enum(verdicts), z.number()),
    support: z.record(z.enum(supportStatuses), z.number()),
    findings: z.record(z.enum(severities), z.number()),
    monthlySurchargeUsd: z.number(),
  }),
  changes: z.array(changeSchema),
  clusters: z.array(clusterReportSchema),
});
export type RunReport = z.output<typeof runReportSchema>;
