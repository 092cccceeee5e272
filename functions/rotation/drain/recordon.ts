import * as z from 'zod';
import type { LiveNode } from '../read/cluster-view.ts';
import type { Step } from '../step.ts';
import { cordonNodes, isCordoned, isStamped } from './cordon.ts';

/** How often a node that somebody uncordoned is cordoned again (F-27). */
const limit = 3;

/** Keeps the nodes of a group cordoned: those that joined later (F-20), and those that somebody has uncordoned meanwhile, up to three times.
 *  @returns why it is given up; undefined when they are cordoned, or will be in the next pass */
export async function keepCordoned(step: Step, nodes: readonly LiveNode[]): Promise<string | undefined> {
  const { rotationId, notes } = step.record;
  const undone = nodes.filter((node) => !isCordoned(node) && isStamped(node, rotationId)).map(({ metadata }) => metadata.name);
  if (undone.length > 0) {
    const counts = z.record(z.string(), z.number()).safeParse(notes.recordoned).data ?? {};
    const raised = Object.fromEntries(undone.map((name) => [name, (counts[name] ?? 0) + 1]));
    const stubborn = undone.filter((name) => (raised[name] ?? 0) > limit).sort();
    if (stubborn.length > 0) return `Node ${stubborn[0]} was uncordoned by somebody else ${limit} times, and again`;
    await step.update((latest) => ({ ...latest, notes: { ...latest.notes, recordoned: { ...counts, ...raised } } }));
  }
  await cordonNodes(step, nodes);
  return undefined;
}
