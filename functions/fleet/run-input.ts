import { z } from 'zod';
import { configurationSchema } from '../config/schema.ts';

/** What a run can be narrowed to, and what else an operator may ask for (contracts.md §5). */
export const runInputSchema = z.strictObject({
  accounts: z.array(z.string()).optional(),
  regions: z.array(z.string()).optional(),
  clusters: z.array(z.string()).optional(),
  targetVersion: z.string().optional(),
  /** A date (00:00 UTC) or a time to judge by instead of the start of the run. */
  asOf: z.string().optional(),
  notify: z.boolean().optional(),
  simulate: z.literal('milestone').optional(),
  resumeRunId: z.string().optional(),
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
