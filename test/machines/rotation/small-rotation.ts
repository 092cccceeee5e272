import type { Outcome, Phase } from '../../../functions/rotation/phases.ts';
import { stepEventSchema } from '../../../functions/rotation/run-step.ts';
import type { DrainPart } from '../../../functions/rotation/step.ts';
import { worldEvents } from '../../../simulator/rotation/events.ts';
import { smallWorld } from '../../../simulator/rotation/sample-worlds.ts';
import type { LiveWorld } from '../../../simulator/rotation/world.ts';
import { expectInvariants } from './invariants.ts';
import { type RigOptions, type RotationRig, rotationRig } from './rig.ts';

/** A rotation in as few steps as may be: no soaks, large steps, two batches. */
export const fewSteps = {
  batchSoakMinutes: 0,
  poolSoakMinutes: 0,
  growPercent: 100,
  canaryNodes: 2,
  batchPercent: 50,
  retirePercent: 100,
  drainedSeconds: 1,
  takeoverSeconds: 5,
  pollSeconds: 20,
};

interface SmallOptions extends RigOptions {
  readonly goesBack?: boolean;
  /** What has happened before the rotation. */
  readonly prepare?: (world: LiveWorld) => void;
}

/** Four nodes, twelve pods, and an alarm that the gates ask. With `goesBack` it goes off after the fourth eviction: what follows the first
 *  batch is the revert. */
export async function smallRotation({ goesBack = false, prepare, ...options }: SmallOptions = {}) {
  const world = smallWorld({ alarms: { errors: 'OK' } });
  prepare?.(world);
  const rig = await rotationRig(world, { ...options, rotation: { gates: { alarms: ['errors'] }, ...options.rotation } });
  if (goesBack) alarmAfterEvictions(world, 4);
  return rig;
}

function alarmAfterEvictions(world: LiveWorld, evictions: number): void {
  const run = () => worldEvents(world).alarm('errors', 'ALARM');
  world.faults.add({ call: 'kubernetes:evict', nth: evictions, what: { run } });
}

/** What must be the same whatever happened on the way. */
export async function endOf(rig: RotationRig) {
  const { world } = rig;
  const evicted = world.audit.calls.filter(({ call, result }) => call === 'kubernetes:evict' && result === '201').map(uidOf);
  const times = Map.groupBy(evicted, (uid) => uid);
  const { outcome, snapshot, stamps } = await rig.record();
  return {
    outcome: outcome?.name,
    disrupted: times.size,
    evictedTwice: [...times].filter(([, asked]) => asked.length > 1).map(([uid]) => uid),
    deleted: world.audit.writes().filter(({ call }) => call === 'kubernetes:delete').length,
    lost: [...world.audit.lost],
    breaches: [...world.audit.breaches],
    standbyGuard: stamps.standbyGuard,
    took: snapshot !== null,
    finishedNotices: new Set(rig.notices.filter(({ kind }) => kind === 'finished').map(({ id }) => id)).size,
    world: anonymous(rig.after()),
  };
}

/** The invariants at an end to which a notice may have been delivered twice: who dies after telling and before writing it down tells again, under
 *  the same identity, by which whoever is told knows it. */
export async function expectUnharmed(rig: RotationRig, outcome: Outcome): Promise<void> {
  const once = new Map(rig.notices.map((notice) => [notice.id, notice]));
  rig.notices.splice(0, rig.notices.length, ...once.values());
  await expectInvariants(rig, outcome);
}

const uidOf = ({ input }: { readonly input: unknown }): unknown => Object.assign({ uid: '' }, input).uid;

/** Nodes that were launched have other names each time: how many there are of each kind is what counts. */
function anonymous({ groups, clusters }: ReturnType<RotationRig['after']>) {
  const nodes = Object.values(clusters).flatMap((cluster) => Object.values(cluster.nodes));
  const kinds = Map.groupBy(nodes, ({ unschedulable, annotations, taints, labels }) =>
    JSON.stringify({ unschedulable, annotations, taints, group: labels['eks.amazonaws.com/nodegroup'] }),
  );
  return {
    groups,
    nodes: Object.fromEntries([...kinds].map(([kind, members]) => [kind, members.length])),
    replicas: Object.values(clusters).map(({ replicas, minReplicas }) => ({ replicas, minReplicas })),
  };
}

/** A task, as it is about to be carried out: its phase and part, and how many of these there were, this one included. */
export interface Task {
  readonly phase: Phase;
  readonly part: DrainPart;
  readonly nth: number;
}

/** Lets something happen before each task of the rotation's own function. */
export function beforeTasks(rig: RotationRig, act: (task: Task) => Promise<void> | void): void {
  const { RotationStepFunction: step } = rig.handlers;
  const seen = new Map<string, number>();
  rig.handlers.RotationStepFunction = async (event) => {
    const { phase, part } = stepEventSchema.parse(event);
    const nth = (seen.get(`${phase} ${part}`) ?? 0) + 1;
    seen.set(`${phase} ${part}`, nth);
    await act({ phase, part, nth });
    return step?.(event);
  };
}

/** Lets something happen once, before the nth task of a phase. */
export function beforeTask(
  rig: RotationRig,
  { phase, part = 'plan-batch', nth = 1 }: Partial<Task> & Pick<Task, 'phase'>,
  act: () => Promise<void> | void,
): () => boolean {
  let happened = false;
  beforeTasks(rig, async (task) => {
    if (happened || task.phase !== phase || task.part !== part || task.nth !== nth) return;
    happened = true;
    await act();
  });
  return () => happened;
}
