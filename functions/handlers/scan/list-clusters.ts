import * as z from 'zod';
import { listAccount } from '../../fleet/list-account.ts';
import { accountItemSchema } from '../../fleet/work-items.ts';
import type { Pipeline } from '../../wiring/pipeline.ts';
import { openedPipeline } from './opened.ts';
import { logger } from './telemetry.ts';

const eventSchema = z.object({ runId: z.string(), account: accountItemSchema });

interface Listed {
  readonly clusters: number;
}

/** One item of the first map: lists the clusters of an account. What cannot be read is in the list, with its code. */
export async function listClusters(pipeline: Pipeline, event: unknown): Promise<Listed> {
  const { runId, account } = eventSchema.parse(event);
  const context = await pipeline.runContext(runId);
  const listings = await listAccount(pipeline.store, context, account, pipeline.accountSources(context));
  for (const { target } of listings) {
    const { accountId, region, code, message } = target;
    if (target.status === 'failed') logger.warn('not listed', { runId, accountId, region, code, reason: message });
  }
  const clusters = listings.reduce((sum, listing) => sum + listing.clusters.length, 0);
  logger.info('account listed', { runId, accountId: account.accountId, regions: listings.length, clusters });
  return { clusters };
}

export const handler = (event: unknown): Promise<Listed> => listClusters(openedPipeline(), event);
