import type { RotationRecord } from '../../../../functions/rotation/record.ts';
import { stepEventSchema } from '../../../../functions/rotation/run-step.ts';
import type { LiveWorldInput } from '../../../../simulator/rotation/build.ts';
import type { LiveCluster } from '../../../../simulator/rotation/cluster.ts';
import { worldEvents } from '../../../../simulator/rotation/events.ts';
import { groupOfNode } from '../../../../simulator/rotation/nodes.ts';
import type { LivePod } from '../../../../simulator/rotation/objects.ts';
import { smallWorld } from '../../../../simulator/rotation/sample-worlds.ts';
import { clusterOf, type LiveWorld } from '../../../../simulator/rotation/world.ts';
import type { Execution } from '../../../../simulator/step-functions/run-asl.ts';
import { type RotationRig, rotationRig } from '../rig.ts';

export type Band = 'Pre' | 'Grow' | 'Move' | 'Soak' | 'Retire' | 'Rev';

/** Where a fault strikes: the world, what can happen to it, and how far the rotation is. */
export interface Place {
  readonly world: LiveWorld;
  readonly cluster: LiveCluster;
  readonly events: ReturnType<typeof worldEvents>;
  /** Undefined before the rotation begins. */
  readonly record: RotationRecord | undefined;
  readonly rig: RotationRig | undefined;
  /** Pods of a workload that nobody deletes, by name; on the nodes of this group alone. */
  podsOf(workload: string, group?: 'workers-a' | 'workers-b'): LivePod[];
  nodesOf(group: 'workers-a' | 'workers-b'): string[];
}

/** What was seen of a rotation once it has ended. */
export interface Seen {
  readonly rig: RotationRig;
  readonly world: LiveWorld;
  readonly cluster: LiveCluster;
  readonly execution: Execution;
  readonly record: RotationRecord;
}

export interface Scenario {
  /** What it shows beside the fault of its row. */
  readonly about?: string;
  /** What lives. @default the small world */
  readonly world?: (more: Partial<Omit<LiveWorldInput, 'clusters'>>) => LiveWorld;
  /** Options beside the short ones. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** `rotation` of the configuration. */
  readonly rotation?: Readonly<Record<string, unknown>>;
  /** The step before which it strikes for the first time, `drain drain-nodes`. @default the first of its band; before the rotation in band Pre */
  readonly at?: string;
  /** Makes it happen.
   *  @returns what ends it, where it can end */
  readonly strike?: (place: Place) => (() => void) | undefined | Promise<(() => void) | undefined>;
  /** In band Rev: whether something else brings it back first. @default true */
  readonly goesBack?: boolean;
  /** How long a fault of the second variant lasts. @default 120 */
  readonly seconds?: number;
  /** What the cause, a finding or a blocker must name (V13). Of those that end well: what the timeline must name. */
  readonly names?: RegExp;
  /** Looks at the world after every change of it. */
  readonly watch?: (place: Place) => void;
  /** What others changed, or were allowed to, and is expected instead of what was before. */
  readonly foreign?: (expected: RotationRig['before'], seen: Seen) => void;
  /** What else must hold at the end. */
  readonly see?: (seen: Seen) => void | Promise<void>;
}

/** By row of the matrix and band. */
export type Scenarios = Readonly<Record<string, Partial<Record<Band, readonly Scenario[]>>>>;

/** The short way: everything that waits, waits for little, and every limit keeps its order. */
const short = {
  poolSoakMinutes: 2,
  batchSoakMinutes: 0.2,
  growPercent: 100,
  batchPercent: 50,
  retirePercent: 100,
  drainedSeconds: 5,
  evictErrorMinutes: 1,
  crashMinutes: 1,
  nodeDeadlineMinutes: 5,
  batchDeadlineMinutes: 7,
  settleMinutes: 3,
  retireDeadlineMinutes: 5,
  jobWaitMinutes: 1,
  takeoverSeconds: 5,
};

