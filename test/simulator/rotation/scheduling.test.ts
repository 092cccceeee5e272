import { describe, expect, it } from 'vitest';
import { createLiveWorld, type GroupInput } from '../../../simulator/rotation/build.ts';
import { deployment, type WorkloadInput } from '../../../simulator/rotation/declare.ts';
import { worldEvents } from '../../../simulator/rotation/events.ts';
import { firstPodOf, payments, podsOf, readyOf, seconds, whyPending } from './world-under-test.ts';

const worldWith = (workload: Omit<WorkloadInput, 'name'>, group: Partial<GroupInput> = {}) =>
  createLiveWorld({
    clusters: [
      {
        groups: [{ name: 'workers', size: 3, instanceType: 'm7i.large', ...group }],
        workloads: [deployment({ name: 'web', ...workload })],
      },
    ],
  });
const selector = { matchLabels: { app: 'web' } };

describe('the scheduler', () => {
  it('spreads the pods of a workload over nodes and zones', () => {
    const world = worldWith({ replicas: 3 });
    expect(new Set(podsOf(world, 'shop/web').map(({ spec }) => spec.nodeName)).size).toBe(3);
  });

  it.each<[string, Omit<WorkloadInput, 'name'>, Partial<GroupInput>, string]>([
    ['too little CPU', { cpu: '4' }, {}, '0/3 nodes are available: 3 Insufficient cpu.'],
    [
      'a taint',
      {},
      { taints: [{ key: 'team', value: 'a', effect: 'NO_SCHEDULE' }] },
      '0/3 nodes are available: 3 node(s) had untolerated taint(s).',
    ],
    [
      'a node selector',
      { spec: { nodeSelector: { disk: 'ssd' } } },
      {},
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
    ],
  ])('leaves a pod Pending because of %s, and says so', (_, workload, group, message) => {
    const pod = firstPodOf(worldWith(workload, group), 'shop/web');
    expect(pod.status.phase).toBe('Pending');
    expect(pod.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }),
    );
  });

  it('puts no two pods on a node that required anti-affinity keeps apart', () => {
    const affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: selector, topologyKey: 'kubernetes.io/hostname' }],
      },
    };
    const world = worldWith({ replicas: 4, spec: { affinity } });
    expect(readyOf(world, 'shop/web')).toBe(3);
    expect(podsOf(world, 'shop/web').map(whyPending).filter(Boolean)).toEqual([
      "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.",
    ]);
  });

  it('counts cordoned nodes as domains of a hard spread', () => {
    const topologySpreadConstraints = [
      { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector },
    ];
    const world = worldWith({ replicas: 3, spec: { topologySpreadConstraints } });
    const events = worldEvents(world);
    const pod = firstPodOf(world, 'shop/web');
    events.cordon(pod.spec.nodeName ?? '');
    events.deletePod(`shop/${pod.metadata.name}`);
    seconds(world, 10);
    expect(podsOf(world, 'shop/web').map(whyPending).filter(Boolean)).toEqual([
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match pod topology spread constraints.",
    ]);
  });

  it('binds what waits as soon as there is room', () => {
    const world = worldWith({ replicas: 4, cpu: '1500m' });
    expect(readyOf(world, 'shop/web')).toBe(3);
    worldEvents(world).resize('workers', 4);
    seconds(world, 60);
    expect(readyOf(world, 'shop/web')).toBe(4);
    expect(payments(world).objects.nodes.size).toBe(4);
  });

  it('puts nothing on a node that is not Ready, or cordoned', () => {
    const world = worldWith({ replicas: 1 });
    const events = worldEvents(world);
    const [one, two, three] = [...payments(world).objects.nodes.keys()];
    events.cordon(one ?? '');
    events.nodeReady(two ?? '', 'False');
    events.setReplicas('shop/web', 5);
    seconds(world, 10);
    const added = podsOf(world, 'shop/web').filter(({ metadata }) => metadata.creationTimestamp >= '2026-11-21T08');
    expect(added.map(({ spec }) => spec.nodeName)).toEqual([three, three, three, three]);
  });
});
