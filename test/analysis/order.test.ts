import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byCodeUnit, compareFindings } from '../../functions/analysis/order.ts';
import { createFinding } from './builders.ts';

const inOrder = [
  createFinding({ severity: 'required', check: 'b', subject: { kind: 'Addon', namespace: null, name: 'z', arn: null } }),
  createFinding({ severity: 'recommended', check: 'a', subject: { kind: 'Addon', namespace: null, name: 'Z', arn: null } }),
  // Upper case before lower case, digits by their code units, no locale.
  createFinding({ severity: 'recommended', check: 'a', subject: { kind: 'Addon', namespace: null, name: 'a', arn: null } }),
  createFinding({ severity: 'recommended', check: 'a', subject: { kind: 'Addon', namespace: null, name: 'ä', arn: null } }),
  createFinding({ severity: 'recommended', check: 'a', subject: { kind: 'Pod', namespace: 'n10', name: 'a', arn: null } }),
  createFinding({ severity: 'recommended', check: 'a', subject: { kind: 'Pod', namespace: 'n9', name: 'a', arn: null } }),
  createFinding({
    severity: 'recommended',
    check: 'a',
    subject: { kind: 'Pod', namespace: 'n9', name: 'a', arn: null },
    discriminator: 'A',
  }),
  createFinding({ severity: 'recommended', check: 'b', subject: { kind: 'Addon', namespace: null, name: 'a', arn: null } }),
  createFinding({ severity: 'info', check: 'a', subject: { kind: 'Addon', namespace: null, name: 'a', arn: null } }),
  createFinding({ severity: 'info', check: 'a', subject: { kind: 'Pod', namespace: null, name: 'a', arn: null } }),
];

describe('compareFindings', () => {
  it('puts severity before check, namespace, name, discriminator, then kind', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(inOrder, { minLength: inOrder.length }), (shuffled) => {
        expect(shuffled.toSorted(compareFindings)).toEqual(inOrder);
      }),
    );
  });
});

describe('byCodeUnit', () => {
  it('compares code units, not characters or words of a language', () => {
    expect(['\u{1f600}', '\uff5e', 'z', 'ä', 'B', 'a', '10', '9'].toSorted(byCodeUnit)).toEqual([
      '10',
      '9',
      'B',
      'a',
      'z',
      'ä',
      '\u{1f600}',
      '\uff5e',
    ]);
    expect(byCodeUnit('a', 'a')).toBe(0);
  });
});
