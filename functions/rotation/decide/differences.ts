import type { Snapshot } from '../record.ts';
import { blueAfterSuccess, groupDifferences, nameOfGroup, sameBounds } from './group-differences.ts';
import type { LiveWorld } from './live-world.ts';
import { nodeDifferences } from './node-differences.ts';

/** How the world differs from what a rotation must leave behind, one sentence each; none when all is as it must be.
 *
 *  After `reverted` (V7) that is the snapshot: blue with its sizes (desired may be higher), green with its own or gone if the rotation made it.
 *  After `succeeded` (V8) green carries blue's bounds, and blue is a standby of 0 behind its guard; the rest is as in the snapshot.
 *  What others added meanwhile is theirs and no difference (V9): cordons, tags, labels, taints, suspended processes. What was there before and is
 *  gone, or has another value, is one, whoever did it (F-29). */
export function differencesFrom(snapshot: Snapshot, live: LiveWorld): string[] {
  const groups = live.end === 'reverted' ? revertedGroups(snapshot, live) : succeededGroups(snapshot, live);
  return [...groups, ...nodeDifferences(snapshot, live), ...replicaDifferences(live)];
}

function revertedGroups({ blue, green }: Snapshot, live: LiveWorld): string[] {
  const differences: string[] = [];
  if (!live.blue) differences.push(`${nameOfGroup(blue)} is gone`);
  else
    differences.push(
      ...sameBounds(live.blue, { ...blue.bounds, desired: { atLeast: blue.bounds.desired } }),
      ...groupDifferences(blue, live.blue, live),
    );
  if (green && !live.green) differences.push(`${nameOfGroup(green)} is gone`);
  if (green && live.green) differences.push(...sameBounds(live.green, green.bounds), ...groupDifferences(green, live.green, live));
  if (!green && live.green && live.greenCreated) differences.push(`${nameOfGroup(live.green)}, which the rotation made, is still there`);
  return differences;
}

function succeededGroups({ blue, green }: Snapshot, live: LiveWorld): string[] {
  const differences: string[] = [];
  if (live.green) {
    differences.push(...sameBounds(live.green, { min: blue.bounds.min, max: blue.bounds.max }));
    differences.push(...groupDifferences(green, live.green, live));
  } else differences.push(`${green ? nameOfGroup(green) : 'the new group'} is gone`);
  if (live.blue) differences.push(...blueAfterSuccess(live.blue), ...groupDifferences(blue, live.blue, live));
  else if (!live.blueDeleted) differences.push(`${nameOfGroup(blue)} is gone, and with it the fastest way back`);
  return differences;
}

function replicaDifferences({ stamps, surged }: LiveWorld): string[] {
  return Object.entries(surged).flatMap(([object, now]) => {
    const before = stamps.surged[object];
    if (before === undefined || now === undefined || now === before) return [];
    return `${object} has ${now} replicas instead of ${before}`;
  });
}
