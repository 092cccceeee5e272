import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { surgeOf } from '../../functions/checks/surge-addresses.ts';
import type { Nodegroup } from '../../functions/inventory/evidence/eks-nodegroups.ts';
import { createNodegroup } from './builders.ts';
import { createInstanceNode, createPodOn, createPodsOn, inWeb } from './builders-nodes.ts';

const plain = { customNetworking: false, ipv6: false };
const nodesOf = (number: number, pods?: string | number) =>
  Array.from({ length: number }, (_, index) => createInstanceNode(`n${index}`, { labels: inWeb, ...(pods === undefined ? {} : { pods }) }));
const withUpdate = (updateConfig: Nodegroup['updateConfig'], desiredSize?: number) =>
  createNodegroup({ updateConfig, ...(desiredSize === undefined ? {} : { scalingConfig: { desiredSize } }) });

describe('surgeOf', () => {
  test.each([
    ['the default is one node', undefined, 4, 1],
    ['nothing said is the default', {}, 4, 1],
    ['a number', { maxUnavailable: 3 }, 4, 3],
    ['a percentage, rounded up', { maxUnavailablePercentage: 30 }, 4, 2],
    ['a percentage of little is one node', { maxUnavailablePercentage: 1 }, 4, 1],
    ['all of them', { maxUnavailablePercentage: 100 }, 4, 4],
    ['at most 100', { maxUnavailablePercentage: 100 }, 400, 100],
    ['never none', { maxUnavailable: 0 }, 4, 1],
  ])('%s', (_, updateConfig, desiredSize, expected) => {
    expect(surgeOf(withUpdate(updateConfig, desiredSize), nodesOf(1), [], plain)).toMatchObject({ nodes: expected });
  });

  test('a percentage is of the nodes seen where the group does not say its size', () => {
    expect(surgeOf(withUpdate({ maxUnavailablePercentage: 50 }), nodesOf(6), [], plain)).toMatchObject({ nodes: 3 });
  });

  test('an address for each node and for each pod of the fullest node', () => {
    const pods = [...createPodsOn('n0', 3), ...createPodsOn('n1', 7), ...createPodsOn('elsewhere', 50)];
    expect(surgeOf(withUpdate({ maxUnavailable: 2 }), nodesOf(2, 29), pods, plain)).toEqual({
      nodegroup: 'web',
      nodes: 2,
      mode: 'per-ip',
      podsPerNode: 7,
      neededOfNodeSubnets: 2 * (1 + 7),
      neededOfPodSubnets: 0,
    });
  });

  test('pods on the network of their node, and pods that have ended, take none', () => {
    const pods = [
      ...createPodsOn('n0', 2),
      createPodOn('n0', { name: 'proxy', hostNetwork: true }),
      createPodOn('n0', { name: 'done', phase: 'Succeeded' }),
      createPodOn('n0', { name: 'failed', phase: 'Failed' }),
      { metadata: { name: 'unscheduled' } },
    ];
    expect(surgeOf(createNodegroup(), nodesOf(1), pods, plain)).toMatchObject({ podsPerNode: 2 });
  });

  test.each([
    [0, 16],
    [1, 16],
    [16, 16],
    [17, 32],
    [100, 112],
  ])('with prefix delegation %i pods take blocks of 16: %i', (number, expected) => {
    for (const pods of ['110', 250])
      expect(surgeOf(createNodegroup(), nodesOf(1, pods), createPodsOn('n0', number), plain)).toMatchObject({
        mode: 'prefix-delegation',
        neededOfNodeSubnets: 1 + expected,
      });
  });

  test.each(['29', 58, 234, 737, '109', '111', undefined])('a node that may run %s pods has no prefix delegation', (pods) => {
    expect(surgeOf(createNodegroup(), nodesOf(1, pods), createPodsOn('n0', 17), plain)).toMatchObject({
      mode: 'per-ip',
      neededOfNodeSubnets: 18,
    });
  });

  test('with custom networking pods take addresses of their own subnets', () => {
    const custom = { customNetworking: true, ipv6: false };
    expect(surgeOf(withUpdate({ maxUnavailable: 2 }), nodesOf(1, 20), createPodsOn('n0', 9), custom)).toMatchObject({
      mode: 'per-ip',
      neededOfNodeSubnets: 2,
      neededOfPodSubnets: 18,
    });
    expect(surgeOf(withUpdate({ maxUnavailable: 2 }), nodesOf(1, 110), createPodsOn('n0', 9), custom)).toMatchObject({
      mode: 'prefix-delegation',
      neededOfNodeSubnets: 2,
      neededOfPodSubnets: 32,
    });
  });

  test('in an IPv6 cluster pods take no IPv4 address', () => {
    expect(surgeOf(createNodegroup(), nodesOf(1, 110), createPodsOn('n0', 90), { customNetworking: false, ipv6: true })).toMatchObject({
      mode: 'ipv6',
      neededOfNodeSubnets: 1,
      neededOfPodSubnets: 0,
    });
  });

  test('a group of which no node was seen has no surge that anybody could count', () => {
    const others = [createInstanceNode('x', { labels: { 'eks.amazonaws.com/nodegroup': 'other' } }), createInstanceNode('y')];
    expect(surgeOf(createNodegroup(), others, createPodsOn('x', 5), plain)).toBeUndefined();
  });

  test('needs no less with more pods or more nodes at a time, and blocks cover the pods', () => {
    const number = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(number, number, fc.constantFrom(29, 110), (pods, maxUnavailable, limit) => {
        const needed = (podCount: number, nodes: number) =>
          surgeOf(withUpdate({ maxUnavailable: nodes }), nodesOf(1, limit), createPodsOn('n0', podCount), plain)?.neededOfNodeSubnets ?? -1;
        const here = needed(pods, maxUnavailable);
        expect(here).toBeGreaterThanOrEqual(maxUnavailable * (1 + pods));
        expect(here).toBeLessThan(maxUnavailable * (1 + pods + 16));
        expect(needed(pods + 1, maxUnavailable)).toBeGreaterThanOrEqual(here);
        expect(needed(pods, maxUnavailable + 1)).toBeGreaterThan(here);
      }),
    );
  });
});
