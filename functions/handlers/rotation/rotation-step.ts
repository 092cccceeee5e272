import type { RotationOutside } from '../../rotation/ports.ts';
import { runStep, type StepAnswer, stepEventSchema } from '../../rotation/run-step.ts';
import { openedOutside } from './opened.ts';
import { publishEnd, publishPhase } from './rotation-metrics.ts';
import { logger } from './telemetry.ts';

/** One task of a rotation's machines: a bounded piece of work of one phase. */
export async function step(outside: RotationOutside, event: unknown): Promise<StepAnswer> {
  const { progress, ...answer } = await runStep(outside, stepEventSchema.parse(event));
  logger.info('rotation step', { ...answer, ...progress });
  return { ...answer, progress };
}

export const handler = async (event: unknown): Promise<StepAnswer> => {
  const answer = await step(openedOutside(), event);
  publishPhase(answer);
  publishEnd(answer.outcome);
  return answer;
};
