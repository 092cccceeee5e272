import * as z from 'zod';
import { verdicts } from '../analysis/cluster-report.ts';
import { findingSchema } from '../checks/finding.ts';
import { clusterIdentitySchema } from '../inventory/inventory.ts';

const milestoneSchema = z.object({
  /** End of support that the milestones were counted to; when EKS moves it, they count anew. */
  endDate: z.string(),
  /** Smallest milestone that was reached, in days. */
  passed: z.number(),
});

/** `state/clusters/…`: the last known view of one cluster, with which the next run is compared. */
export const clusterStateSchema = z.object({
  schemaVersion: z.literal('1'),
  /** Different in every put, so that equal ETags cannot deceive. */
  writeId: z.string(),
  cluster: clusterIdentitySchema.extend({ accountName: z.string().nullable(), version: z.string().nullable() }),
  tags: z.record(z.string(), z.string()),
  /** The run that saw it first. */
  discoveredIn: z.string(),
  /** The last run that scanned it, and when its evidence was collected. */
  runId: z.string(),
  collectedAt: z.string(),
  verdict: z.enum(verdicts),
  milestones: z.object({ standard: milestoneSchema.nullable(), extended: milestoneSchema.nullable() }),
  /** Checks that have ever given a result (passed, failed, not-applicable) here; any other is new, and its first findings are a baseline. */
  checks: z.array(z.string()),
  findings: z.array(z.object({ finding: findingSchema, since: z.string(), suppressed: z.boolean() })),
  /** Runs in a row that could not scan it. */
  failedRuns: z.number(),
  /** The last run that counted in `failedRuns`: a run that is resumed counts once. */
  failedIn: z.string().nullable(),
  /** The run that no longer found it where it had looked; null while it exists. */
  vanishedIn: z.string().nullable(),
});
export type ClusterState = z.output<typeof clusterStateSchema>;

/** `state/latest.json`: the last run that happened. Runs narrowed to a part of the fleet do not move it. */
export const latestSchema = z.object({
  schemaVersion: z.literal('1'),
  writeId: z.string(),
  runId: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  complete: z.boolean(),
  /** What could not be read, as `failureKey` names it: only a new one is told. */
  failures: z.array(z.string()),
  /** What the next digest will say beyond the state of the day. */
  sinceDigest: z.object({
    /** Day of the last digest, YYYY-MM-DD. */
    sentOn: z.string().nullable(),
    /** The run that sent it: committed again, it gathers nothing anew. */
    sentIn: z.string().nullable().optional(),
    discovered: z.array(z.string()),
    vanished: z.array(z.string()),
    newChecks: z.array(z.string()),
  }),
});
export type Latest = z.output<typeof latestSchema>;