const begins: Readonly<Record<Exclude<Band, 'Pre'>, string>> = {
  Grow: 'scale-green plan-batch',
  Move: 'drain drain-nodes',
  Soak: 'soak plan-batch',
  Retire: 'retire-blue plan-batch',
  Rev: 'r0-stop plan-batch',
};

/** A rotation with a fault in one band. What is asked in band Rev is first brought there: an alarm goes off once all pods are on green. */
export async function play(scenario: Scenario, band: Band, lasts: boolean): Promise<Seen> {
  const world = (scenario.world ?? smallWorld)({ alarms: { errors: 'OK' } });
  const cluster = clusterOf(world, [...world.clusters.keys()][0] ?? '');
  const events = worldEvents(world);
  const placeIn = (record?: RotationRecord, rig?: RotationRig): Place => ({
    ...{ world, cluster, events, record, rig },
    podsOf: (workload, group) => livePodsOf(cluster, workload, group),
    nodesOf: (group) => [...cluster.objects.nodes.keys()].filter((name) => groupOfNode(cluster, name)?.nodegroupName === group).sort(),
  });
  const strike = async (record?: RotationRecord, rig?: RotationRig) => {
    const end = await scenario.strike?.(placeIn(record, rig));
    if (!lasts && end) events.after(scenario.seconds ?? 120, end);
  };
  if (band === 'Pre' && scenario.at === undefined) await strike();
  const rig = await rotationRig(world, { rotation: { gates: { alarms: ['errors'] }, ...scenario.rotation } });
  const { watch } = scenario;
  if (watch) world.clock.afterEachInstant(() => watch(placeIn()));
  const first: Act[] = [];
  if (band === 'Rev' && scenario.goesBack !== false)
    first.push({ at: 'soak plan-batch', act: async () => events.alarm('errors', 'ALARM') });
  const at = scenario.at ?? (band === 'Pre' ? undefined : begins[band]);
  if (at !== undefined) first.push({ at, act: async () => strike(await rig.record(), rig) });
  beforeFirst(rig, first);
  const execution = await rig.rotate({ input: { options: { ...short, ...scenario.options } } });
  if (first.length > 0) throw new Error(`the rotation ended without ${first[0]?.at}: ${execution.error} ${execution.cause}`);
  return { rig, world, cluster, execution, record: await rig.record() };
}

interface Act {
  readonly at: string;
  readonly act: () => Promise<void>;
}

/** Does something before the first step of a kind; what was done is taken off the list. */
function beforeFirst(rig: RotationRig, acts: Act[]): void {
  const { RotationStepFunction: step } = rig.handlers;
  if (!step) throw new Error('there is no function for steps');
  rig.handlers.RotationStepFunction = async (event) => {
    const { phase, part } = stepEventSchema.parse(event);
    for (const due of acts.filter(({ at }) => at === `${phase} ${part}`)) {
      acts.splice(acts.indexOf(due), 1);
      await due.act();
    }
    return step(event);
  };
}

function livePodsOf(cluster: LiveCluster, workload: string, group: string | undefined): LivePod[] {
  const [namespace, name] = workload.split('/');
  return [...cluster.objects.pods.values()]
    .filter(({ metadata }) => metadata.namespace === namespace && metadata.labels.app === name && !metadata.deletionTimestamp)
    .filter(({ spec }) => group === undefined || groupOfNode(cluster, spec.nodeName ?? '')?.nodegroupName === group)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** Everything that a person reads of a rotation that did not succeed. */
export function said({ record }: Pick<Seen, 'record'>): string[] {
  return [
    record.outcome?.cause ?? '',
    ...(record.revert?.left ?? []),
    ...record.problems.map(({ object, message }) => `${object}: ${message}`),
    ...record.batches.flatMap(({ blockers }) => blockers.map(({ message }) => message)),
  ];
}
