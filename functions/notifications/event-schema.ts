import * as z from 'zod';
import { clusterReportSchema, verdicts } from '../analysis/cluster-report.ts';
import { severities } from '../checks/finding.ts';
import { changeSchema } from '../fleet/change.ts';
import { runReportSchema } from '../fleet/run-report.ts';

/** What subscribers get of a cluster. */
const eventClusterSchema = z.object({
  arn: z.string(),
  accountId: z.string(),
  accountName: z.string().nullable(),
  region: z.string(),
  name: z.string(),
  /** Null where the cluster was not scanned in this run, like all that follows. */
  version: z.string().nullable(),
  targetVersion: z.string().nullable(),
  /** The minor versions from here to the target. */
  hops: z.array(z.string()),
  /** The cluster tag `environment`. */
  environment: z.string().nullable(),
  verdict: z.enum(verdicts).nullable(),
  support: clusterReportSchema.shape.support.nullable(),
  /** How many findings of each severity count. */
  counts: z.partialRecord(z.enum(severities), z.number()).nullable(),
  /** Where its report is in the store. */
  reportKey: z.string().nullable(),
  /** Why it could not be scanned. */
  failure: z.string().nullable(),
});

const digestSchema = z.object({
  day: z.string(),
  since: z.string().nullable(),
  totals: runReportSchema.shape.totals,
  supportEnds: z.array(
    z.object({
      cluster: z.string(),
      accountId: z.string(),
      accountName: z.string().nullable(),
      region: z.string(),
      version: z.string(),
      end: z.enum(['standard', 'extended']),
      endDate: z.string(),
      daysLeft: z.number(),
      surchargeUsd: z.number(),
    }),
  ),
  discovered: z.array(z.string()),
  vanished: z.array(z.string()),
  newChecks: z.array(z.string()),
  expiredSuppressions: z.array(z.string()),
  unmatchedSuppressions: z.array(z.string()),
  gaps: z.array(z.string()),
});

const id = z.string().regex(/^[0-9a-f]{32}$/);

/** What HTTPS, SQS and Lambda subscribers of the alerts topic get: public, like the report of a run. */
export const notificationEventSchema = z.object({
  schemaVersion: z.literal('1'),
  runId: z.string(),
  /** Whose route this is; null is the default one. */
  owner: z.string().nullable(),
  /** True for a sample, in which nothing happened. */
  simulated: z.literal(true).optional(),
  items: z.array(
    z.union([
      changeSchema.extend({ id, cluster: eventClusterSchema }),
      z.object({ id, kind: z.literal('incomplete'), failures: z.array(z.object({ key: z.string(), text: z.string() })) }),
      z.object({ id, kind: z.literal('digest'), digest: digestSchema }),
    ]),
  ),
  /** How many items are not in it, because of their number or size. */
  itemsOmitted: z.number(),
  /** True where the facts of findings were left out, because of their size. */
  factsOmitted: z.literal(true).optional(),
  /** Where the report of the run can be read. */
  link: z.string().nullable(),
});
