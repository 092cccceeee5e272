import { expect, test } from 'vitest';
import { rotation } from '../../../functions/config/rotation.ts';
import { defaultOptions } from '../../../functions/config/rotation-options.ts';
import { lacking } from '../../../functions/rotation/decide/parity.ts';
import type { ClusterView, LiveNode, LivePod } from '../../../functions/rotation/read/cluster-view.ts';
import type { PersistentVolume } from '../../../functions/workloads/volumes.ts';

const node = (name: string, zone: string, cpu = '2', more: LiveNode['spec'] = {}): LiveNode => ({
  metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } },
  spec: more,
  status: { allocatable: { cpu, pods: '10' }, conditions: [{ type: 'Ready', status: 'True' }] },
});
const pod = (name: string, nodeName: string, cpu: string, more: LivePod['spec'] = {}, kind = 'ReplicaSet'): LivePod => ({
  metadata: { name, namespace: 'shop', ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'web', uid: 'w', controller: true }] },
  spec: { nodeName, containers: [{ name: 'web', resources: { requests: { cpu } } }], ...more },
  status: { phase: 'Running' },
});
const inZone = (zone: string): LivePod['spec'] => ({ nodeSelector: { 'topology.kubernetes.io/zone': zone } });

function lack(given: {
  blue?: LiveNode[];
  green?: LiveNode[];
  pods?: LivePod[];
  volumes?: PersistentVolume[];
  size?: number;
  before?: { name: string; allocatable: Record<string, string> }[];
}) {
  const {
    blue = [node('blue-a', 'a'), node('blue-b', 'b')],
    green = [node('green-a', 'a'), node('green-b', 'b')],
    pods = [],
    volumes = [],
  } = given;
  const view: ClusterView = {
    readAt: new Date('2026-11-21T12:00:00Z'),
    nodes: [...blue, ...green],
    pods,
    podDisruptionBudgets: [],
    deployments: [],
    statefulSets: [],
    daemonSets: [{ metadata: { name: 'web', namespace: 'shop', uid: 'w' } }],
    replicaSets: [{ metadata: { name: 'web', namespace: 'shop', uid: 'w' } }],
    jobs: [],
    persistentVolumes: volumes,
  };
  const before = given.before ?? blue.map(({ metadata }) => ({ name: metadata.name, allocatable: { cpu: '2', pods: '10' } }));
  return lacking({
    view,
    blue,
    blueBefore: before,
    green,
    size: given.size ?? blue.length,
    options: defaultOptions,
    allow: rotation.parse({}).allow,
  });
}

test('as much as blue is enough, less of one resource is not, whatever there is of others', () => {
  expect(lack({})).toEqual([]);
  expect(lack({ green: [node('green-a', 'a', '2'), node('green-b', 'b', '1999m')] })).toEqual(['in total cpu 3999m of 4']);
});

test('nodes that take no pods offer nothing', () => {
  expect(lack({ green: [node('green-a', 'a'), node('green-b', 'b', '2', { unschedulable: true })] })).toEqual([
    'in total cpu 2 of 4, pods 10 of 20',
  ]);
});

test('while blue has lost a node, what it offered at the snapshot counts', () => {
  const before = ['blue-a', 'blue-b'].map((name) => ({ name, allocatable: { cpu: '2', pods: '10' } }));
  expect(lack({ blue: [node('blue-a', 'a')], size: 2, before, green: [node('green-a', 'a')] })).toEqual([
    'in total cpu 2 of 4, pods 10 of 20',
  ]);
});

test('pods that select a zone, have a volume there, or are spread without exception need room in it', () => {
  const green = [node('green-a', 'a', '4')];
  const volume: PersistentVolume = {
    metadata: { name: 'pv', labels: { 'topology.kubernetes.io/zone': 'b' } },
    spec: { claimRef: { namespace: 'shop', name: 'data' } },
    status: { phase: 'Bound' },
  };
  const needs = (spec: LivePod['spec'], volumes: PersistentVolume[] = []) =>
    lack({ green: [...green, node('green-a2', 'a')], pods: [pod('web-1', 'blue-b', '1', spec)], volumes });
  const short = ['in zone b cpu 0 of 1, pods 0 of 1'];
  expect(needs(inZone('b'))).toEqual(short);
  expect(needs({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }, [volume])).toEqual(short);
  const spread = (whenUnsatisfiable: string) => ({
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable }],
  });
  expect(needs(spread('DoNotSchedule'))).toEqual(short);
  expect(needs(spread('ScheduleAnyway'))).toEqual([]);
  expect(needs({})).toEqual([]);
});

test('requests of a zone are summed, and what DaemonSets take of green is not free', () => {
  const bound = (name: string, cpu: string) => pod(name, 'blue-b', cpu, inZone('b'));
  expect(lack({ pods: [bound('web-1', '1'), bound('web-2', '1')] })).toEqual([]);
  const agent = pod('agent', 'green-b', '100m', {}, 'DaemonSet');
  expect(lack({ pods: [bound('web-1', '1'), bound('web-2', '1'), agent] })).toEqual(['in zone b cpu 1900m of 2']);
});

test('pods that go with their node need no room', () => {
  expect(
    lack({ green: [node('green-a', 'a', '4'), node('green-a2', 'a')], pods: [pod('agent', 'blue-b', '1', inZone('b'), 'DaemonSet')] }),
  ).toEqual([]);
});
