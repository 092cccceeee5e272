import { allocatableOf, allocatableOfSnapshot, describeShortfall, shortfall } from '../decide/capacity.ts';
import { isReady } from '../decide/soak-look.ts';
import { takesPods } from '../drain/assess-nodes.ts';
import { cordonNodes, isMarked, uncordonOurs } from '../drain/cordon.ts';
import { describeGroup } from '../node-groups/describe-group.ts';
import type { LiveGroup } from '../node-groups/live-group.ts';
import { nodesOfGroup } from '../node-groups/nodes-of-group.ts';
import type { LiveNode } from '../read/cluster-view.ts';
import { readNodes } from '../read/read-cluster.ts';
import type { GroupPlace, NodeSnapshot } from '../record.ts';
import { done, type PhaseStep, type Step, type StepOutcome, wait } from '../step.ts';
import { holdsNothing } from './green-empty.ts';

/** Cordons green, so that what is moved back stays there; only while blue offers at least what it did at the snapshot, of every resource. Else
 *  green is left open, with what it serves, and that is written down: both groups then stay up. */
export const cordonGreen: PhaseStep = async (step) => {
  const { record, reads } = step;
  const { snapshot, blue, green } = record;
  if (!snapshot || !blue || !green) return done({ green: 0 });
  const [nodes, blueGroup, greenGroup] = await Promise.all([readNodes(reads.kubernetes), ...groupsOf(step, blue, green)]);
  const greenNodes = greenGroup ? nodesOfGroup(greenGroup, nodes) : [];
  const serving = (blueGroup ? nodesOfGroup(blueGroup, nodes) : []).filter(takesPods);
  const before = snapshot.nodes.filter((node) => node.group === 'blue' && node.ready && !node.unschedulable);
  const short = shortfall(allocatableOf(serving), allocatableOfSnapshot(before));
  if (short.length > 0 && !(await onlyCordonedByOthers(step, blueGroup, nodes, before)))
    return leaveOpen(step, greenNodes, describeShortfall(short));

  if (!record.stamps.greenCordoned) await step.update((latest) => ({ ...latest, stamps: { ...latest.stamps, greenCordoned: true } }));
  const { cordoned, left } = await cordonNodes(step, greenNodes);
  const progress = { green: greenNodes.length, left: left.length };
  if (left.length > 0) return wait(`Node ${left[0]} of green is not cordoned yet`, { waitSeconds: 1, progress });
  return cordoned.length > 0 ? wait('green is cordoned, and is looked at once more', { waitSeconds: 1, progress }) : done(progress);
};

/** Blue's nodes are there and Ready, somebody else keeps pods off some of them, and no pod is to come back: nothing is lost with green. */
async function onlyCordonedByOthers(
  step: Step,
  blue: LiveGroup | undefined,
  nodes: readonly LiveNode[],
  before: readonly NodeSnapshot[],
): Promise<boolean> {
  // Not those that we keep pods off: R1 may have failed.
  const ready = (blue ? nodesOfGroup(blue, nodes) : []).filter((node) => isReady(node) && !isMarked(node, step.record));
  return shortfall(allocatableOf(ready), allocatableOfSnapshot(before)).length === 0 && (await holdsNothing(step));
}

function groupsOf({ reads, record }: Step, blue: GroupPlace, green: GroupPlace) {
  return [describeGroup(reads, record.cluster.name, blue), describeGroup(reads, record.cluster.name, green)] as const;
}

/** What was cordoned before blue fell short is opened again: capacity never falls below what it was. */
async function leaveOpen(step: Step, greenNodes: readonly LiveNode[], short: string): Promise<StepOutcome> {
  const marked = greenNodes.filter((node) => isMarked(node, step.record));
  if (marked.length > 0) {
    const { left } = await uncordonOurs(step, marked);
    if (left.length > 0) return wait(`Node ${left[0]} of green is to be uncordoned again`, { waitSeconds: 1 });
  }
  await step.update((latest) => {
    const kept = (latest.revert?.left ?? []).filter((one) => !one.startsWith(openNote));
    return {
      ...latest,
      stamps: { ...latest.stamps, greenCordoned: false },
      revert: latest.revert && { ...latest.revert, left: [...kept, `${openNote} blue has less than before: ${short}`] },
    };
  });
  return done({ greenLeftOpen: true });
}

const openNote = 'green left open:';
