import { CollectionError } from '../../../../functions/inventory/error-codes.ts';
import { takeLease } from '../../../../functions/rotation/lease.ts';
import type { Band, Phase, RevertPhase } from '../../../../functions/rotation/phases.ts';
import { revertPhases } from '../../../../functions/rotation/phases.ts';
import type { ObjectStore } from '../../../../functions/store/object-store.ts';
import { memoryStore } from '../../../../simulator/memory-store.ts';
import { budget } from '../../../../simulator/rotation/declare.ts';
import { worldEvents } from '../../../../simulator/rotation/events.ts';
import { rotationHandlers } from '../../../../simulator/rotation/machines.ts';
import { clusterOf, groupOf } from '../../../../simulator/rotation/world.ts';
import type { Execution } from '../../../../simulator/step-functions/run-asl.ts';
import { type Moment, mortal } from '../mortal.ts';
import { endedBy, type RotationRig } from '../rig.ts';
import { beforeTask, beforeTasks, fewSteps, smallRotation, type Task } from '../small-rotation.ts';

/** `lasting`: it does not go away; `passing`: it does, in time. */
export type Variant = 'lasting' | 'passing';

export interface Played {
  readonly rig: RotationRig;
  readonly execution: Execution;
  /** Where it is not the outcome in the record. */
  readonly instead?: string | null;
}

type Scenario = (band: Band, variant: Variant) => Promise<Played>;
type At = Partial<Task> & Pick<Task, 'phase'>;

const minute = 60_000;

/** Where a fault of a band begins. */
const begins: Readonly<Record<Band, At>> = {
  Pre: { phase: 'preflight' },
  Grow: { phase: 'scale-green', nth: 2 },
  Move: { phase: 'drain', part: 'drain-nodes', nth: 2 },
  Soak: { phase: 'soak' },
  Retire: { phase: 'retire-blue', nth: 2 },
  Rev: { phase: 'r3-cordon-green' },
};

interface Options {
  readonly at?: At;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly store?: ObjectStore;
  readonly prepare?: (rig: RotationRig) => void;
}

/** A rotation to which something happens where its band begins. */
async function rotated(band: Band, happens: (rig: RotationRig) => Promise<void> | void, { at = begins[band], ...given }: Options = {}) {
  const rig = await smallRotation({ goesBack: band === 'Rev', ...(given.store && { store: given.store }) });
  given.prepare?.(rig);
  const happened = beforeTask(rig, at, () => happens(rig));
  const execution = await rig.rotate({ input: { options: { ...fewSteps, ...given.options } } });
  if (!happened()) throw new Error(`the rotation ended before ${at.phase}: ${execution.error} ${execution.cause}`);
  return { rig, execution };
}

/** F-70, F-71: the function dies at the first effect of the band, and again at the next one. */
const dies =
  (when: Moment): Scenario =>
  async (band) => {
    let deaths = Number.NaN;
    return rotated(
      band,
      () => {
        deaths = 0;
      },
      {
        prepare: (rig) =>
          mortal(rig, () => {
            if (!(deaths < 2)) return 'lives';
            deaths += 1;
            return when;
          }),
      },
    );
  };

/** F-72: StopExecution, and the rule on executions that ended. */
const stopped: Scenario = async (band) => {
  const rig = await smallRotation({ goesBack: band === 'Rev' });
  const state = { Pre: 'Preflight', Grow: 'ScaleGreen', Move: 'SettleBatch', Soak: 'Soak', Retire: 'Finish', Rev: 'R5PlanBatch' }[band];
  const execution = await rig.rotate({ stopAt: state, input: { options: fewSteps } });
  if (execution.status !== 'ABORTED') throw new Error(`it was not stopped at ${state}`);
  for (const ended of [...execution.nested.filter(({ id }) => id.includes('RevertRotation')), execution])
    await rig.revert(endedBy(ended), { name: `rule-${ended.id.split(':').at(-1)}` });
  return { rig, execution };
};

/** F-75: all of AWS and the API server refuse for two minutes. */
const throttled: Scenario = (band) =>
  rotated(band, ({ world }) => {
    world.faults.add({ call: '*', what: 'Throttled', until: world.clock.now() + 2 * minute });
  });

/** F-76. What lasts in band Grow is back when the revert has begun: what needs the API server cannot be undone without it. */
const unreachable: Scenario = (band, variant) =>
  rotated(band, ({ world }) => {
    const seconds = variant === 'passing' ? 240 : band === 'Grow' ? 18 * 60 : Number.POSITIVE_INFINITY;
    world.faults.add({ call: 'kubernetes:*', what: 'EndpointUnreachable', until: world.clock.now() + seconds * 1000 });
  });

