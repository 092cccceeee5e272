import { expect, test } from 'vitest';
import { count, someOf } from '../../functions/checks/phrases.ts';

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
