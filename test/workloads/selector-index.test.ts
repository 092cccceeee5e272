import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectorIndex } from '../../functions/workloads/selector-index.ts';
import { type LabelSelector, selects } from '../../functions/workloads/selectors.ts';

const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'constructor'), fc.constantFrom('a', 'b', ''), { maxKeys: 3 });
const requirement = fc.record({
  key: fc.constantFrom('app', 'tier'),
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
  values: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
});
const selector: fc.Arbitrary<LabelSelector | null> = fc.option(
  fc.record({ matchLabels: labels, matchExpressions: fc.array(requirement, { maxLength: 2 }) }, { requiredKeys: [] }),
);
const namespace = fc.constantFrom('shop', 'shop2');

describe('selectorIndex', () => {
  it('finds just what a comparison with every object of the namespace finds, in the order given', () => {
    const object = fc.record({ namespace, selector });
    fc.assert(
      fc.property(fc.array(object, { maxLength: 12 }), namespace, labels, (objects, where, podLabels) => {
        const expected = objects.filter((one) => one.namespace === where && selects(one.selector, podLabels));
        expect(selectorIndex(objects, (one) => one)(where, podLabels)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('does not mistake a namespace for a label', () => {
    const index = selectorIndex([{ namespace: 'shop', selector: {} }], (one) => one);
    expect(index('shop', {})).toHaveLength(1);
    expect(index('shop2', { shop: '' })).toHaveLength(0);
  });
});
