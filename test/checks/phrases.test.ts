import { expect, test } from 'vitest';
import { count, countNodes, someOf } from '../../functions/checks/phrases.ts';

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 'c'], 'a, b, c'],
  [['a', 'b', 'c', 'd'], 'a, b, c and 1 more'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
])('someOf(%j)', (names, phrase) => {
  expect(someOf(names)).toBe(phrase);
});

test.each([
  [0, '0 nodes'],
  [1, '1 node'],
  [2, '2 nodes'],
])('count(%i)', (number, phrase) => {
  expect(count(number, 'node')).toBe(phrase);
});

test.each([
  ['3 nodes of node group web', 3, { kind: 'Nodegroup', name: 'web' }],
  ['1 node of Karpenter node pool spot', 1, { kind: 'NodePool', name: 'spot' }],
  ['2 nodes of Fargate', 2, { kind: 'FargateNodes', name: 'fargate' }],
  ['8 self-managed nodes', 8, { kind: 'SelfManagedNodes', name: 'self-managed' }],
  ['1 self-managed node', 1, { kind: 'SelfManagedNodes', name: 'self-managed' }],
  ['2 nodes of self-managed node group batch', 2, { kind: 'SelfManagedNodes', name: 'batch' }],
  ['4 hybrid nodes', 4, { kind: 'HybridNodes', name: 'hybrid' }],
] as const)('%s', (phrase, number, group) => {
  expect(countNodes(number, group)).toBe(phrase);
});
