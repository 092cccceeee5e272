import { expect } from 'vitest';
import { updateConfig } from '../../../../simulator/rotation/node-groups.ts';
import { pair, smallWorld, statefulWorld } from '../../../../simulator/rotation/sample-worlds.ts';
import { type GroupTroubles, groupOf } from '../../../../simulator/rotation/world.ts';
import { blue, first, green, longerThanDeadlines, on, once, operated, withHistory } from './node-scenario.ts';
import type { Place, Scenario, Scenarios, Seen } from './workload-scenario.ts';

type Group = typeof blue | typeof green;
type Strike = NonNullable<Scenario['strike']>;

const trouble =
  (group: Group, troubles: Partial<GroupTroubles>): Strike =>
  ({ events }) => {
    events.trouble(group, troubles);
    const none = { noCapacity: null, neverJoin: false, notReady: false, terminationHangs: false, noAddresses: false };
    return () => events.trouble(group, none);
  };

/** A node goes, and its group gets no other one; or one that is of no use. */
const lost =
  (group: Group, troubles: Partial<GroupTroubles> = {}): Strike =>
  (place) => {
    const end = trouble(group, troubles)(place);
    place.events.terminateInstance(first(place, group));
    return end;
  };

const unready =
  (group: Group): Strike =>
  (place) => {
    const node = first(place, group);
    place.events.nodeReady(node, 'False');
    return () => place.events.nodeReady(node, 'True');
  };

const crashing: Strike = ({ events }) => events.podTrouble({ workload: 'kube-system/aws-node', what: 'crash', onGroup: green });

/** Again and again, each time longer than a node may flap; or three times for some seconds. */
const flaps =
  (group: Group): Strike =>
  (place) => {
    const node = first(place, group);
    const { events } = place;
    let over = false;
    const turn = (status: 'True' | 'False') => {
      if (over || !place.nodesOf(group).includes(node)) return;
      events.nodeReady(node, status);
      events.after(status === 'False' ? 150 : 20, () => turn(status === 'False' ? 'True' : 'False'));
    };
    turn('False');
    return () => {
      over = true;
      events.nodeReady(node, 'True');
    };
  };

const issue = (code: string, message: string) => [{ code, message, resourceIds: [] }];
const quotaReached = issue('InstanceLimitExceeded', 'You have requested more vCPU capacity than your current vCPU limit allows');
const noTemplate = issue('Ec2LaunchTemplateNotFound', 'The launch template lt-1 was not found');
const remarks = issue('NodeCreationFailure', 'Instances failed to join the kubernetes cluster');

/** EKS says why, and nothing more is launched. */
const launchesNothing =
  (group: Group, issues: typeof noTemplate): Strike =>
  (place) => {
    place.events.health(group, issues);
    return lost(group, { noCapacity: 'all' })(place);
  };

const degraded = once(({ events }) => {
  events.health(blue, remarks);
  events.health(green, remarks);
});

/** Somebody changes a group, and the change does not end. */
const stuckByOthers =
  (group: Group, seconds = longerThanDeadlines): Strike =>
  (place) => {
    const end = stuck(group)(place);
    const nodegroup = place.cluster.nodegroups.get(group);
    if (nodegroup) updateConfig(place.cluster, nodegroup, { updateConfig: { maxUnavailable: 1 } }, 'somebody');
    place.events.after(seconds, end);
    return end;
  };

/** Updates that begin from now on do not end. */
const stuck =
  (group: Group) =>
  ({ events }: Place) => {
    events.updates(group, { updateStuck: true });
    return () => events.updates(group, { updateStuck: false });
  };

/** What a group is made of is gone: EKS refuses every change of it. */
const refused =
  (group: Group): Strike =>
  ({ world }) =>
    world.faults.add({ call: 'eks:UpdateNodegroupConfig', target: `*${group}*`, what: 'Internal' });

const boundsKept = ({ world }: Seen) => {
  const calls = world.audit.writes('rotation').filter(({ call }) => call === 'eks:UpdateNodegroupConfig');
  expect(calls.filter(({ result }) => result !== 'ok')).toEqual([]);
  const sizes = calls.flatMap(({ input }) => Object.assign({ scalingConfig: undefined }, input).scalingConfig ?? []);
  for (const { minSize, desiredSize = minSize, maxSize } of sizes) {
    expect([minSize <= desiredSize, desiredSize <= maxSize, maxSize >= 1]).toEqual([true, true, true]);
  }
};
/** Green begins with a max below what it is to get. */
const narrow = withHistory((more) => {
  const [a, b] = pair(4);
  return smallWorld({ ...more, cluster: { groups: a && b ? [a, { ...b, max: 1 }] : [] } });
});

