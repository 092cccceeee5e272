import { describe, expect, it } from 'vitest';
import { matchesTag, suppressionOf } from '../../functions/analysis/suppressions.ts';
import { createFinding } from './builders.ts';

const cluster = {
  accountId: '111111111111',
  region: 'eu-west-1',
  name: 'dev-payments',
  arn: 'arn',
  tags: { environment: 'dev', 'a=b': 'c' },
};
const finding = createFinding({ check: 'pdb-missing', subject: { kind: 'Deployment', namespace: 'shop', name: 'cart', arn: null } });
const now = new Date('2026-11-21T06:00:04Z');

const holds = (conditions: Readonly<Record<string, string>>, at = now, of = finding) =>
  suppressionOf(of, cluster, [{ reason: 'why', expires: '2027-03-01', ...conditions }], at) !== undefined;

describe('suppressionOf', () => {
  it.each([
    [{ check: 'pdb-missing' }, true],
    [{ check: 'pdb-*' }, true],
    [{ check: 'pdb' }, false],
    [{ account: '111111111111' }, true],
    [{ account: '1*' }, true],
    [{ account: '222222222222' }, false],
    [{ region: 'eu-*' }, true],
    [{ region: 'us-*' }, false],
    [{ cluster: 'dev-*' }, true],
    [{ cluster: '{dev,test}-payments' }, true],
    [{ cluster: 'dev-?' }, false],
    [{ namespace: 'sh[ou]p' }, true],
    [{ namespace: '*' }, true],
    [{ name: 'c?rt' }, true],
    [{ name: 'CART' }, false],
    [{ tag: 'environment=dev' }, true],
    [{ tag: 'environment=pro*' }, false],
    [{ check: 'pdb-*', cluster: 'dev-*', namespace: 'shop', name: 'cart', tag: 'environment=*' }, true],
    [{ check: 'pdb-*', cluster: 'dev-*', namespace: 'shop', name: 'checkout' }, false],
  ])('%j: %s', (conditions, expected) => {
    expect(holds(conditions)).toBe(expected);
  });

  it('does not match a namespace where there is none, not even with *', () => {
    const addon = createFinding({ check: 'pdb-missing' });
    expect(holds({ check: 'pdb-missing' }, now, addon)).toBe(true);
    expect(holds({ namespace: '*' }, now, addon)).toBe(false);
  });

  it('stops at 00:00 UTC of the day it expires', () => {
    expect(holds({ check: '*', expires: '2026-12-01' }, new Date('2026-11-30T23:59:59.999Z'))).toBe(true);
    expect(holds({ check: '*', expires: '2026-12-01' }, new Date('2026-12-01T00:00:00Z'))).toBe(false);
    // 00:30 in Berlin is still the day before in UTC.
    expect(holds({ check: '*', expires: '2026-12-01' }, new Date('2026-12-01T00:30:00+01:00'))).toBe(true);
  });

  it('gives the first that is in force', () => {
    const suppressions = [
      { check: '*', reason: 'over', expires: '2026-01-01' },
      { check: 'pdb-*', reason: 'first', expires: '2027-01-01' },
      { check: '*', reason: 'second', expires: '2028-01-01' },
    ];
    expect(suppressionOf(finding, cluster, suppressions, now)?.reason).toBe('first');
  });
});

describe('matchesTag', () => {
  it('does not take what every object has for a tag', () => {
    expect(matchesTag('constructor=*', {})).toBe(false);
    expect(matchesTag('missing=*', { other: 'x' })).toBe(false);
    expect(matchesTag('empty=*', { empty: '' })).toBe(true);
  });
});
