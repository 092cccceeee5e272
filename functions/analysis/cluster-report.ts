import * as z from 'zod';
import { findingSchema } from '../checks/finding.ts';
import { errorCodes } from '../inventory/error-codes.ts';
import { clusterIdentitySchema, collectionSchema } from '../inventory/inventory.ts';

export const verdicts = ['READY', 'READY_WITH_WARNINGS', 'NOT_READY', 'CANNOT_DETERMINE'] as const;
export type Verdict = (typeof verdicts)[number];

/** What a tired person must see without scrolling comes first. */
export const worstFirst: readonly Verdict[] = ['NOT_READY', 'CANNOT_DETERMINE', 'READY_WITH_WARNINGS', 'READY'];

export const supportStatuses = ['standard', 'extended', 'unsupported', 'unknown'] as const;

const missingSchema = z.object({ evidence: z.string(), code: z.enum(errorCodes), message: z.string() });
export type Missing = z.output<typeof missingSchema>;

const checkResultSchema = z.object({
  check: z.string(),
  status: z.enum(['passed', 'failed', 'unknown', 'skipped', 'not-applicable']),
  /** Number of its findings that are not suppressed. */
  findings: z.number(),
  missing: z.array(missingSchema),
  /** Only of an unknown check: whether that leaves the verdict undetermined. */
  essential: z.boolean().optional(),
});
export type CheckResult = z.output<typeof checkResultSchema>;

const evidenceSummarySchema = z.object({
  status: z.enum(['collected', 'unavailable']),
  /** Number of objects; null when unavailable. */
  items: z.number().nullable(),
  code: z.enum(errorCodes).nullable(),
  message: z.string().nullable(),
  /** Only when it is another time than that of the inventory, as of what came from an in-cluster collector. */
  collectedAt: z.string().optional(),
});

const suppressedFindingSchema = findingSchema.extend({
  suppression: z.object({ reason: z.string(), owner: z.string().nullable(), expires: z.string() }),
});

/** Everything that is said of one cluster. */
export const clusterReportSchema = z.object({
  schemaVersion: z.literal('1'),
  collectedAt: z.string(),
  analyzedAt: z.string(),
  cluster: clusterIdentitySchema.extend({
    accountName: z.string().nullable(),
    version: z.string().nullable(),
    targetVersion: z.string().nullable(),
    hops: z.array(z.string()),
    tags: z.record(z.string(), z.string()),
  }),
  support: z.object({
    status: z.enum(supportStatuses),
    endOfStandardSupport: z.string().nullable(),
    endOfExtendedSupport: z.string().nullable(),
    daysToEndOfStandardSupport: z.number().nullable(),
    daysToEndOfExtendedSupport: z.number().nullable(),
    supportType: z.enum(['STANDARD', 'EXTENDED']).nullable(),
    monthlySurchargeUsd: z.number(),
    source: z.enum(['DescribeClusterVersions', 'bundled']),
  }),
  verdict: z.enum(verdicts),
  /** Only when suppressions changed the verdict. */
  verdictWithoutSuppressions: z.enum(verdicts).optional(),
  checks: z.array(checkResultSchema),
  findings: z.array(findingSchema),
  suppressed: z.array(suppressedFindingSchema),
  evidence: z.record(z.string(), evidenceSummarySchema),
  collection: collectionSchema.nullable(),
  /** Tables of facts, bundled with the program, that are older than 180 days. */
  staleFacts: z.array(z.object({ table: z.string(), asOf: z.string(), days: z.number() })),
});
export type ClusterReport = z.output<typeof clusterReportSchema>;
