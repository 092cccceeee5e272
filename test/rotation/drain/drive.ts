import { drainNodes } from '../../../functions/rotation/drain/drain-nodes.ts';
import { planBatch } from '../../../functions/rotation/drain/plan-batch.ts';
import { settleBatch } from '../../../functions/rotation/drain/settle-batch.ts';
import { soakBatch } from '../../../functions/rotation/drain/soak-batch.ts';
import type { Side, Step, StepOutcome } from '../../../functions/rotation/step.ts';
import type { DrainWorld } from './drain-world.ts';

type Configuration = Parameters<DrainWorld['step']>[0];

/** Runs one part again and again, as the machine does, while the world goes on.
 *  @param look after each step */
export async function poll(
  world: DrainWorld,
  run: (step: Step) => Promise<StepOutcome>,
  given: Configuration = {},
  look: (outcome: StepOutcome) => void = () => {},
): Promise<StepOutcome> {
  for (let polls = 0; polls < 2000; polls += 1) {
    const outcome = await run(world.step(given));
    look(outcome);
    if (outcome.status !== 'wait') return outcome;
    world.advance(Math.max(1, Math.round(outcome.waitSeconds ?? 15)));
  }
  throw new Error('it never ends');
}

/** Empties a side, batch by batch.
 *  @returns how it ended */
export async function drainSide(
  world: DrainWorld,
  side: Side,
  given: Configuration = {},
  look: (outcome: StepOutcome) => void = () => {},
): Promise<StepOutcome> {
  for (let batches = 0; batches < 200; batches += 1) {
    const planned = await planBatch(world.step(given), side);
    look(planned);
    if (planned.status !== 'wait') return planned;
    if (planned.batch === undefined) {
      world.advance(Math.round(planned.waitSeconds ?? 15));
      continue;
    }
    for (const part of [drainNodes, settleBatch, soakBatch]) {
      const outcome = await poll(world, (step) => part(step, side), given, look);
      if (outcome.status === 'failed') return outcome;
    }
  }
  throw new Error('it never ends');
}
