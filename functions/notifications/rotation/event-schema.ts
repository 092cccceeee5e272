import * as z from 'zod';
import { newsKinds } from './news.ts';

/** What HTTPS, SQS and Lambda subscribers of the alerts topic get of a rotation, and the detail of `Rotation Phase Changed` and
 *  `Rotation Finished` on the event bus: public, like the report of a run. */
export const rotationEventSchema = z.object({
  schemaVersion: z.literal('1'),
  kind: z.enum(newsKinds),
  /** The same whenever the same is told again. */
  id: z.string(),
  at: z.string(),
  rotationId: z.string(),
  cluster: z.object({ arn: z.string(), accountId: z.string(), region: z.string(), name: z.string() }),
  /** The group that was active at the start, and the one that takes over; null until they are known. */
  blue: z.string().nullable(),
  green: z.string().nullable(),
  phase: z.string(),
  /** `succeeded`, `noop`, `planned`, `refused`, `reverted`, `hold-both-up` or `dirty-finish`; null before the end. */
  outcome: z.string().nullable(),
  /** Why, in one sentence. */
  cause: z.string().nullable(),
  /** The objects in the way, by name and reason; the first ten. */
  blockers: z.array(z.string()),
  /** Only of `approval-requested`. */
  approval: z.object({ deadline: z.string(), nonce: z.string() }).nullable(),
  /** Where its report is in the store. */
  reportKey: z.string().nullable(),
  /** Where the report, and the rotation, can be looked at. */
  reportLink: z.string().nullable(),
  consoleLink: z.string().nullable(),
});
export type RotationEvent = z.output<typeof rotationEventSchema>;
