import * as z from 'zod';
import { needsInbox, readInbox, withInbox } from '../../fleet/merge-inbox.ts';
import { scanItem } from '../../fleet/scan-item.ts';
import { clusterItemSchema } from '../../fleet/work-items.ts';
import { writeClusterDocument } from '../../wiring/documents.ts';
import type { Pipeline } from '../../wiring/pipeline.ts';
import { openedPipeline } from './opened.ts';
import { logger } from './telemetry.ts';

const eventSchema = z.object({ runId: z.string(), cluster: clusterItemSchema });

/** Kept for judging and writing what was read until then. */
const reserveMs = 60_000;

/** What Lambda tells of the invocation. */
export interface Invocation {
  getRemainingTimeInMillis(): number;
}

/** One item of the second map: collects and judges a cluster. What goes wrong with the cluster ends in its coverage; what is thrown is a
 *  store that cannot be written. */
export async function scanCluster(pipeline: Pipeline, event: unknown, invocation: Invocation): Promise<{ readonly status: string }> {
  const { runId, cluster } = eventSchema.parse(event);
  const { store } = pipeline;
  const context = await pipeline.runContext(runId);
  const coverage = await scanItem(cluster, {
    store,
    context,
    sources: pipeline.clusterSources(context, () => invocation.getRemainingTimeInMillis() - reserveMs),
    clock: () => new Date(),
    document: (report) => writeClusterDocument(store, runId, report),
    complete: async (inventory) => (needsInbox(inventory) ? withInbox(inventory, await readInbox(store, cluster), new Date()) : inventory),
  });
  const { status, code, message, reason, unavailable } = coverage;
  logger.info('cluster scanned', { runId, ...cluster, status, code, reason: message ?? reason, unavailable });
  return { status };
}

export const handler = (event: unknown, invocation: Invocation) => scanCluster(openedPipeline(), event, invocation);
