import { isNodeReady } from '../../workloads/drain-terminating.ts';
import { failed, minutes, type Side, type Step, type StepOutcome, snapshotOf, wait } from '../step.ts';
import { otherSide, type Sides, troubleSince } from './sides.ts';

/** Whether the group that takes over is whole. While it is not, nothing is moved (F-07, F-08, F-09): a node that flaps is waited for
 *  `flapMinutes`, one that is launched again `joinMinutes`.
 *  @returns how the step ends; undefined when it is whole */
export async function otherSideTrouble(step: Step, side: Side, { staying }: Sides): Promise<StepOutcome | undefined> {
  const { record, now } = step;
  const { flapMinutes, joinMinutes, revertFactor } = record.options;
  const other = otherSide(side);
  const ready = staying.filter(isNodeReady).length;
  const wanted = side === 'blue' ? record.size : snapshotOf(record).nodes.filter((node) => node.group === 'blue' && node.ready).length;
  const wrong = ready < wanted;
  const since = await troubleSince(step, other, wrong);
  if (!wrong) return undefined;
  const [unready] = staying
    .filter((node) => !isNodeReady(node))
    .map(({ metadata }) => metadata.name)
    .sort();
  const what = `${other} has ${ready} Ready nodes, expected ${wanted}`;
  const why = unready === undefined ? what : `Node ${unready} of ${other} is not Ready: ${what}`;
  const patience = (unready === undefined ? Math.max(flapMinutes, joinMinutes) : flapMinutes) * (side === 'green' ? revertFactor : 1);
  if (now.getTime() - since >= minutes(patience)) return failed(`for ${patience} min: ${why}`);
  return wait(`${why}: nothing is moved`, { progress: { paused: true, ready, wanted } });
}