const protectedOne =
  (group: Group): Strike =>
  (place) => {
    const node = first(place, group);
    place.events.protect(node);
    return () => {
      place.events.protect(node, false);
      place.events.trouble(group, {});
    };
  };

const rebalanced = (group: Group, { world, events }: Place): boolean => {
  const { zones, instances } = groupOf(world, group);
  const [from = zones[0] ?? ''] = [...instances.values()].map(({ zone }) => zone);
  return events.rebalance(group, from, zones.find((zone) => zone !== from) ?? '');
};
const noRebalance = once((place) => {
  expect([rebalanced(blue, place), rebalanced(green, place)]).toEqual([false, false]);
});
const rebalance = (group: Group) => once((place) => expect(rebalanced(group, place)).toBe(true));

const refresh = (group: Group) => once(({ events }) => expect(events.instanceRefresh(group)).toBe(true));
/** One that is cancelled after a while. */
const passingRefresh =
  (group: Group): Strike =>
  ({ events, world }) => {
    events.instanceRefresh(group);
    return () => {
      for (const one of groupOf(world, group).instanceRefreshes) one.status = 'Cancelled';
    };
  };
const noRefresh = once(({ events }) => expect([events.instanceRefresh(blue), events.instanceRefresh(green)]).toEqual([false, false]));

const warmed = once(({ events }) => {
  events.warmPool(blue, 2);
  events.warmPool(green, 2);
});

/** Nothing of ours stands still behind a rotation that went back, as far as it came. */
const processesBack = ({ rig }: Seen) => {
  const suspended = ({ groups }: typeof rig.before) => Object.entries(groups).map(([name, group]) => [name, group.suspended]);
  expect(suspended(rig.after())).toEqual(suspended(rig.before));
};