/** F-77: the role of the account lets nobody in any more. */
const lockedOut: Scenario = (band) => {
  let locked = false;
  return rotated(
    band,
    () => {
      locked = true;
    },
    {
      prepare: (rig) => {
        const openCluster: typeof rig.outside.openCluster = async (cluster) => {
          if (locked) throw new CollectionError('AssumeRoleDenied', 'sts:AssumeRole of eks-greenlight-rotate: not authorized');
          return rig.outside.openCluster(cluster);
        };
        Object.assign(rig.handlers, rotationHandlers({ ...rig.outside, openCluster }));
      },
    },
  );
};

/** A store that can be switched off. */
export function failingStore() {
  const { store } = memoryStore();
  const state = { until: 0, now: () => 0 };
  const guarded = <Of extends unknown[], T>(act: (...of: Of) => Promise<T>) => {
    return async (...of: Of): Promise<T> => {
      if (state.now() < state.until) throw new Error('S3 answered 503: Slow Down');
      return act(...of);
    };
  };
  const failing: ObjectStore = {
    get: guarded(store.get),
    put: guarded(store.put),
    putIfAbsent: guarded(store.putIfAbsent),
    putIfUnchanged: guarded(store.putIfUnchanged),
    remove: guarded(store.remove),
    list: store.list,
  };
  return { store: failing, state };
}

/** F-78. What passes does so before Step Functions gives up asking again. */
const storeGone: Scenario = async (band, variant) => {
  const { store, state } = failingStore();
  let writes = 0;
  const played = await rotated(
    band,
    ({ world }) => {
      state.now = world.clock.now;
      state.until = variant === 'passing' ? world.clock.now() + 8000 : Number.POSITIVE_INFINITY;
      writes = world.audit.writes().length;
    },
    { store },
  );
  if (variant === 'passing') return played;
  const late = played.rig.world.audit.writes().length - writes;
  if (late > 0) throw new Error(`${late} writes without a store`);
  state.until = 0;
  return { ...played, instead: (await played.rig.record()).outcome?.name ?? null };
};

/** F-79: another start of a machine has the lease. */
const stale: Scenario = async (band) => {
  let writes = 0;
  const at = band === 'Move' ? { phase: 'drain' as const, nth: 2 } : begins[band];
  const played = await rotated(
    band,
    async ({ store, outside, world }) => {
      const cluster = { accountId: world.accountId, region: world.region, name: 'payments' };
      const keeper = { store, cluster, clock: outside.clock, randomId: () => 'another' };
      await takeLease(keeper, 'rot-1', 'arn:aws:states:eu-west-1:999999999999:execution:another');
      writes = world.audit.writes().length;
    },
    { at },
  );
  const { execution, rig } = played;
  const late = rig.world.audit.writes().length - writes;
  if (late > 0) throw new Error(`${late} writes without the lease`);
  const last = band === 'Rev' ? execution.nested.at(-1) : execution;
  return { ...played, instead: last?.error ?? 'nothing' };
};

/** F-80: days pass between two tasks. */
const standsStill: Scenario = (band) => rotated(band, ({ world }) => world.clock.advance(5 * 24 * 60 * minute));

/** F-81: nobody can be told for ten minutes. */
const untold: Scenario = (band) =>
  rotated(band, (rig) => {
    rig.trouble.tell = new Error('SNS answered 500');
    worldEvents(rig.world).after(90, () => {
      rig.trouble.tell = undefined;
    });
  });

/** F-82 */
const unanswered: Scenario = (band) =>
  rotated(band, () => {}, { at: { phase: 'approval', nth: 2 }, options: { requireApproval: true, approvalMinutes: 20 } });

/** F-83: of each step of the revert what it writes is refused; another rotation for each. */
export async function revertFailsAt(phase: RevertPhase): Promise<Played> {
  const rig = await smallRotation({ goesBack: true });
  let refuse = (): void => {};
  beforeTasks(rig, (task) => {
    refuse();
    refuse = task.phase === phase ? rig.world.faults.add({ call: stepReads.has(phase) ? '*' : 'write:*', what: 'AccessDenied' }) : () => {};
  });
  const execution = await rig.rotate({ input: { options: fewSteps } });
  return { rig, execution };
}

/** Steps that write nothing of the world, in this rotation. */
const stepReads: ReadonlySet<Phase> = new Set(['r2-blue-whole', 'r4-replicas', 'r6-baseline', 'r9-verify']);
export const failingRevertSteps: readonly RevertPhase[] = revertPhases.filter((phase) => phase !== 'r0-stop' && phase !== 'r4-replicas');

