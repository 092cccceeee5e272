import { expect, test } from 'vitest';
import { type UnrestFacts, unrest } from '../../../functions/rotation/decide/unrest.ts';
import type { LiveNode } from '../../../functions/rotation/read/cluster-view.ts';

const node = (zone: string, unschedulable = false): LiveNode => ({
  metadata: { name: `${zone}-1`, labels: { 'topology.kubernetes.io/zone': zone } },
  spec: { unschedulable },
});
const group = { kind: 'managed', name: 'workers-b', status: 'ACTIVE', updating: false, instanceRefreshes: [] } as const;
const facts = (overrides: Partial<UnrestFacts> = {}): UnrestFacts => ({
  clusterName: 'payments',
  cluster: { status: 'ACTIVE', zonalShift: true },
  groups: [group],
  nodes: [node('a'), node('b')],
  ...overrides,
});

test('a cluster and groups that nobody changes are at rest', () => {
  expect(unrest(facts())).toEqual([]);
});

test('a cluster that is not ACTIVE, or in a state that nobody knows, is not', () => {
  expect(unrest(facts({ cluster: { status: 'UPDATING', zonalShift: false } }))).toEqual(['cluster payments is UPDATING']);
  expect(unrest(facts({ cluster: { status: null, zonalShift: false } }))).toEqual(['cluster payments is in an unknown state']);
});

test('nor a group that is being changed, or refreshed', () => {
  const groups = [{ ...group, status: 'UPDATING', updating: true, instanceRefreshes: ['refresh-1'] }];
  expect(unrest(facts({ groups }))).toEqual([
    'node group workers-b is UPDATING',
    'instance refresh refresh-1 of node group workers-b is active',
  ]);
});

test('a zone whose nodes are all cordoned tells of a zonal shift, where there can be one', () => {
  const nodes = [node('a', true), node('a', true), node('b'), node('b', true)];
  expect(unrest(facts({ nodes }))).toEqual(['every node in a is cordoned: a zonal shift may be active']);
  expect(unrest(facts({ nodes, cluster: { status: 'ACTIVE', zonalShift: false } }))).toEqual([]);
  expect(unrest(facts({ nodes: [node('a', true), node('b', true)] }))).toEqual([]);
});
