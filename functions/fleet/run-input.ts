import * as z from 'zod';
import { accountId, glob, region, targetVersion } from '../config/fields.ts';
import { configurationSchema } from '../config/schema.ts';
import { instantOf } from '../versions/days.ts';

const runIdShape = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z-[0-9a-f]{8}$/;

/** What a run can be narrowed to, and what else an operator may ask for. */
export const runInputSchema = z.strictObject({
  accounts: z.array(accountId()).min(1).optional().describe('Only these accounts of the configuration.'),
  regions: z.array(region()).min(1).optional().describe('Only these regions.'),
  clusters: z.array(glob('the name of a cluster')).min(1).optional().describe('Only clusters of these names; globs are allowed.'),
  targetVersion: targetVersion().optional().describe('Judges by this target; tells nobody and leaves the last known state as it is.'),
  asOf: z
    .string()
    .refine((text) => instantOf(text) !== undefined, {
      error: 'expected a UTC date such as 2026-11-21, or a time such as 2026-11-21T06:00:00Z',
    })
    .optional()
    .describe('Judges by this date (00:00 UTC) or time instead of the start of the run; tells nobody, unless notify is true.'),
  notify: z
    .boolean({ error: 'expected true or false' })
    .optional()
    .describe('false: sends nothing and leaves the last known state as it is.'),
  simulate: z
    .literal('milestone', { error: 'expected "milestone"' })
    .optional()
    .describe('Scans nothing; sends a marked sample through the real path.'),
  resumeRunId: z
    .string()
    .regex(runIdShape, { error: 'expected the id of a run such as 2026-11-21T06-00-00Z-1a2b3c4d' })
    .optional()
    .describe('Completes that run: does again what has no result.'),
});
export type RunInput = z.output<typeof runInputSchema>;

/** `runs/<runId>/context.json`: written first, never changed; every later step of the run reads it. */
export const runContextSchema = z.object({
  schemaVersion: z.literal('1'),
  runId: z.string(),
  /** When the execution began. */
  startedAt: z.iso.datetime(),
  /** The instant by which the run judges: `asOf`, else `startedAt`. */
  now: z.iso.datetime(),
  input: runInputSchema,
  configurationHash: z.string(),
  configuration: configurationSchema,
});
export type RunContext = z.output<typeof runContextSchema>;

/** Whether the run looks at the whole fleet: only then does what it did not find count as gone. */
export function isWholeFleet({ accounts, regions, clusters }: RunInput): boolean {
  return accounts === undefined && regions === undefined && clusters === undefined;
}

/** Whether the run judged by another target or another day, and so says nothing of today: unless its `notify` insists. */
export function isHypothetical({ notify, targetVersion: target, asOf }: RunInput): boolean {
  return target !== undefined || (asOf !== undefined && notify !== true);
}

/** Whether the run tells people and moves the last known state. */
export function movesState(input: RunInput): boolean {
  return !isHypothetical(input) && input.notify !== false;
}
