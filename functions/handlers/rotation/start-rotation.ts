import * as z from 'zod';
import { type Started, startRotation } from '../../rotation/acquire.ts';
import type { RotationDesk } from '../../rotation/ports.ts';
import { openedDesk } from './opened-desk.ts';
import { publishEnd } from './rotation-metrics.ts';
import { logger } from './telemetry.ts';

const eventSchema = z.object({ input: z.unknown(), executionName: z.string(), executionArn: z.string() });

/** First task of node-rotation: takes the cluster's lease. */
export async function start(outside: RotationDesk, event: unknown): Promise<Started> {
  const started = await startRotation(outside, eventSchema.parse(event));
  logger.info('rotation started', { ...started });
  publishEnd(started.outcome);
  return started;
}

export const handler = (event: unknown) => start(openedDesk(), event);
