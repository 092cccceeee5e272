import * as z from 'zod';
import { region } from '../config/fields.ts';
import { targetCoverageSchema } from './coverage.ts';

const accountId = z.string().regex(/^\d{12}$/);

/** One line of `items/targets.jsonl`: an account to enter, through the first map. */
export const accountItemSchema = z.object({
  accountId,
  accountName: z.string().nullable(),
  /** null: those that are enabled. */
  regions: z.array(region()).nullable(),
});
export type AccountItem = z.output<typeof accountItemSchema>;

/** One line of `lists/<account>.jsonl`: a region of the account, how it ended, and the clusters in it. `*` is the region of an account
 *  that could not be entered or was skipped. */
export const regionListingSchema = z.object({
  target: targetCoverageSchema,
  accountName: z.string().nullable(),
  clusters: z.array(z.string()),
});
export type RegionListing = z.output<typeof regionListingSchema>;

/** One line of `items/clusters.jsonl`: a cluster to scan, through the second map. */
export const clusterItemSchema = z.object({ accountId, accountName: z.string().nullable(), region: region(), name: z.string().min(1) });
export type ClusterItem = z.output<typeof clusterItemSchema>;
