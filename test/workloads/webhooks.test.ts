import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namespaceLabels, podRequestsOf, reachesNamespace, reachesObject } from '../../functions/workloads/webhooks.ts';

const rule = (resources: string[], operations = ['CREATE'], overrides: object = {}) => ({
  apiGroups: [''],
  apiVersions: ['v1'],
  resources,
  operations,
  ...overrides,
});

describe('podRequestsOf', () => {
  it.each([
    [['pods'], ['CREATE'], ['create']],
    [['pods'], ['DELETE'], ['delete']],
    [['pods'], ['UPDATE'], []],
    [['pods'], ['*'], ['create', 'delete']],
    [
      ['pods', 'pods/eviction'],
      ['CREATE', 'DELETE'],
      ['create', 'evict', 'delete'],
    ],
    [['pods/eviction'], ['CREATE'], ['evict']],
    [['pods/eviction'], ['DELETE'], []],
    [['pods/*'], ['CREATE'], ['evict']],
    [['*'], ['CREATE'], ['create']],
    [['*/*'], ['*'], ['create', 'evict', 'delete']],
    [['*/eviction'], ['CREATE'], ['evict']],
    [['pods/status', 'pods/log', 'services'], ['*'], []],
    [['*/scale'], ['*'], []],
    [['deployments'], ['*'], []],
  ])('%j on %j: %j', (resources, operations, expected) => {
    expect(podRequestsOf([rule(resources, operations)])).toEqual(expected);
  });

  it('is about core/v1 in namespaces', () => {
    expect(podRequestsOf([rule(['*'], ['*'], { apiGroups: ['apps'] })])).toEqual([]);
    expect(podRequestsOf([rule(['*'], ['*'], { apiGroups: ['*'] })])).toEqual(['create', 'delete']);
    expect(podRequestsOf([rule(['pods'], ['*'], { apiVersions: ['v2'] })])).toEqual([]);
    expect(podRequestsOf([rule(['pods'], ['CREATE'], { apiVersions: ['*'] })])).toEqual(['create']);
    expect(podRequestsOf([rule(['pods'], ['CREATE'], { apiVersions: null })])).toEqual(['create']);
    expect(podRequestsOf([rule(['pods'], ['CREATE'], { scope: 'Cluster' })])).toEqual([]);
    expect(podRequestsOf([rule(['pods'], ['CREATE'], { scope: 'Namespaced' })])).toEqual(['create']);
    expect(podRequestsOf([rule(['pods'], ['CREATE'], { scope: '*' })])).toEqual(['create']);
  });

  it('takes each rule for itself', () => {
    expect(podRequestsOf([rule(['pods'], ['UPDATE']), rule(['services'], ['CREATE'])])).toEqual([]);
    expect(podRequestsOf([rule(['services']), rule(['pods/eviction'])])).toEqual(['evict']);
    expect(podRequestsOf([])).toEqual([]);
    expect(podRequestsOf(null)).toEqual([]);
    expect(podRequestsOf([{}])).toEqual([]);
  });

  it('only grows with more rules', () => {
    const some = fc.record({
      apiGroups: fc.subarray(['', '*', 'apps']),
      resources: fc.subarray(['pods', 'pods/*', 'pods/eviction', '*', '*/*', 'nodes']),
      operations: fc.subarray(['CREATE', 'DELETE', 'UPDATE', '*']),
    });
    fc.assert(
      fc.property(fc.array(some), some, (rules, more) => {
        const [before, after] = [podRequestsOf(rules), podRequestsOf([...rules, more])];
        expect(before.filter((one) => !after.includes(one))).toEqual([]);
      }),
    );
  });
});

describe('reach by selectors', () => {
  const notPolicy = { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['policy'] }] };

  it('selects everything without a selector, and with an empty one', () => {
    expect(reachesNamespace({}, {})).toBe(true);
    expect(reachesNamespace({ namespaceSelector: null }, { a: 'b' })).toBe(true);
    expect(reachesNamespace({ namespaceSelector: {} }, null)).toBe(true);
    expect(reachesObject({ objectSelector: null }, null)).toBe(true);
  });

  it('gives each namespace its name as a label, also one that says no labels', () => {
    expect(reachesNamespace({ namespaceSelector: notPolicy }, namespaceLabels('policy', null))).toBe(false);
    expect(reachesNamespace({ namespaceSelector: notPolicy }, namespaceLabels('shop', { team: 'shop' }))).toBe(true);
    expect(namespaceLabels('a', { 'kubernetes.io/metadata.name': 'a', x: 'y' })).toEqual({ 'kubernetes.io/metadata.name': 'a', x: 'y' });
  });

  it('asks each selector about its own labels', () => {
    const both = { namespaceSelector: { matchLabels: { a: 'b' } }, objectSelector: { matchLabels: { c: 'd' } } };
    expect([reachesNamespace(both, { a: 'b' }), reachesNamespace(both, { c: 'd' })]).toEqual([true, false]);
    expect([reachesObject(both, { a: 'b' }), reachesObject(both, { c: 'd' })]).toEqual([false, true]);
  });
});
