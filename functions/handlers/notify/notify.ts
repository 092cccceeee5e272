import * as z from 'zod';
import { readJson } from '../../fleet/json-lines.ts';
import { readLatest } from '../../fleet/known-states.ts';
import { newFailures } from '../../fleet/run-failures.ts';
import { isWholeFleet } from '../../fleet/run-input.ts';
import { storedRunSchema } from '../../fleet/run-report.ts';
import { notifyRun, sendSample } from '../../notifications/notify-run.ts';
import type { NotificationPorts } from '../../notifications/ports.ts';
import { keys } from '../../store/layout.ts';
import { consoleLink } from '../../wiring/console-link.ts';
import { notificationPorts } from '../../wiring/notifications.ts';
import type { RunStore } from '../../wiring/run-store.ts';
import { readEnvironment } from '../scan/environment.ts';
import { openedStore } from '../scan/opened-store.ts';
import { logger } from '../scan/telemetry.ts';
import { readNotifyEnvironment } from './environment.ts';

const eventSchema = z.object({ run: z.object({ runId: z.string(), simulate: z.literal('milestone').optional() }) });

/** Sends what changed in a run, or a marked sample. Thrown is `NotificationFailed`: done again, it sends the rest. */
export async function notify(pipeline: RunStore, ports: NotificationPorts, linkTo: (key: string) => string, event: unknown): Promise<void> {
  const { runId, simulate } = eventSchema.parse(event).run;
  const { store } = pipeline;
  const { configuration, input } = await pipeline.runContext(runId);
  const now = new Date();
  const link = linkTo(keys.runDocument(runId));
  if (simulate) {
    const sent = await sendSample({ configuration, runId, ports, now, link });
    logger.info('sample sent', { runId, sent });
    return;
  }
  const run = await readJson(store, keys.run(runId), storedRunSchema);
  if (!run) throw new Error(`${keys.run(runId)} is not in the store: the run must be summarized first`);
  const latest = (await readLatest(store)) ?? null;
  const delivered = await notifyRun({
    store,
    runId,
    configuration,
    run,
    latest,
    newFailures: newFailures(run.coverage, latest),
    ports,
    now,
    link,
    digest: isWholeFleet(input),
    newChecks: run.newChecks,
  });
  logger.info('run told', { runId, ...delivered });
}

let ports: NotificationPorts | undefined;

export const handler = async (event: unknown): Promise<void> => {
  const { bucket, region } = readEnvironment();
  ports ??= notificationPorts({ ...readNotifyEnvironment(), region });
  await notify(openedStore(), ports, (key) => consoleLink(region, bucket, key), event);
};
