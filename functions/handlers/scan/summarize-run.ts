import * as z from 'zod';
import { isWholeFleet, movesState } from '../../fleet/run-input.ts';
import type { Totals } from '../../fleet/run-report.ts';
import { summarizeRun } from '../../fleet/summarize-run.ts';
import { writeRunDocument } from '../../wiring/documents.ts';
import type { RunStore } from '../../wiring/run-store.ts';
import { openedStore } from './opened-store.ts';
import { publishRunMetrics } from './run-metrics.ts';
import { logger } from './telemetry.ts';

const eventSchema = z.object({ runId: z.string() });

interface Summary {
  readonly complete: boolean;
  readonly nothingScanned: boolean;
  readonly totals: Totals;
  readonly reportKey: string;
}

/** Reads the results back, compares them with the last known state, and writes the report of the run. */
export async function summarize(pipeline: RunStore, event: unknown): Promise<Summary> {
  const { runId } = eventSchema.parse(event);
  const context = await pipeline.runContext(runId);
  const { run, reportKey, nothingScanned } = await summarizeRun(pipeline.store, context, new Date());
  await writeRunDocument(pipeline.store, run);
  // Figures of a part of the fleet, or of another day, would stand beside those of the fleet.
  if (isWholeFleet(context.input) && movesState(context.input)) publishRunMetrics(run);
  const { totals } = run;
  const { complete } = run.coverage;
  logger.info('run summarized', { runId, complete, nothingScanned, changes: run.changes.length, totals });
  return { complete, nothingScanned, totals, reportKey };
}

export const handler = (event: unknown): Promise<Summary> => summarize(openedStore(), event);
