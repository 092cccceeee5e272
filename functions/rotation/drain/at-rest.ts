import { readUnrest } from '../read/read-unrest.ts';
import { failed, minutes, type Step, type StepOutcome, wait } from '../step.ts';
import { type Sides, troubleSince } from './sides.ts';

/** While others change the cluster or one of the groups no pod of blue is moved; after `batchDeadlineMinutes` of it the rotation goes back. A
 *  revert goes on: the sooner everything is where it was, the better.
 *  @returns how the step ends; undefined when all is at rest */
export async function pauseOfBlue(step: Step, { groups, staying }: Sides): Promise<StepOutcome | undefined> {
  const why = await readUnrest(step, [groups.blue, groups.green], staying);
  const since = await troubleSince(step, 'unrest', why !== undefined);
  if (why === undefined) return undefined;
  const { batchDeadlineMinutes } = step.record.options;
  if (step.now.getTime() - since >= minutes(batchDeadlineMinutes)) return failed(`for ${batchDeadlineMinutes} min: ${why}`);
  return wait(`${why}: nothing is moved`, { progress: { paused: true } });
}
