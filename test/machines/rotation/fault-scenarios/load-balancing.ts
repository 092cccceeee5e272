import { expect } from 'vitest';
import { smallWorld } from '../../../../simulator/rotation/sample-worlds.ts';
import type { LiveWorld } from '../../../../simulator/rotation/world.ts';
import type { Place, Scenario, Scenarios, Seen } from './workload-scenario.ts';

const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/web/6d0ecf831eec9f09';
const label = 'node.kubernetes.io/exclude-from-external-load-balancers';
const service = { name: 'web', namespace: 'shop', spec: { type: 'LoadBalancer', selector: { app: 'web' } } };

/** shop/web behind a load balancer with instance targets of both groups. */
const balanced: NonNullable<Scenario['world']> = (more) =>
  smallWorld({
    ...more,
    targetGroups: [{ arn, type: 'instance', deregistrationSeconds: 60, groups: ['workers-a', 'workers-b'] }],
    cluster: { objects: { '/api/v1/services': [service] } },
  });
const slowly: NonNullable<Scenario['world']> = (more) => balanced({ ...more, timings: { targetHealthy: 300_000 } });

/** Instances that the load balancer sends requests to, as it says itself. */
const healthy = (world: LiveWorld): string[] => {
  const groups = [...world.autoScalingGroups.values()].filter(({ targetGroups }) => targetGroups.includes(arn));
  const found: string[] = [];
  for (const group of groups) {
    if (world.services.targetGroups.get(arn)?.unhealthyGroups.has(group.nodegroupName ?? '')) continue;
    const nodes = world.clusters.get(group.clusterName)?.objects.nodes;
    for (const { id, nodeName, lifecycleState, launchedAt } of group.instances.values()) {
      const { launch, join, ready, targetHealthy } = world.timings;
      const isOld = world.clock.now() >= launchedAt + launch + join + ready + targetHealthy;
      if (lifecycleState === 'InService' && isOld && nodes?.get(nodeName ?? '')?.metadata.labels[label] === undefined) found.push(id);
    }
  }
  return found;
};

/** As many targets as before serve at every instant. */
const neverFewer = ({ world }: Place) => expect(healthy(world).length).toBeGreaterThanOrEqual(4);

const unhealthy = ({ events }: Place) => events.unhealthyTargets(arn, 'workers-b');

/** Where each pod of shop/web has been, by world. */
const places = new WeakMap<LiveWorld, Map<string, string>>();
const followWeb = ({ world, podsOf }: Place) => {
  const seen = places.get(world) ?? new Map<string, string>();
  places.set(world, seen);
  for (const { metadata, spec } of podsOf('shop/web')) if (spec.nodeName) seen.set(`shop/${metadata.name}`, spec.nodeName);
};

/** Pods that serve are evicted only once their node is out of the load balancer. */
const outBeforeEvicted = ({ world }: Seen) => {
  const out = new Set<string>();
  const early: string[] = [];
  let evicted = 0;
  for (const { call, target, input, result } of world.audit.calls) {
    if (call === 'kubernetes:patch' && JSON.stringify(input).includes(`"${label}":"rot`)) out.add(target.split('/').at(-1) ?? '');
    if (call !== 'kubernetes:evict' || result !== '201' || !target.startsWith('shop/web-')) continue;
    evicted += 1;
    if (!out.has(places.get(world)?.get(target) ?? '')) early.push(target);
  }
  expect({ out: out.size, evicted, early }).toEqual({ out: 4, evicted: 5, early: [] });
};

/** A label of somebody else keeps a blue node out of load balancers. */
const foreign: NonNullable<Scenario['world']> = (more) => {
  const world = balanced(more);
  const [node] = nodesOfBlue(world);
  if (node) node.metadata.labels[label] = 'true';
  return world;
};
const nodesOfBlue = (world: LiveWorld) => {
  const nodes = [...(world.clusters.get('payments')?.objects.nodes.values() ?? [])];
  return nodes.filter(({ metadata }) => metadata.labels['eks.amazonaws.com/nodegroup'] === 'workers-a');
};
const staysForeign = ({ world }: Place) => {
  const values = nodesOfBlue(world).map(({ metadata }) => metadata.labels[label]);
  if (values.length === 4) expect(values.filter((value) => value === 'true')).toHaveLength(1);
};

/** F-65 to F-69: what the load balancers see of it. */
export const loadBalancing: Scenarios = {
  'F-65': {
    Move: [{ world: balanced, watch: neverFewer }],
    Rev: [{ about: 'blue is back before green leaves', world: balanced, watch: neverFewer }],
  },
  'F-66': {
    Move: [{ world: balanced, watch: followWeb, see: outBeforeEvicted }],
    Retire: [
      {
        about: 'no instance of blue is a target when it is terminated',
        world: balanced,
        watch: ({ world }) => {
          const blue = [...world.autoScalingGroups.values()].find(({ nodegroupName }) => nodegroupName === 'workers-a');
          if (!blue || blue.desired === 4) return;
          const serving = new Set(healthy(world));
          expect([...blue.instances.keys()].filter((id) => serving.has(id))).toEqual([]);
        },
      },
    ],
  },
  'F-67': {
    Move: [
      { world: balanced, strike: unhealthy, names: /targetgroup\/web\/6d0ecf831eec9f09 has 0 healthy targets of the nodes that take over/ },
    ],
    Soak: [{ world: balanced, strike: unhealthy, names: /targetgroup\/web\/6d0ecf831eec9f09 has 0 healthy targets/ }],
    Rev: [{ world: balanced, strike: unhealthy }],
  },
  'F-68': {
    Move: [{ world: slowly, options: { nodeDeadlineMinutes: 15, batchDeadlineMinutes: 20 }, watch: neverFewer }],
    Rev: [{ world: slowly, options: { nodeDeadlineMinutes: 15, batchDeadlineMinutes: 20 }, watch: neverFewer }],
  },
  'F-69': {
    Move: [{ world: foreign, watch: staysForeign }],
    Rev: [{ world: foreign, watch: staysForeign }],
  },
};
