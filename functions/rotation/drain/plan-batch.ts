import { isReady } from '../../workloads/pods.ts';
import { zoneOf } from '../../workloads/zones.ts';
import { nextBlueBatch, nextGreenBatch } from '../decide/batches.ts';
import { batchHold } from '../holds.ts';
import type { RotationRecord } from '../record.ts';
import { restoreReplicas } from '../revert/r4-replicas.ts';
import { done, failed, type Side, type Step, type StepOutcome, wait } from '../step.ts';
import { type AssessedNode, assessNodes } from './assess-nodes.ts';
import { pauseOfBlue } from './at-rest.ts';
import { batchesOf, newBatch, openBatch, withBatch } from './batch-record.ts';
import { cordonNodes } from './cordon.ts';
import { placeOf, readSides, type Sides } from './sides.ts';

/** Plans the next batch of a side, or finds that the side is empty. A batch that is under way is named again.
 *
 *  - `done`: every node has been through a batch, and holds nothing that a drain would move or was given up. Of blue one that was given up is
 *    tried once more when nothing else is left; what it holds then keeps blue from being retired (D34)
 *  - `wait` with `batch`: it is planned
 *  - `wait` with `hold`: an operator, or a maintenance window, holds it back
 *  - `failed`: a batch of blue has failed, or blue is not there */
export async function planBatch(step: Step, side: Side): Promise<StepOutcome> {
  const { record } = step;
  const open = openBatch(record, side);
  if (open) return wait(`batch ${open.index} of ${side} is being drained`, { batch: open.index });
  const hasFailed = batchesOf(record, side).some(({ state }) => state === 'failed');
  // The revert that follows a failure of blue restores them itself, once blue is whole.
  if (hasFailed && side === 'blue') return failed(record.revert?.cause ?? `a batch of ${side} failed`);
  if (Object.keys(record.stamps.surged).length > 0) {
    const restored = await restoreReplicas(step);
    if (restored.status !== 'done') return restored;
  }
  if (hasFailed) return done({ left: true });

  const sides = await readSides(step, side);
  if (!sides.groups[side]) return side === 'green' ? done({ nodes: 0 }) : failed(`the group that is blue does not exist any more`);
  const { left } = await cordonNodes(step, sides.leaving);
  if (left.length > 0) return wait(`Node ${left[0]} of ${side} is not cordoned yet`, { progress: { toCordon: left.length } });

  const nodes = assess(step, sides, sides.leaving);
  const tried = attemptsOf(record, side);
  const hopeless = nodes.filter(({ node, drained }) => !drained && (tried.get(node)?.givenUp ?? 0) >= (side === 'green' ? 1 : 2));
  const todo = nodes.filter((one) => !hopeless.includes(one) && !(tried.get(one.node)?.done && one.drained));
  const progress = { nodes: nodes.length, left: todo.length };
  if (todo.length === 0) {
    return done({ ...progress, quarantined: hopeless.map(({ node }) => node) });
  }

  const pause = side === 'blue' && (await pauseOfBlue(step, sides));
  if (pause) return pause;
  const hold = await batchHold(step);
  if (hold !== undefined) return wait(hold, { hold: true, progress });

  const chosen = choose(step, side, sides, todo, tried);
  const updated = await step.update((latest) => {
    if (openBatch(latest, side)) return latest;
    const index = Math.max(0, ...latest.batches.map((batch) => batch.index)) + 1;
    return withBatch(latest, newBatch(index, side, chosen, step.now.toISOString()), step.now);
  });
  const batch = openBatch(updated, side);
  if (!batch) return wait(`a batch of ${side} is to be planned`);
  step.note({ kind: 'decision', object: `batch ${batch.index}`, message: `drains ${batch.nodes.join(', ')} of ${side}` });
  return wait(`batch ${batch.index} of ${side} is planned: ${batch.nodes.join(', ')}`, {
    batch: batch.index,
    progress: { ...progress, batch: batch.index },
  });
}

interface Attempts {
  done: boolean;
  givenUp: number;
}

/** What the batches so far have made of each node. */
function attemptsOf(record: RotationRecord, side: Side): ReadonlyMap<string, Attempts> {
  const attempts = new Map<string, Attempts>();
  for (const { nodes, quarantined } of batchesOf(record, side)) {
    for (const node of nodes) {
      const { givenUp } = attempts.get(node) ?? { givenUp: 0 };
      attempts.set(node, { done: true, givenUp: givenUp + (quarantined.includes(node) ? 1 : 0) });
    }
  }
  return attempts;
}

/** Nodes that were given up once come again when nothing else is left: somebody may have solved it meanwhile. */
function choose(
  step: Step,
  side: Side,
  sides: Sides,
  todo: readonly AssessedNode[],
  tried: ReadonlyMap<string, Attempts>,
): readonly string[] {
  const { options, size } = step.record;
  const fresh = todo.filter(({ node }) => (tried.get(node)?.givenUp ?? 0) === 0);
  const zones = new Map(sides.leaving.map((node) => [node.metadata.name, zoneOf(node)]));
  const candidates = (fresh.length > 0 ? fresh : todo).map(({ node, pods }) => ({
    name: node,
    zone: zones.get(node),
    blockers: pods.filter(({ assessment }) => assessment.verdict === 'block').length,
    evictable: evictableOn(pods),
    unwell: pods.filter(({ pod, assessment }) => assessment.verdict !== 'skip' && !isReady(pod)).length,
  }));
  const first = batchesOf(step.record, side).length === 0;
  const chosen =
    side === 'blue' ? nextBlueBatch(candidates, options, size, first) : nextGreenBatch(candidates, options, size, podsOf(step, sides));
  return chosen.map(({ name }) => name);
}

function assess(step: Step, sides: Sides, nodes: Sides['leaving']): AssessedNode[] {
  return assessNodes(
    sides.view,
    nodes.map(({ metadata }) => metadata.name),
    placeOf(step, sides, step.now),
  );
}

function podsOf(step: Step, sides: Sides): number {
  return assess(step, sides, [...sides.leaving, ...sides.staying]).reduce((sum, { pods }) => sum + evictableOn(pods), 0);
}

function evictableOn(pods: AssessedNode['pods']): number {
  return pods.filter(({ assessment }) => assessment.verdict !== 'skip').length;
}
