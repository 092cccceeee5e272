import { expect } from 'vitest';
import { rotationAnnotation, scaleDownDisabledAnnotation } from '../../../../functions/rotation/read/cluster-view.ts';
import { runClusterAutoscaler } from '../../../../simulator/rotation/cluster-autoscaler.ts';
import { deployment } from '../../../../simulator/rotation/declare.ts';
import { pair, smallWorld, systemWorkloads } from '../../../../simulator/rotation/sample-worlds.ts';
import { groupOf } from '../../../../simulator/rotation/world.ts';
import { expectInvariants } from '../invariants.ts';
import { blue, first, green, longerThanDeadlines, on, once, operated, withHistory } from './node-scenario.ts';
import type { Place, Scenario, Scenarios, Seen } from './workload-scenario.ts';

type Group = typeof blue | typeof green;
type Strike = NonNullable<Scenario['strike']>;
type Foreign = NonNullable<Scenario['foreign']>;

/** Somebody does it again and again.
 *  @returns what makes him stop */
function again({ events }: Place, act: () => void, seconds = 20): () => void {
  let over = false;
  const turn = () => {
    if (over) return;
    act();
    events.after(seconds, turn);
  };
  turn();
  return () => {
    over = true;
  };
}

/** For so long that every deadline of a forward phase passes, and the revert still finds an end. */
const forLong =
  (strike: (place: Place) => () => void, seconds = longerThanDeadlines): Strike =>
  (place) => {
    const end = strike(place);
    place.events.after(seconds, end);
    return end;
  };

const autoscaler = once(({ world, cluster }) => {
  runClusterAutoscaler(world, { clusterName: cluster.name, groups: [blue, green], idleSeconds: 30 });
});
const wantsMore =
  (workload: string, replicas: number): Strike =>
  (place) => {
    place.events.setReplicas(workload, replicas);
    return autoscaler(place);
  };
const replicasAre =
  (workload: string, replicas: number): Foreign =>
  ({ clusters }) => {
    for (const cluster of Object.values(clusters)) cluster.replicas[workload] = replicas;
  };
const stillOf =
  (group: Group, desired: number) =>
  ({ world }: Seen) =>
    expect(world.audit.sizes.filter((one) => one.group === group && one.principal !== 'rotation' && one.to.desired !== desired)).toEqual(
      [],
    );

/** One node more of blue, although nobody asked us. */
const bluer = once(({ events }) => {
  events.resize(blue, 5, { who: 'cluster-autoscaler' });
});

/** Somebody writes the desired capacity of a group between our read and our write of it. */
const race =
  (group: Group, desired: number): Strike =>
  ({ world, events }) => {
    const run = () => void events.sizes(group, { desired, max: Math.max(desired, groupOf(world, group).max) });
    world.faults.add({ call: 'eks:UpdateNodegroupConfig', target: `*${group}*`, nth: 1, what: { run } });
    return undefined;
  };
const resized = once(({ events }) => {
  events.resize(blue, 3);
  events.resize(blue, 7);
  events.resize(green, 3);
  events.resize(green, 6);
});

/** A third group that Karpenter keeps, with room for some pods. */
const karpenter = withHistory((more) =>
  smallWorld({
    ...more,
    cluster: {
      groups: [...pair(4), { name: 'karpenter', size: 2, min: 0, max: 4, managed: false }],
      objects: { '/apis/karpenter.sh/v1/nodepools': [{ name: 'default' }] },
    },
  }),
);
const consolidated = once(({ world, events }) => {
  const [instance] = groupOf(world, 'karpenter').instances.values();
  events.terminateInstance(instance?.nodeName ?? '');
});

const scaled = withHistory((more) =>
  smallWorld({
    ...more,
    cluster: {
      workloads: [
        ...systemWorkloads,
        deployment({ name: 'web', replicas: 5, budget: { maxUnavailable: 1 }, autoscaler: { min: 2, max: 12, wanted: 5 } }),
        deployment({ name: 'api', replicas: 3, budget: { minAvailable: 2 } }),
      ],
    },
  }),
);
const demand = (replicas: number): Scenario => ({
  world: scaled,
  strike: once(({ events }) => events.demand('shop/web', replicas)),
  foreign: replicasAre('shop/web', replicas),
});

