import { differencesFrom } from '../decide/differences.ts';
import { phrased } from '../decide/gate-answer.ts';
import { nameOfGroup } from '../decide/group-differences.ts';
import { type LiveWorld, noteLastLook } from '../decide/live-world.ts';
import { guardTag, withoutGuard } from '../decide/standby.ts';
import { uncordonOurs } from '../drain/cordon.ts';
import { describePods, evictablePods } from '../node-groups/evictable-pods.ts';
import { areTagsRefused } from '../node-groups/group-tags.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import { nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import { resumeOurs } from '../node-groups/processes.ts';
import { resize } from '../node-groups/resize.ts';
import { allowScaleDown } from '../node-groups/scale-down-marks.ts';
import { setGuard } from '../node-groups/standby-guard.ts';
import { readCluster } from '../read/read-cluster.ts';
import { readLiveWorld } from '../read/read-live-world.ts';
import type { Snapshot } from '../record.ts';
import { done, failed, type PhaseStep, type Step, snapshotOf, wait } from '../step.ts';

/** Green takes blue's place: its sizes, and everything as it was. Blue is a standby of 0 that no autoscaler wakes (V8). */
export const finish: PhaseStep = async (step) => {
  const world = await readLiveWorld(step, 'succeeded');
  const { blue, green, nodes } = world;
  if (!green) return failed('green does not exist any more');
  const pending = [await settleGreen(step, green), ...(blue ? [await standBy(step, blue)] : [])];
  const marked = (await allowScaleDown(step, nodes)) + (await uncordonOurs(step, nodesOfGroup(green, nodes))).left.length;
  if (marked > 0) pending.push(`${marked} nodes still carry marks of ours`);
  const [first] = pending.filter((why) => why !== undefined);
  if (first !== undefined) return wait(first);

  const after = await readLiveWorld(step, 'succeeded');
  const differences = differencesFrom(expected(snapshotOf(step.record), green), asFarAsAllowed(step, after));
  await step.update((record) => ({ ...record, notes: noteLastLook(record.notes, after, differences, step.now) }));
  if (differences.length > 0)
    return wait(`not as it must be yet: ${phrased(differences)}`, { progress: { differences: differences.length } });
  return done({ nodes: green.bounds.desired });
};

/** Blue's sizes, never below what green wants now. More than blue's max, where a zone needed it, stays too: max follows. */
async function settleGreen(step: Step, green: LiveGroup): Promise<string | undefined> {
  const { bounds } = snapshotOf(step.record).blue;
  const { desired } = green.bounds;
  const change = { min: bounds.min, max: Math.max(bounds.max, desired), ...(desired < bounds.min && { desired: bounds.min }) };
  const why = await resize(step, green, change);
  if (why === undefined) await resumeOurs(step, green);
  return why;
}

/** The guard first, sizes and processes after it: nothing may scale blue in between. */
async function standBy(step: Step, blue: LiveGroup): Promise<string | undefined> {
  const { record } = step;
  if (blue.bounds.desired > 0 || blue.instances.length > 0) return emptyAgain(step, blue);
  if (!record.stamps.standbyGuard) await step.update((latest) => ({ ...latest, stamps: { ...latest.stamps, standbyGuard: true } }));
  const guarding = await setGuard(step, blue, true);
  if (guarding !== undefined) return guarding;
  const max = blue.kind === 'managed' ? snapshotOf(record).blue.bounds.max : 0;
  const why = await resize(step, blue, { min: 0, max });
  if (why === undefined) await resumeOurs(step, blue);
  return why;
}

/** Somebody has woken blue since it was empty: it goes back to zero, if nothing runs there that would have to move (V4). */
async function emptyAgain(step: Step, blue: LiveGroup): Promise<string | undefined> {
  if (blue.bounds.desired === 0) return `${nameOfGroup(blue)} still has ${blue.instances.length} instances`;
  const view = await readCluster(step.reads.kubernetes, step.outside.clock());
  const pods = evictablePods(step, view, nodesOfGroup(blue, view.nodes));
  if (pods.length > 0) return `${nameOfGroup(blue)} has been scaled up again, and is not empty: ${describePods(pods)}`;
  return resize(step, blue, { min: 0, desired: 0, max: blue.kind === 'managed' ? 1 : 0 });
}

/** What the world is compared with: green has become active, and is no standby any more. */
function expected(snapshot: Snapshot, green: LiveGroup): Snapshot {
  const { blue } = snapshot;
  const max = Math.max(blue.bounds.max, green.bounds.desired);
  return { ...snapshot, blue: { ...blue, bounds: { ...blue.bounds, max } }, green: snapshot.green && withoutGuard(snapshot.green) };
}

/** A group whose tags only its operator may change cannot have the tag of the guard (F-14); that was noted when it was refused. */
function asFarAsAllowed(step: Step, world: LiveWorld): LiveWorld {
  const { blue } = world;
  if (!blue || !areTagsRefused(step.record, blue)) return world;
  return { ...world, blue: { ...blue, tags: [...blue.tags, guardTag] } };
}