/** F-84: somebody gives green other sizes, again and again: that is no success. */
const notAsReported: Scenario = async (band) => {
  const rig = await smallRotation();
  beforeTasks(rig, ({ phase }) => {
    if (phase === 'finish') groupOf(rig.world, 'workers-b').max = 77;
  });
  const execution = await rig.rotate({ input: { options: { ...fewSteps, finishDeadlineMinutes: 3 } } });
  const { outcome } = await rig.record();
  return { rig, execution, instead: band === 'Retire' && outcome?.name === 'dirty-finish' ? 'prevented' : (outcome?.name ?? null) };
};

/** F-85: a budget that never allows comes up, and the drain ends when its node has had its time. */
const overdue: Scenario = async (band) => {
  const nodeDeadlineMinutes = 4;
  const played = await rotated(
    band,
    ({ world }) => {
      worldEvents(world).apply(budget({ name: 'never', selects: { app: 'worker' }, maxUnavailable: 0 }));
      worldEvents(world).after(
        (nodeDeadlineMinutes + 2) * 60,
        () => void clusterOf(world, 'payments').objects.budgets.delete('shop/never'),
      );
    },
    { at: { phase: 'drain', part: 'drain-nodes' }, options: { nodeDeadlineMinutes, batchDeadlineMinutes: 6 } },
  );
  const [batch] = (await played.rig.record()).batches;
  const took = Date.parse(batch?.endedAt ?? '') - Date.parse(batch?.startedAt ?? '');
  if (!(took >= nodeDeadlineMinutes * minute && took <= (nodeDeadlineMinutes + 1) * minute)) throw new Error(`the node had ${took} ms`);
  return played;
};

/** F-86 */
const ownGrace: Scenario = async (band) => {
  const played = await rotated(band, () => {});
  const evictions = played.rig.world.audit.calls.filter(({ call }) => call === 'kubernetes:evict');
  const given = evictions.filter(({ input }) => JSON.stringify(input).includes('gracePeriodSeconds'));
  return {
    ...played,
    instead: evictions.length > 0 && given.length === 0 ? 'prevented' : `${given.length} evictions with a grace of ours`,
  };
};

/** F-87: a pod comes back to blue when it is to be retired. */
const inhabited: Scenario = async (band) => {
  const played = await rotated(
    band,
    ({ world }) => {
      const events = worldEvents(world);
      const blue = [...groupOf(world, 'workers-a').instances.values()].flatMap(({ nodeName }) => nodeName ?? []);
      for (const node of blue) events.cordon(node, false);
      events.setReplicas('shop/worker', 40);
    },
    { at: { phase: 'retire-blue' }, options: { retireDeadlineMinutes: 5 } },
  );
  const killed = played.rig.world.audit.sizes.filter(({ evictable }) => evictable.length > 0);
  return { ...played, instead: killed.length === 0 && played.rig.world.audit.lost.length === 0 ? 'prevented' : 'pods were killed' };
};

/** F-88: both groups have nodes. */
const ambiguous: Scenario = async () => {
  const rig = await smallRotation({
    prepare: (world) => {
      worldEvents(world).resize('workers-b', 2);
      world.clock.advance(10 * minute);
    },
  });
  return { rig, execution: await rig.rotate({ input: { options: fewSteps } }) };
};

/** F-89: the Node object of an instance of the group is deleted; the kubelet registers it again, after a while. */
const nameless: Scenario = (band) =>
  rotated(
    band,
    ({ world }) => {
      const { objects } = clusterOf(world, 'payments');
      const group = groupOf(world, band === 'Grow' ? 'workers-b' : 'workers-a');
      const name = [...group.instances.values()].find(({ nodeName }) => nodeName !== undefined)?.nodeName ?? '';
      const node = objects.nodes.get(name);
      objects.nodes.delete(name);
      worldEvents(world).after(45, () => {
        if (node && [...group.instances.values()].some(({ nodeName }) => nodeName === name)) objects.nodes.set(name, node);
      });
    },
    {
      at: { Pre: { phase: 'preflight' as const }, Grow: { phase: 'validate-green' as const } }[band === 'Pre' ? 'Pre' : 'Grow'],
      ...(band === 'Retire' && { at: begins.Retire }),
    },
  );

export const orchestratorScenarios: Readonly<Record<string, Scenario>> = {
  'F-70': dies('before'),
  'F-71': dies('after'),
  'F-72': stopped,
  'F-75': throttled,
  'F-76': unreachable,
  'F-77': lockedOut,
  'F-78': storeGone,
  'F-79': stale,
  'F-80': standsStill,
  'F-81': untold,
  'F-82': unanswered,
  'F-84': notAsReported,
  'F-85': overdue,
  'F-86': ownGrace,
  'F-87': inhabited,
  'F-88': ambiguous,
  'F-89': nameless,
};