const marks = [rotationAnnotation, scaleDownDisabledAnnotation];
/** A tool that knows only its own annotations takes all others away. */
const stripped =
  (group: Group): ((place: Place) => () => void) =>
  (place) => {
    const node = place.nodesOf(group).at(-1) ?? '';
    const strip = () => {
      for (const key of marks) if (place.nodesOf(group).includes(node)) place.events.mark(node, 'annotations', key, null);
    };
    return again(place, strip);
  };
const strippedOnce = (group: Group) =>
  once(({ nodesOf, events }) => {
    for (const key of marks) events.mark(nodesOf(group).at(-1) ?? '', 'annotations', key, null);
  });
const uncordonedOnce = once((place) => place.events.cordon(first(place, blue), false));
const uncordonedAgain: Strike = (place) => {
  const node = first(place, blue);
  return again(place, () => place.nodesOf(blue).includes(node) && place.events.cordon(node, false), 5);
};

const cordoned =
  (group: Group): Strike =>
  (place) => {
    const node = place.nodesOf(group).at(-1) ?? '';
    place.events.cordon(node);
    return () => place.events.cordon(node, false);
  };
const cordonedForGood = (group: Group) => once((place) => void cordoned(group)(place));

/** What is in a file is applied once more. */
const applied = (group: Group, sizes: { min: number; max: number; desired: number }) => (place: Place) =>
  again(place, () => {
    const { min, max, desired } = groupOf(place.world, group);
    if (min !== sizes.min || max !== sizes.max || desired !== sizes.desired) place.events.sizes(group, sizes, 'terraform');
  });
/** Under the pods of green; put right again, or not. */
const smaller: Strike = ({ events }) => {
  events.sizes(green, { min: 0, max: 3, desired: 3 }, 'terraform');
  return () => events.sizes(green, { min: 4, max: 8, desired: 4 }, 'terraform');
};

/** Another one is asked for, and told that the cluster is busy. */
const secondOne: Strike = async ({ rig }) => {
  const second = await rig?.rotate({ name: 'rot-2' });
  expect(second).toMatchObject({ status: 'FAILED', error: 'RotationBusy' });
  return undefined;
};
const busy: Scenario = { strike: secondOne, see: ({ rig }) => expectInvariants(rig, 'busy', { rotationId: 'rot-2' }) };

/** EKS shifts a zone away: its nodes are cordoned, and AZRebalance is suspended; until it shifts it back. */
const shift =
  (zone: string) =>
  ({ cluster, world, events }: Place): (() => void) => {
    const groups = [blue, green].map((name) => groupOf(world, name));
    const suspended = groups.filter((group) => !group.suspended.has('AZRebalance'));
    const open = [...cluster.objects.nodes.values()].filter(
      ({ metadata, spec }) => metadata.labels['topology.kubernetes.io/zone'] === zone && !spec.unschedulable,
    );
    for (const group of suspended) group.suspended.add('AZRebalance');
    for (const { metadata } of open) events.cordon(metadata.name, true, 'eks');
    return () => {
      for (const group of suspended) group.suspended.delete('AZRebalance');
      for (const { metadata } of open) if (cluster.objects.nodes.has(metadata.name)) events.cordon(metadata.name, false, 'eks');
    };
  };
const shiftable = withHistory((more) => smallWorld({ ...more, cluster: { details: { zonalShiftConfig: { enabled: true } } } }));

const updating = ({ cluster }: Place): (() => void) => {
  cluster.details = { ...cluster.details, status: 'UPDATING' };
  return () => {
    cluster.details = { ...cluster.details, status: 'ACTIVE' };
  };
};

/** Right after blue has been lowered for the first time. */
const onceLowered =
  (strike: (place: Place) => () => void): Strike =>
  (place) => {
    const ends: (() => void)[] = [];
    const run = () => void place.events.after(2, () => ends.push(strike(place)));
    place.world.faults.add({ call: 'eks:UpdateNodegroupConfig', target: '*workers-a*', nth: 1, what: { run } });
    return () => {
      for (const end of ends) end();
    };
  };

