import type { RotationDesk } from '../../rotation/ports.ts';
import { type TakenOver, takeOver } from '../../rotation/take-over.ts';
import { openedDesk } from './opened-desk.ts';
import { publishEnd } from './rotation-metrics.ts';
import { logger } from './telemetry.ts';

/** First task of revert-rotation: takes the rotation over from whoever had it. */
export async function take(outside: RotationDesk, event: unknown): Promise<TakenOver> {
  const taken = await takeOver(outside, event);
  logger.info('rotation taken over', { ...taken });
  if (taken.endedNow) publishEnd(taken.outcome);
  return taken;
}

export const handler = (event: unknown) => take(openedDesk(), event);