/** F-01 … F-19: capacity and nodes. */
export const capacity: Scenarios = {
  'F-01': {
    Grow: [on({ strike: trouble(green, { noCapacity: 'all' }), names: /workers-b.*InsufficientInstanceCapacity/ })],
    Move: [on({ strike: trouble(green, { noCapacity: 'all' }) })],
    Soak: [on({ strike: trouble(green, { noCapacity: 'all' }) })],
    Retire: [on({ strike: trouble(green, { noCapacity: 'all' }) })],
    Rev: [
      on({
        strike: lost(blue, { noCapacity: 'all' }),
        names: /workers-a has 3 of 4 nodes.*InsufficientInstanceCapacity/,
        see: processesBack,
      }),
    ],
  },
  'F-02': {
    Grow: [
      on({
        about: 'where volumes are',
        world: withHistory(statefulWorld),
        strike: trouble(green, { noCapacity: ['eu-west-1a'] }),
        names: /workers-b: 6 nodes, 2 more than blue, are not enough:.*eu-west-1a/,
      }),
    ],
    Rev: [
      on({
        about: 'where volumes are',
        world: withHistory(statefulWorld),
        strike: (place) => {
          const end = trouble(blue, { noCapacity: ['eu-west-1a'] })(place);
          const { objects } = place.cluster;
          const isThere = (name: string) => objects.nodes.get(name)?.metadata.labels['topology.kubernetes.io/zone'] === 'eu-west-1a';
          for (const node of place.nodesOf(blue).filter(isThere)) place.events.terminateInstance(node);
          return end;
        },
        names: /Pod shop\/db-\d/,
      }),
    ],
  },
  'F-03': {
    Pre: [
      on({ world: withHistory((more) => smallWorld({ ...more, quotas: { 'ec2/L-1216C47A': 20 } })), names: /quota.*needs 16.* vCPUs/ }),
    ],
    Grow: [
      on({
        strike: (place) => {
          place.events.health(green, quotaReached);
          return trouble(green, { noCapacity: 'all' })(place);
        },
        names: /workers-b.*InstanceLimitExceeded/,
      }),
    ],
    Rev: [on({ strike: launchesNothing(blue, quotaReached), names: /workers-a has 3 of 4 nodes.*InstanceLimitExceeded/ })],
  },
  'F-04': {
    Pre: [
      on({
        strike: once(({ world }) => {
          const { subnets } = world.services;
          subnets.splice(0, subnets.length, ...subnets.map((one) => ({ ...one, AvailableIpAddressCount: 6 })));
        }),
        names: /Subnet subnet-payments-a: 6 free addresses/,
      }),
    ],
    Grow: [on({ strike: trouble(green, { noAddresses: true }), names: /ip-10-0-\S+/ })],
    Move: [on({ strike: trouble(green, { noAddresses: true }), names: /pod \S+ on ip-\S+ is Pending: ContainerCreating/ })],
    Soak: [
      on({
        strike: (place) => {
          const end = trouble(green, { noAddresses: true })(place);
          const [pod] = place.podsOf('shop/web');
          place.events.deletePod(`shop/${pod?.metadata.name}`, 1);
          return end;
        },
        names: /Deployment shop\/web/,
      }),
    ],
    Rev: [on({ strike: trouble(blue, { noAddresses: true }), names: /is Pending: ContainerCreating/ })],
  },
  'F-05': {
    Grow: [on({ strike: trouble(green, { neverJoin: true }), names: /instance i-\S+ in eu-west-1\S is InService and no node yet/ })],
  },
  'F-06': {
    Grow: [
      on({ strike: trouble(green, { notReady: true }), names: /node ip-\S+ is not Ready/ }),
      on({ about: 'a DaemonSet crashes there', strike: crashing, names: /DaemonSet kube-system\/aws-node has no Ready pod on node ip-/ }),
    ],
    Move: [on({ strike: unready(green), seconds: 80, names: /Node ip-\S+ of green is not Ready/ })],
    Soak: [on({ strike: unready(green), seconds: 80, names: /green has 3 Ready nodes of 4; not Ready: ip-/ })],
    Retire: [on({ strike: unready(green) })],
    Rev: [on({ strike: lost(blue, { notReady: true }), names: /workers-a has 3 of 4 nodes Ready/ })],
  },
  'F-07': {
    Move: [on({ strike: flaps(green), seconds: 60, names: /Node ip-\S+ of green is not Ready/ })],
    Soak: [on({ strike: flaps(green), seconds: 60, names: /green has 3 Ready nodes of 4; not Ready: ip-/ })],
    Rev: [on({ strike: unready(blue), names: /workers-a has 3 of 4 nodes Ready/ })],
  },
  'F-08': {
    Grow: [on({ at: 'validate-green plan-batch', strike: lost(green) })],
    Move: [on({ strike: lost(green, { noCapacity: 'all' }), at: 'drain settle-batch', names: /green has 3 Ready nodes, expected 4/ })],
    Soak: [on({ strike: lost(green, { noCapacity: 'all' }), names: /green has 3 Ready nodes of 4/ })],
    Retire: [on({ strike: lost(green) })],
    Rev: [on({ strike: lost(green) })],
  },
  'F-09': {
    Move: [
      on({ about: 'and is replaced', strike: lost(blue) }),
      on({ about: 'and is not heard of any more', strike: once((place) => place.events.killNode(first(place, blue))) }),
    ],
    Soak: [on({ strike: lost(blue, { noCapacity: 'all' }) })],
    Retire: [on({ strike: lost(blue, { noCapacity: 'all' }) })],
    Rev: [on({ strike: lost(blue, { noCapacity: 'all' }), names: /workers-a has 3 of 4 nodes Ready/ })],
  },
  'F-10': {
    Pre: [
      on({
        strike: once(({ events }) => events.health(green, noTemplate)),
        names: /[Nn]ode group workers-b: EKS reports Ec2LaunchTemplateNotFound/,
      }),
    ],
    Grow: [on({ strike: degraded })],
    Move: [on({ strike: degraded })],
    Soak: [on({ strike: degraded })],
    Retire: [on({ strike: degraded })],
    Rev: [on({ strike: degraded })],
  },
  'F-11': {
    Pre: [on({ strike: stuckByOthers(green), names: /[Nn]ode group workers-b: an update of it is in progress/ })],
    Grow: [
      on({
        strike: (place) => {
          const end = stuck(green)(place);
          place.events.after(longerThanDeadlines, end);
          return end;
        },
        names: /[Nn]ode group workers-b is UPDATING/,
      }),
    ],
    Move: [on({ strike: stuckByOthers(green, 600), names: /[Nn]ode group workers-b is UPDATING/ })],
    Soak: [on({ strike: stuckByOthers(blue), names: /[Nn]ode group workers-a is UPDATING/ })],
    Retire: [on({ strike: stuck(blue), names: /[Nn]ode group workers-a is UPDATING/ })],
    Rev: [on({ strike: stuck(green), names: /[Nn]ode group workers-b is UPDATING/ })],
  },
  'F-12': {
    Grow: [on({ world: narrow, see: boundsKept })],
    Retire: [on({ world: narrow, see: boundsKept })],
    Rev: [on({ world: narrow, see: boundsKept })],
  },
  'F-13': {
    Pre: [
      on({
        strike: once(({ events }) => events.health(green, noTemplate)),
        names: /[Nn]ode group workers-b: EKS reports Ec2LaunchTemplateNotFound/,
      }),
    ],
    Grow: [
      on({
        strike: (place) => {
          place.events.health(green, noTemplate);
          return trouble(green, { noCapacity: 'all' })(place);
        },
        names: /workers-b.*Ec2LaunchTemplateNotFound/,
      }),
    ],
    Retire: [on({ strike: refused(blue), names: /workers-a/ })],
    Rev: [on({ strike: launchesNothing(blue, noTemplate), names: /workers-a has 3 of 4 nodes.*Ec2LaunchTemplateNotFound/ })],
  },
  'F-14': {
    Pre: [
      on({
        world: operated,
        see: ({ record }) => {
          expect(record.problems).toContainEqual(expect.objectContaining({ id: 'asg-operated', severity: 'warn' }));
          expect(record.notes.processesRefused).toHaveLength(2);
        },
      }),
    ],
    Rev: [on({ world: operated })],
  },
  'F-15': {
    Pre: [on({ strike: refresh(blue), names: /[Nn]ode group workers-a: instance refresh refresh-\d+ is active/ })],
    Grow: [
      on({ about: 'where it could not be suspended', world: operated, strike: refresh(green), names: /instance refresh refresh-\d+/ }),
    ],
    Move: [
      on({
        about: 'where it could not be suspended',
        world: operated,
        strike: passingRefresh(green),
        names: /instance refresh refresh-\d+/,
      }),
    ],
    Soak: [
      on({
        about: 'where it could not be suspended',
        world: operated,
        strike: passingRefresh(green),
        names: /instance refresh refresh-\d+/,
      }),
    ],
    Retire: [
      on({ about: 'suspended by the freeze', strike: noRefresh }),
      on({ about: 'of green, operated by others', world: operated, strike: refresh(green) }),
    ],
    Rev: [
      on({ about: 'suspended by the freeze', strike: noRefresh }),
      on({ about: 'of blue, operated by others', world: operated, strike: refresh(blue) }),
    ],
  },
  'F-16': {
    Grow: [
      on({ at: 'validate-green plan-batch', strike: noRebalance }),
      on({ about: 'where it could not be suspended', world: operated, at: 'validate-green plan-batch', strike: rebalance(green) }),
    ],
    Move: [
      on({ strike: noRebalance }),
      on({ about: 'of green, where it could not be suspended', at: 'drain settle-batch', world: operated, strike: rebalance(green) }),
      on({ about: 'of blue, where it could not be suspended', world: operated, strike: rebalance(blue) }),
    ],
    Soak: [on({ strike: noRebalance }), on({ about: 'where it could not be suspended', world: operated, strike: rebalance(green) })],
    Retire: [on({ strike: noRebalance }), on({ about: 'where it could not be suspended', world: operated, strike: rebalance(green) })],
    Rev: [on({ strike: noRebalance }), on({ about: 'where it could not be suspended', world: operated, strike: rebalance(blue) })],
  },
  'F-17': {
    Pre: [
      on({ strike: warmed, see: ({ record }) => expect(record.problems).toContainEqual(expect.objectContaining({ id: 'warm-pool' })) }),
    ],
    Grow: [on({ strike: warmed })],
    Retire: [on({ strike: warmed })],
    Rev: [on({ strike: warmed })],
  },
  'F-18': {
    Retire: [on({ strike: trouble(blue, { terminationHangs: true }), names: /i-\S+ is Terminating:Wait/ })],
    Rev: [on({ strike: trouble(green, { terminationHangs: true }), names: /i-\S+ is Terminating:Wait/ })],
  },
  'F-19': {
    Pre: [
      on({
        about: 'the protection is taken away in time',
        strike: (place) => {
          const end = protectedOne(blue)(place);
          if (end instanceof Function) place.events.after(400, end);
          return undefined;
        },
        see: ({ record }) => expect(record.problems).toContainEqual(expect.objectContaining({ id: 'scale-in-protection' })),
      }),
    ],
    Retire: [on({ strike: protectedOne(blue), names: /i-\S+ is InService, protected from scale-in/ })],
    Rev: [on({ strike: protectedOne(green), names: /i-\S+ is InService, protected from scale-in/ })],
  },
};
