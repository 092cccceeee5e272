import { deadlineOf } from '../deadlines.ts';
import { differencesFrom } from '../decide/differences.ts';
import { phrased } from '../decide/gate-answer.ts';
import { type LiveWorld, noteLastLook } from '../decide/live-world.ts';
import { uncordonOurs } from '../drain/cordon.ts';
import { describeGroup } from '../node-groups/describe-group.ts';
import { resumeOurs } from '../node-groups/processes.ts';
import { readNodes } from '../read/read-cluster.ts';
import { readLiveWorld } from '../read/read-live-world.ts';
import type { GroupPlace } from '../record.ts';
import { done, inPhaseMs, type PhaseStep, type Step, wait } from '../step.ts';

/** Is everything as it was (V7)? Differences may go away for as long as the phase has: what was written last is still under way. After that, or
 *  where something was left undone before, they are left too, and both groups stay up. */
export const verifyRevert: PhaseStep = async (step) => {
  const { snapshot, revert, options } = step.record;
  if (!snapshot) return done({ changed: false });
  const isOver = inPhaseMs(step.record, 'r9-verify', step.now) >= deadlineOf('r9-verify', options);
  const isLast = isOver || (revert?.left ?? []).length > 0;
  // Both stay up: whatever runs is to take pods (F-83), and nothing of ours is to stand still behind them.
  if (isLast) {
    await uncordonOurs(step, await readNodes(step.reads.kubernetes));
    for (const place of [step.record.blue, step.record.green]) await resumeProcesses(step, place);
  }
  const world = await readLiveWorld(step, 'reverted');
  const differences = differencesFrom(snapshot, world);
  if (differences.length > 0 && !isLast)
    return wait(`not as it was yet: ${phrased(differences)}`, { progress: { differences: differences.length } });
  await conclude(step, world, differences);
  return done({ differences: differences.length });
};

async function resumeProcesses(step: Step, place: GroupPlace | null): Promise<void> {
  const group = place && (await describeGroup(step.reads, step.record.cluster.name, place));
  if (group) await resumeOurs(step, group);
}

async function conclude({ now, update, note }: Step, world: LiveWorld, differences: readonly string[]): Promise<void> {
  for (const message of differences) note({ kind: 'problem', object: world.rotationId, message });
  await update((latest) => {
    const left = latest.revert?.left ?? [];
    return {
      ...latest,
      notes: noteLastLook(latest.notes, world, differences, now),
      revert: latest.revert && { ...latest.revert, left: [...left, ...differences.filter((one) => !left.includes(one))] },
    };
  });
}
