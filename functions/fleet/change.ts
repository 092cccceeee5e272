import * as z from 'zod';
import { findingSchema } from '../checks/finding.ts';

export const changeKinds = [
  'appeared',
  'worsened',
  'resolved',
  'verdict-changed',
  'discovered',
  'vanished',
  'version-changed',
  'milestone',
  'stale',
] as const;

/** One difference between a run and the last known view of a cluster. */
export const changeSchema = z.object({
  kind: z.enum(changeKinds),
  clusterArn: z.string(),
  /** The finding as it is now, or for `resolved` as it was; null for what is said of the cluster. */
  finding: findingSchema.nullable(),
  /** worsened: severities. verdict-changed: verdicts. version-changed: versions. appeared: `suppressed` if a suppression ended, else null.
   *  vanished, stale: when the cluster was last seen (ISO). milestone: null. */
  from: z.string().nullable(),
  /** milestone: the number of days that was reached, e.g. `30`. */
  to: z.string().nullable(),
  /** The run in which this occurrence began: the present one for what is new; for `resolved` the one in which the finding appeared. */
  since: z.string(),
  /** The run that this one was compared with, null for a cluster never seen before. Two runs that see the same change beside the same
   *  base tell of it once. */
  base: z.string().nullable(),
  /** Of the finding, else of the cluster, as `owners` of the configuration names it. */
  owner: z.string().nullable(),
  /** Only of a milestone. */
  milestone: z
    .object({
      end: z.enum(['standard', 'extended']),
      /** First UTC day without that support, YYYY-MM-DD. */
      endDate: z.string(),
      /** Which of the configured milestones. */
      days: z.number(),
      /** Whole UTC days that are left; negative after the end. */
      daysLeft: z.number(),
    })
    .optional(),
});
export type Change = z.output<typeof changeSchema>;

/** What cannot wait first, what is good news last. */
export function urgencyOf({ kind, finding, to }: Change): number {
  switch (kind) {
    case 'milestone':
      return 0;
    case 'verdict-changed':
      return to === 'NOT_READY' || to === 'CANNOT_DETERMINE' ? 1 : 4;
    case 'appeared':
    case 'worsened':
      return finding?.severity === 'required' ? 2 : 4;
    case 'stale':
    case 'vanished':
      return 3;
    default:
      return 5;
  }
}
