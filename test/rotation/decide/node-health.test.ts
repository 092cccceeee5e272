import { expect, test } from 'vitest';
import { type HealthFacts, unhealthy } from '../../../functions/rotation/decide/node-health.ts';
import type { LiveNode, LivePod } from '../../../functions/rotation/read/cluster-view.ts';

const node = (name: string, more: Partial<Pick<LiveNode, 'spec' | 'status'>> = {}): LiveNode => ({
  metadata: { name, labels: { disk: 'ssd' } },
  spec: {},
  status: { allocatable: { cpu: '2', pods: '10' }, nodeInfo: { kubeletVersion: 'v1.35.1-eks-1' } },
  ...more,
});
const facts = (overrides: Partial<HealthFacts> = {}): HealthFacts => ({
  view: { pods: [], daemonSets: [] },
  green: [node('green-1')],
  declared: [],
  blue: [node('blue-1')],
  apiServer: 'v1.35.4-eks-9',
  baseline: [],
  ...overrides,
});
const tainted = (key: string, effect = 'NoSchedule') => node('green-1', { spec: { taints: [{ key, effect }] } });

test('a node that is well has no problem', () => {
  expect(unhealthy(facts())).toEqual([]);
});

test('taints that neither the group declares nor blue has are problems; preferences are not', () => {
  expect(unhealthy(facts({ green: [tainted('ebs.csi.aws.com/agent-not-ready')] }))).toEqual([
    "node green-1 has the taint ebs.csi.aws.com/agent-not-ready:NoSchedule, which is not its group's",
  ]);
  expect(unhealthy(facts({ green: [tainted('gpu')], declared: [{ key: 'gpu', value: null, effect: 'NO_SCHEDULE' }] }))).toEqual([]);
  expect(unhealthy(facts({ green: [tainted('gpu')], blue: [tainted('gpu')] }))).toEqual([]);
  expect(unhealthy(facts({ green: [tainted('gpu', 'PreferNoSchedule')] }))).toEqual([]);
  const notReady = tainted('node.kubernetes.io/not-ready', 'NoExecute');
  expect(unhealthy(facts({ green: [notReady], blue: [notReady] }))).toHaveLength(1);
});

test('pressure, known or unknown, is a problem', () => {
  const status = (value: string) =>
    node('green-1', { status: { ...node('x').status, conditions: [{ type: 'DiskPressure', status: value }] } });
  expect(unhealthy(facts({ green: [status('True')] }))).toEqual(['node green-1 has DiskPressure True']);
  expect(unhealthy(facts({ green: [status('Unknown')] }))).toHaveLength(1);
  expect(unhealthy(facts({ green: [status('False')] }))).toEqual([]);
});

test.each([
  ['v1.36.0', 1],
  ['v1.35.9', 0],
  ['v1.32.0', 0],
  ['v1.31.0', 1],
  ['', 1],
])('a kubelet %s of an API server 1.35 has %d problems', (kubeletVersion, problems) => {
  expect(unhealthy(facts({ green: [node('green-1', { status: { nodeInfo: { kubeletVersion } } })] }))).toHaveLength(problems);
});

const daemonSet = (nodeSelector: Record<string, string> = {}) => ({
  metadata: { name: 'cni', namespace: 'kube-system' },
  spec: { template: { spec: { nodeSelector } } },
});
const pod = (nodeName: string, ready: boolean): LivePod => ({
  metadata: {
    name: `cni-${nodeName}`,
    namespace: 'kube-system',
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'cni', controller: true }],
  },
  spec: { nodeName },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

test('a DaemonSet that belongs on the node has a Ready pod there', () => {
  const on = (pods: LivePod[], sets = [daemonSet()]) => unhealthy(facts({ view: { pods, daemonSets: sets } }));
  expect(on([pod('blue-1', true)])).toEqual(['DaemonSet kube-system/cni has no Ready pod on node green-1']);
  expect(on([pod('green-1', false)])).toHaveLength(1);
  expect(on([pod('green-1', true)])).toEqual([]);
  expect(on([], [daemonSet({ disk: 'hdd' })])).toEqual([]);
});

test('a DaemonSet that was broken before is no failure of green', () => {
  const baseline = [
    { kind: 'DaemonSet', namespace: 'kube-system', name: 'cni', desired: 3, ready: 2, restarts: 0, pending: 0, crashing: 0 },
  ];
  expect(unhealthy(facts({ view: { pods: [], daemonSets: [daemonSet()] }, baseline }))).toEqual([]);
});
