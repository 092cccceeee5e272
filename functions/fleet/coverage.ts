import * as z from 'zod';
import { errorCodes } from '../inventory/error-codes.ts';

export const targetCoverageSchema = z.object({
  accountId: z.string(),
  region: z.string(),
  status: z.enum(['scanned', 'failed', 'skipped']),
  code: z.enum(errorCodes).nullable(),
  message: z.string().nullable(),
  reason: z.string().nullable(),
});
/** How an account and region ended. */
export type TargetCoverage = z.output<typeof targetCoverageSchema>;

export const clusterCoverageSchema = targetCoverageSchema.extend({
  name: z.string(),
  /** How many kinds of evidence were missing, by code; what was not asked for does not count. */
  unavailable: z.partialRecord(z.enum(errorCodes), z.number()),
});
/** How a cluster ended. */
export type ClusterCoverage = z.output<typeof clusterCoverageSchema>;

export const coverageSchema = z.object({
  complete: z.boolean(),
  targets: z.array(targetCoverageSchema),
  clusters: z.array(clusterCoverageSchema),
});
export type Coverage = z.output<typeof coverageSchema>;

/** `111111111111 eu-west-1 payments`: an account and region, or a cluster there. */
export function placeWords(entry: TargetCoverage | ClusterCoverage): string {
  return [entry.accountId, entry.region, ...('name' in entry ? [entry.name] : [])].join(' ');
}
