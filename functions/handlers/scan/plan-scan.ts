import * as z from 'zod';
import { type PlannedScan, planScan } from '../../fleet/plan-scan.ts';
import { errorCodeOf, messageOf } from '../../inventory/error-codes.ts';
import type { Pipeline } from '../../wiring/pipeline.ts';
import { openedPipeline } from './opened.ts';
import { logger } from './telemetry.ts';

const eventSchema = z.object({ runId: z.string(), attempt: z.string() });

/** Joins the lists of all accounts into the clusters to scan. */
export async function plan(pipeline: Pipeline, event: unknown): Promise<PlannedScan> {
  const { runId, attempt } = eventSchema.parse(event);
  const context = await pipeline.runContext(runId);
  const planned = await planScan({
    store: pipeline.store,
    context,
    attempt,
    fetchCatalogue: (accountId, region) => pipeline.fetchCatalogue(context, accountId, region),
    onProblem: (region, error) => logger.warn('no catalogue', { runId, region, code: errorCodeOf(error), reason: messageOf(error) }),
  });
  logger.info('scan planned', { runId, ...planned });
  return planned;
}

export const handler = (event: unknown): Promise<PlannedScan> => plan(openedPipeline(), event);
