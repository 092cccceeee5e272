import { z } from 'zod';
import { suppression } from '../config/suppressions.ts';

/** What a run says of the suppressions themselves (contracts.md §7). */
export const suppressionReviewSchema = z.object({
  /** Those whose day has come, and how many findings count again because of it. */
  expired: z.array(z.object({ suppression, findings: z.number() })),
  /** Those in force that match no finding of this run. */
  unmatched: z.array(suppression),
});
export type SuppressionReview = z.output<typeof suppressionReviewSchema>;
