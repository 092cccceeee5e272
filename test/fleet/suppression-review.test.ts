import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mergeReviews,
  narrowedTo,
  reviewSuppressions,
  suppressionReviewSchema,
  withoutUnseen,
} from '../../functions/fleet/suppression-review.ts';
import { createConfiguration } from '../analysis/builders.ts';
import { findingOn, type ReportInput, reportOf } from './builders.ts';

const now = new Date('2026-11-21T06:00:00Z');
const cni = findingOn('vpc-cni');
const dns = findingOn('coredns');

type Conditions = Readonly<Record<string, string>>;
const suppression = (conditions: Conditions, expires = '2027-03-01') => ({ ...conditions, reason: 'why', expires });
const configured = (...suppressions: readonly Conditions[]) => createConfiguration({ suppressions });
const review = (suppressions: readonly Conditions[], ...reports: readonly ReportInput[]) => {
  const result = reviewSuppressions(configured(...suppressions), reports.map(reportOf), now);
  expect(suppressionReviewSchema.parse(result)).toEqual(result);
  return result;
};

describe('reviewSuppressions', () => {
  it('counts the findings that count again, from the day on which a suppression expires', () => {
    const over = [
      suppression({ name: '*' }, '2026-11-21'),
      suppression({ name: 'vpc-*' }, '2026-01-01'),
      suppression({ name: 'x' }, '2026-01-01'),
    ];
    const { expired, unmatched } = review(over, { findings: [cni, dns] }, { findings: [cni] });
    expect(expired.map(({ suppression: { name }, findings }) => [name, findings])).toEqual([
      ['*', 3],
      ['vpc-*', 2],
      ['x', 0],
    ]);
    expect(unmatched).toEqual([]);
    expect(review([suppression({ name: '*' }, '2026-11-22')], { findings: [cni] }).expired).toEqual([]);
  });

  it('names those in force that match nothing', () => {
    const { unmatched, matched } = review([suppression({ name: 'vpc-cni' }), suppression({ name: 'gone' })], { suppressed: [cni] });
    expect(unmatched).toEqual([suppression({ name: 'gone' })]);
    expect(matched).toEqual([suppression({ name: 'vpc-cni' })]);
    // What counts although a suppression names it is not suppressed by it.
    expect(review([suppression({ name: 'vpc-cni' })], { findings: [cni] }).unmatched).toHaveLength(1);
  });

  it('takes both of two that overlap for matched', () => {
    expect(review([suppression({ name: 'vpc-*' }), suppression({ check: 'sample-*' })], { suppressed: [cni] }).unmatched).toEqual([]);
  });

  it.each([
    ['failed', 1],
    ['passed', 1],
    ['not-applicable', 1],
    ['unknown', 0],
    ['skipped', 0],
  ] as const)('of a check that is %s, counts %i as unmatched: nobody looked where there is no result', (status, number) => {
    expect(review([suppression({ check: 'sample-*' })], { checks: { 'sample-check': status } }).unmatched).toHaveLength(number);
  });

  it('leaves out what is narrowed to a check that did not run at all', () => {
    expect(review([suppression({ check: 'other-check' })], {}).unmatched).toEqual([]);
  });
});

it('leaves out what may match in a cluster whose check gave no result, although it gave one elsewhere', () => {
  const one = suppression({ check: 'sample-check', cluster: 'prod-*' });
  const seen = reportOf({ checks: { 'sample-check': 'passed' } });
  const unseen = reportOf({ checks: { 'sample-check': 'unknown' } });
  const named = (report: typeof seen, name: string) => ({ ...report, cluster: { ...report.cluster, name } });
  const of = (...reports: (typeof seen)[]) => reviewSuppressions(configured(one), reports, now).unmatched;
  expect(of(named(seen, 'dev-1'), named(unseen, 'prod-1'))).toEqual([]);
  expect(of(named(unseen, 'dev-1'), named(seen, 'prod-1'))).toEqual([one]);
});

describe('mergeReviews', () => {
  it('gives what the whole would, however the reports are divided', () => {
    const found = fc.subarray([cni, dns, findingOn('kube-proxy')]);
    const report = fc.record({
      findings: found,
      suppressed: found,
      checks: fc.constantFrom<NonNullable<ReportInput['checks']>>(
        { 'sample-check': 'failed' },
        { 'sample-check': 'unknown' },
        { other: 'passed' },
      ),
    });
    const names = ['vpc-cni', 'coredns', 'kube-*', 'gone'];
    const suppressions = fc.array(
      fc.record({ name: fc.constantFrom(...names), check: fc.constantFrom('*', 'sample-check', 'other'), old: fc.boolean() }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(suppressions, fc.array(report, { minLength: 1, maxLength: 5 }), (list, inputs) => {
        const unique = new Map(
          list.map(({ old, ...conditions }) => [JSON.stringify(conditions), suppression(conditions, old ? '2026-01-01' : undefined)]),
        );
        const configuration = configured(...unique.values());
        const parts = inputs.map((input) => reviewSuppressions(configuration, [reportOf(input)], now));
        const merged = parts.reduce(mergeReviews);
        expect(parts.toReversed().reduce(mergeReviews)).toEqual(merged);
        const whole = reviewSuppressions(configuration, inputs.map(reportOf), now);
        expect(merged.expired).toEqual(whole.expired);
        for (const key of ['matched', 'unmatched', 'undecided'] as const) {
          expect(new Set(merged[key])).toEqual(new Set(whole[key]));
          expect(merged[key]).toHaveLength(whole[key]?.length ?? -1);
        }
      }),
    );
  });
});

describe('where nobody looked', () => {
  const target = {
    accountId: '222222222222',
    region: 'us-east-1',
    status: 'failed' as const,
    code: 'Throttled' as const,
    message: null,
    reason: null,
  };
  const left = (conditions: Conditions, coverage: Partial<Parameters<typeof withoutUnseen>[1]>) =>
    withoutUnseen(review([suppression(conditions)], {}), { targets: [], clusters: [], ...coverage }).unmatched.length === 1;

  it('nothing is said of what may match in an account or region that failed', () => {
    const targets = [target];
    expect(left({ account: '222222222222' }, { targets })).toBe(false);
    expect(left({ cluster: 'dev-*' }, { targets })).toBe(false);
    expect(left({ account: '333333333333' }, { targets })).toBe(true);
    expect(left({ region: 'eu-*' }, { targets })).toBe(true);
    expect(left({ region: 'eu-*' }, { targets: [{ ...target, region: '*' }] })).toBe(false);
    expect(left({ region: 'eu-*' }, { targets: [{ ...target, region: '*', status: 'scanned' }] })).toBe(true);
  });

  it('nor of what may match in a cluster that failed', () => {
    const clusters = [{ ...target, name: 'dev-a', unavailable: {} }];
    expect(left({ cluster: 'dev-*' }, { clusters })).toBe(false);
    expect(left({ cluster: 'prod-*' }, { clusters })).toBe(true);
  });

  it('a narrowed run speaks only of its own clusters', () => {
    const reports = [reportOf({ cluster: { tags: { env: 'dev' } } })];
    const names = (...suppressions: readonly Conditions[]) =>
      narrowedTo(review(suppressions, {}), reports).unmatched.map(({ reason: _, ...rest }) => rest);
    expect(names(suppression({ cluster: 'pay*' }), suppression({ cluster: 'other' }), suppression({ tag: 'env=prod' }))).toEqual([
      { cluster: 'pay*', expires: '2027-03-01' },
    ]);
  });
});
