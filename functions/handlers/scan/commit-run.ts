import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { commitRun } from '../../fleet/commit-run.ts';
import { readLatest } from '../../fleet/known-states.ts';
import { dueDigest } from '../../notifications/digest-day.ts';
import type { RunStore } from '../../wiring/run-store.ts';
import { openedStore } from './opened-store.ts';
import { logger } from './telemetry.ts';

const eventSchema = z.object({ runId: z.string() });

/** Advances the last known state: only now the run has happened. */
export async function commit(pipeline: RunStore, event: unknown): Promise<void> {
  const { runId } = eventSchema.parse(event);
  const context = await pipeline.runContext(runId);
  const { store } = pipeline;
  // By the same record and the same day as notify, which sent it.
  const digestDay = dueDigest(context.configuration, (await readLatest(store)) ?? null, new Date(context.startedAt));
  await commitRun(store, context, { writeId: randomUUID, digestDay });
  logger.info('run committed', { runId, digestDay });
}

export const handler = (event: unknown): Promise<void> => commit(openedStore(), event);
