import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LabelSelector, selects } from '../../functions/workloads/selectors.ts';

const matching = (key: string, operator: string, values?: string[] | null): LabelSelector => ({
  matchExpressions: [{ key, operator, values }],
});

describe('selects', () => {
  it.each([null, undefined])('selects nothing without a selector (%s)', (selector) => {
    expect(selects(selector, { app: 'a' })).toBe(false);
    expect(selects(selector, {})).toBe(false);
  });

  it.each([{}, { matchLabels: {} }, { matchExpressions: [] }, { matchLabels: null, matchExpressions: null }])(
    'selects everything when empty: %j',
    (selector) => {
      expect(selects(selector, { app: 'a' })).toBe(true);
      expect(selects(selector, {})).toBe(true);
      expect(selects(selector, null)).toBe(true);
      expect(selects(selector, undefined)).toBe(true);
    },
  );

  it('wants every label of matchLabels', () => {
    const selector = { matchLabels: { app: 'a', tier: 'web' } };
    expect(selects(selector, { app: 'a', tier: 'web', extra: 'x' })).toBe(true);
    expect(selects(selector, { app: 'a' })).toBe(false);
    expect(selects(selector, { app: 'a', tier: 'db' })).toBe(false);
    expect(selects(selector, null)).toBe(false);
  });

  it('reads an empty label value as a value', () => {
    expect(selects({ matchLabels: { app: '' } }, { app: '' })).toBe(true);
    expect(selects({ matchLabels: { app: '' } }, {})).toBe(false);
    expect(selects(matching('app', 'Exists'), { app: '' })).toBe(true);
    expect(selects(matching('app', 'In', ['']), { app: '' })).toBe(true);
  });

  it.each([
    ['In', ['a', 'b'], { app: 'b' }, true],
    ['In', ['a', 'b'], { app: 'c' }, false],
    ['In', ['a', 'b'], {}, false],
    ['NotIn', ['a', 'b'], { app: 'b' }, false],
    ['NotIn', ['a', 'b'], { app: 'c' }, true],
    ['NotIn', ['a', 'b'], {}, true],
    ['Exists', [], { app: 'a' }, true],
    ['Exists', null, {}, false],
    ['DoesNotExist', undefined, { app: 'a' }, false],
    ['DoesNotExist', [], {}, true],
  ] as const)('%s %j over %j is %s', (operator, values, labels, expected) => {
    expect(selects(matching('app', operator, values && [...values]), labels)).toBe(expected);
  });

  it.each([
    ['unknown operator', 'Gt', ['1']],
    ['operator in the wrong case', 'in', ['a']],
    ['In without values', 'In', []],
    ['NotIn without values', 'NotIn', null],
    ['Exists with values', 'Exists', ['a']],
    ['DoesNotExist with values', 'DoesNotExist', ['a']],
  ])('selects nothing by what the API refuses: %s', (_, operator, values) => {
    expect(selects(matching('app', operator, values), { app: 'a' })).toBe(false);
    expect(selects(matching('app', operator, values), { app: '2' })).toBe(false);
    expect(selects(matching('app', operator, values), {})).toBe(false);
  });

  it('wants matchLabels and every expression at once', () => {
    const selector = {
      matchLabels: { app: 'a' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['web'] },
        { key: 'canary', operator: 'DoesNotExist' },
      ],
    };
    expect(selects(selector, { app: 'a', tier: 'web' })).toBe(true);
    expect(selects(selector, { app: 'b', tier: 'web' })).toBe(false);
    expect(selects(selector, { app: 'a', tier: 'db' })).toBe(false);
    expect(selects(selector, { app: 'a', tier: 'web', canary: 'yes' })).toBe(false);
  });

  it('takes keys that every JavaScript object has for labels like any other', () => {
    expect(selects(matching('constructor', 'Exists'), {})).toBe(false);
    expect(selects(matching('toString', 'DoesNotExist'), {})).toBe(true);
    expect(selects({ matchLabels: { constructor: 'a' } }, JSON.parse('{ "constructor": "a" }'))).toBe(true);
  });
});

describe('laws of selectors', () => {
  const key = fc.constantFrom('app', 'tier', 'topology.kubernetes.io/zone', 'constructor');
  const value = fc.constantFrom('', 'a', 'b', 'c');
  const labels = fc.dictionary(key, value);
  const values = fc.array(value, { minLength: 1, maxLength: 3 });
  const requirement = fc.oneof(
    fc.record({ key, operator: fc.constantFrom('In', 'NotIn'), values }),
    fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  );
  const selector = fc.record({ matchLabels: fc.dictionary(key, value), matchExpressions: fc.array(requirement, { maxLength: 3 }) });

  it('NotIn is the complement of In, key present or not', () => {
    fc.assert(
      fc.property(key, values, labels, (key, values, labels) => {
        expect(selects(matching(key, 'NotIn', values), labels)).toBe(!selects(matching(key, 'In', values), labels));
      }),
    );
  });

  it('DoesNotExist is the complement of Exists', () => {
    fc.assert(
      fc.property(key, labels, (key, labels) => {
        expect(selects(matching(key, 'DoesNotExist'), labels)).toBe(!selects(matching(key, 'Exists'), labels));
      }),
    );
  });

  it('In implies Exists', () => {
    fc.assert(
      fc.property(key, values, labels, (key, values, labels) => {
        if (selects(matching(key, 'In', values), labels)) expect(selects(matching(key, 'Exists'), labels)).toBe(true);
      }),
    );
  });

  it('a matchLabels entry is an In with one value', () => {
    fc.assert(
      fc.property(selector, labels, ({ matchLabels, matchExpressions }, labels) => {
        const asExpressions = Object.entries(matchLabels).map(([key, value]) => ({ key, operator: 'In', values: [value] }));
        expect(selects({ matchExpressions: [...asExpressions, ...matchExpressions] }, labels)).toBe(
          selects({ matchLabels, matchExpressions }, labels),
        );
      }),
    );
  });

  it('one more requirement never selects more', () => {
    fc.assert(
      fc.property(selector, requirement, labels, (selector, requirement, labels) => {
        const narrower = { ...selector, matchExpressions: [...selector.matchExpressions, requirement] };
        expect(selects(narrower, labels)).toBe(selects(selector, labels) && selects({ matchExpressions: [requirement] }, labels));
      }),
    );
  });
});
