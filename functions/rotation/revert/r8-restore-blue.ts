import { nameOfGroup } from '../decide/group-differences.ts';
import { hasGuardTaint } from '../decide/standby.ts';
import { liveBlue } from '../node-groups/both-groups.ts';
import { oursIn, resumeOurs } from '../node-groups/processes.ts';
import { resize } from '../node-groups/resize.ts';
import { allowScaleDown } from '../node-groups/scale-down-marks.ts';
import { setGuard } from '../node-groups/standby-guard.ts';
import { readNodes } from '../read/read-cluster.ts';
import { done, type PhaseStep, snapshotOf, wait } from '../step.ts';
import { mayNotWriteYet } from './not-before.ts';
import { restoreReplicas } from './r4-replicas.ts';

/** Blue's sizes, guard, processes and the marks on its nodes as they were; desired is never lowered (rotation.md §4.2 R8). Replicas too, where the
 *  way back was given up in the middle of a surge. */
export const restoreBlue: PhaseStep = async (step) => {
  const { record, reads } = step;
  if (!record.snapshot) return done({ touched: false });
  const hold = mayNotWriteYet(step);
  if (hold) return hold;
  const replicas = await restoreReplicas(step);
  if (replicas.status !== 'done') return replicas;
  const blue = await liveBlue(step);
  const before = snapshotOf(record).blue;
  if (record.stamps.frozen) {
    const { desired } = blue.bounds;
    const wanted = Math.max(before.bounds.desired, desired);
    const why =
      (await setGuard(step, blue, hasGuardTaint(before))) ??
      (await resize(step, blue, {
        min: before.bounds.min,
        max: Math.max(before.bounds.max, wanted),
        ...(desired < wanted && { desired: wanted }),
      }));
    if (why !== undefined) return wait(why);
    if (record.stamps.standbyGuard) await step.update((latest) => ({ ...latest, stamps: { ...latest.stamps, standbyGuard: false } }));
  }
  if (oursIn(record, blue.autoScalingGroupName).length > 0) await resumeOurs(step, blue);
  const left = await allowScaleDown(step, await readNodes(reads.kubernetes));
  if (left > 0) return wait(`${left} nodes of ${nameOfGroup(blue)} are still kept from scale-down`);
  return done({ desired: blue.bounds.desired });
};
