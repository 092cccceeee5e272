import * as z from 'zod';
import { clusterReportSchema, supportStatuses, verdicts } from '../analysis/cluster-report.ts';
import { severities } from '../checks/finding.ts';
import { changeSchema } from './change.ts';
import { coverageSchema } from './coverage.ts';
import { suppressionReviewSchema } from './suppression-review.ts';

/** A ClusterReport without what is long: how many findings of each severity, and where the whole of it is. */
const clusterSummarySchema = clusterReportSchema
  .omit({ checks: true, findings: true, evidence: true })
  .extend({ counts: z.record(z.enum(severities), z.number()), reportKey: z.string() });

/** One scan of the fleet. */
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
    /** Findings that do not count because of a suppression. */
    suppressed: z.number().default(0),
    monthlySurchargeUsd: z.number(),
  }),
  /** Suppressions that no longer hold, and those that match nothing. */
  suppressions: suppressionReviewSchema.default({ expired: [], unmatched: [] }),
  changes: z.array(changeSchema),
  /** Only of a run that looked at a part of the fleet: what it does not name may well exist. */
  narrowed: z.literal(true).optional(),
  /** Only where the changes were asked for against that run, instead of the last known state. */
  since: z.string().optional(),
  /** Only where it was narrowed to the findings of that owner. */
  owner: z.string().optional(),
  /** Checks that gave a result nowhere before this run: their first findings are no news. */
  newChecks: z.array(z.string()).default([]),
  clusters: z.array(clusterReportSchema),
});
export type RunReport = z.output<typeof runReportSchema>;
export type Totals = RunReport['totals'];

/** `run.json` of a run of many clusters: the same, with summaries. */
export const storedRunSchema = runReportSchema.extend({ clusters: z.array(z.union([clusterReportSchema, clusterSummarySchema])) });
export type StoredRun = z.output<typeof storedRunSchema>;