/** F-20 … F-32: autoscalers, other tools, people, AWS. */
export const writers: Scenarios = {
  'F-20': {
    Move: [
      on({
        about: 'the sizes are frozen',
        strike: wantsMore('shop/web', 60),
        options: { settleMinutes: 6 },
        foreign: replicasAre('shop/web', 60),
        see: stillOf(blue, 4),
      }),
      on({ about: 'where its max could not be frozen', world: operated, strike: bluer }),
    ],
    Soak: [on({ world: operated, strike: bluer })],
    Retire: [on({ world: operated, strike: bluer })],
    Rev: [on({ world: operated, strike: bluer })],
  },
  'F-21': {
    Grow: [on({ strike: autoscaler, see: stillOf(green, 4) })],
    Move: [
      on({
        about: 'somebody has lowered its min',
        at: 'drain plan-batch',
        strike: ({ events }) => {
          events.sizes(green, { min: 0, desired: 3 });
          return () => events.sizes(green, { min: 4, desired: 4 });
        },
        names: /green has 3 Ready nodes, expected 4/,
      }),
    ],
    Soak: [on({ strike: autoscaler, see: stillOf(green, 4) })],
    Rev: [on({ strike: autoscaler })],
  },
  'F-22': {
    Move: [
      on({
        world: withHistory((more) =>
          smallWorld({
            ...more,
            cluster: {
              workloads: [
                ...systemWorkloads,
                deployment({ name: 'web', replicas: 5, budget: { maxUnavailable: 1 } }),
                deployment({ name: 'cluster-autoscaler', namespace: 'kube-system' }),
              ],
            },
          }),
        ),
        see: ({ world }) =>
          expect(
            world.audit.writes('rotation').filter(({ call, target }) => call === 'kubernetes:patch' && !/\/nodes\//.test(target)),
          ).toEqual([]),
      }),
    ],
  },
  'F-23': {
    Pre: [on({ at: 'freeze plan-batch', strike: race(blue, 6), see: ({ record }) => expect(record.size).toBe(6) })],
    Grow: [on({ strike: race(green, 7) })],
    Move: [on({ strike: resized })],
    Soak: [on({ strike: resized })],
    Retire: [on({ options: { retirePercent: 50 }, strike: race(blue, 6) })],
    Rev: [on({ strike: race(green, 7) })],
  },
  'F-24': {
    Grow: [
      on({
        see: ({ world }) => {
          const grown = world.audit.sizes.filter(({ group, from, to }) => group === green && to.min > from.min);
          expect(grown.length).toBeGreaterThan(0);
          for (const { to } of grown) expect(to.desired).toBeGreaterThanOrEqual(to.min);
        },
      }),
    ],
  },
  'F-25': {
    Pre: [
      on({ world: karpenter, see: ({ record }) => expect(record.problems).toContainEqual(expect.objectContaining({ id: 'karpenter' })) }),
    ],
    Move: [on({ world: karpenter, strike: consolidated })],
    Soak: [on({ world: karpenter, strike: consolidated })],
    Retire: [on({ world: karpenter, strike: consolidated })],
    Rev: [on({ world: karpenter, strike: consolidated })],
  },
  'F-26': {
    Move: [on({ about: 'up', ...demand(9) }), on({ about: 'down', ...demand(3) })],
    Soak: [on({ about: 'up', ...demand(9) }), on({ about: 'down', ...demand(3) })],
    Rev: [on({ about: 'up', ...demand(9) }), on({ about: 'down', ...demand(3) })],
  },
  'F-27': {
    Move: [
      on({
        about: 'a node is uncordoned',
        strike: uncordonedAgain,
        seconds: 12,
        names: /Node ip-\S+ was uncordoned by somebody else 3 times, and again/,
      }),
    ],
    Soak: [
      on({ about: 'once', strike: strippedOnce(blue) }),
      on({ about: 'again and again', strike: once((place) => void stripped(blue)(place)) }),
    ],
    Rev: [
      on({ about: 'of blue, before anything is uncordoned', at: 'drain settle-batch', strike: strippedOnce(blue) }),
      on({ about: 'of green', at: 'r5-drain-green drain-nodes', strike: strippedOnce(green) }),
    ],
  },
  'F-28': {
    Pre: [on({ strike: cordonedForGood(blue) })],
    Grow: [on({ strike: cordonedForGood(blue) })],
    Move: [on({ about: 'uncordons blue', strike: uncordonedOnce }), on({ about: 'cordons green', strike: cordonedForGood(green) })],
    Soak: [on({ about: 'uncordons blue', strike: uncordonedOnce }), on({ about: 'cordons green', strike: cordonedForGood(green) })],
    Retire: [on({ about: 'uncordons blue', strike: uncordonedOnce }), on({ about: 'cordons green', strike: cordonedForGood(green) })],
    Rev: [on({ at: 'r2-blue-whole plan-batch', strike: cordoned(blue), names: /workers-a has 3 of 4 nodes Ready and schedulable/ })],
  },
  'F-29': {
    Pre: [
      on({
        world: withHistory((more) => {
          const world = smallWorld(more);
          const tags = world.clusters.get('payments')?.nodegroups.get(blue)?.tags;
          if (tags) tags['aws:cloudformation:stack-name'] = 'payments-nodes';
          return world;
        }),
        see: ({ record }) => expect(record.problems.map(({ rule }) => rule)).toContain('22'),
      }),
    ],
    Grow: [on({ strike: forLong(applied(green, { min: 0, max: 1, desired: 0 }), 735), seconds: 60, names: /node group workers-b/ })],
    Move: [on({ strike: smaller, names: /green has 3 Ready nodes, expected 4/ })],
    Soak: [on({ strike: smaller, names: /green has 3 Ready nodes of 4/ })],
    Retire: [on({ strike: onceLowered(applied(blue, { min: 2, max: 8, desired: 4 })), seconds: 60, names: /workers-a/ })],
    Rev: [on({ strike: applied(green, { min: 4, max: 8, desired: 4 }), seconds: 60, names: /workers-b/ })],
  },
  'F-30': {
    Pre: [on({ ...busy, at: 'snapshot plan-batch' })],
    Grow: [on(busy)],
    Move: [on(busy)],
    Soak: [on(busy)],
    Retire: [on(busy)],
    Rev: [on(busy)],
  },
  'F-31': {
    Pre: [
      on({ world: shiftable, strike: shift('eu-west-1a'), names: /every node in eu-west-1a is cordoned and AZRebalance is suspended/ }),
    ],
    Grow: [on({ world: shiftable, at: 'validate-green plan-batch', strike: shift('eu-west-1a'), names: /node ip-\S+ is cordoned/ })],
    Move: [
      on({ world: shiftable, strike: shift('eu-west-1a'), names: /every node in eu-west-1a is cordoned: a zonal shift may be active/ }),
    ],
    Soak: [
      on({ world: shiftable, strike: shift('eu-west-1a'), names: /every node in eu-west-1a is cordoned: a zonal shift may be active/ }),
    ],
    Retire: [
      on({
        world: shiftable,
        options: { retirePercent: 50 },
        strike: onceLowered(shift('eu-west-1a')),
        names: /every node in eu-west-1a is cordoned: a zonal shift may be active/,
      }),
    ],
    Rev: [
      on({
        world: shiftable,
        at: 'r2-blue-whole plan-batch',
        strike: shift('eu-west-1a'),
        names: /workers-a has \d of 4 nodes Ready and schedulable/,
      }),
    ],
  },
  'F-32': {
    Pre: [on({ strike: updating, names: /Cluster payments: it is UPDATING/ })],
    Grow: [on({ strike: updating, names: /cluster payments is UPDATING/ })],
    Move: [on({ strike: updating, names: /cluster payments is UPDATING/ })],
    Soak: [on({ strike: updating, names: /cluster payments is UPDATING/ })],
    Retire: [on({ options: { retirePercent: 50 }, strike: onceLowered(updating), names: /cluster payments is UPDATING/ })],
    Rev: [on({ strike: updating })],
  },
};
