import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { supportCalendar } from '../../functions/versions/calendar.ts';
import { supportOf } from '../../functions/versions/support.ts';

const v = (minor: number) => ({ major: 1, minor });
const at = (time: string, minor = 34) => supportOf(v(minor), supportCalendar(undefined, new Date(time)), new Date(time), 'EXTENDED');

describe('supportOf', () => {
  test('in standard support nothing is added to the bill', () => {
    expect(at('2026-11-21T06:00:04Z')).toEqual({
      status: 'standard',
      endOfStandardSupport: '2026-12-02',
      endOfExtendedSupport: '2027-12-02',
      daysToEndOfStandardSupport: 11,
      daysToEndOfExtendedSupport: 376,
      supportType: 'EXTENDED',
      monthlySurchargeUsd: 0,
      source: 'bundled',
    });
  });

  test.each([
    ['2026-12-01T23:59:59.999Z', 'standard', 1, 366, 0],
    ['2026-12-02T00:00:00.000Z', 'extended', 0, 365, 365],
    ['2027-12-01T23:59:59.999Z', 'extended', -364, 1, 365],
    ['2027-12-02T00:00:00.000Z', 'unsupported', -365, 0, 0],
  ])('at %s 1.34 is %s', (time, status, toStandard, toExtended, surcharge) => {
    expect(at(time)).toMatchObject({
      status,
      daysToEndOfStandardSupport: toStandard,
      daysToEndOfExtendedSupport: toExtended,
      monthlySurchargeUsd: surcharge,
    });
  });

  test('the dates of the API decide, and say so', () => {
    const now = new Date('2027-01-01T00:00:00Z');
    const moved = {
      clusterVersion: '1.34',
      endOfStandardSupportDate: '2027-01-02T00:00:00Z',
      endOfExtendedSupportDate: '2028-01-02T00:00:00Z',
    };
    expect(supportOf(v(34), supportCalendar([moved], now), now, 'STANDARD')).toMatchObject({
      status: 'standard',
      daysToEndOfStandardSupport: 1,
      supportType: 'STANDARD',
      source: 'DescribeClusterVersions',
    });
  });

  test('a version that the API left out has the bundled dates, and says so', () => {
    const now = new Date('2026-11-21T06:00:00Z');
    expect(supportOf(v(28), supportCalendar([{ clusterVersion: '1.34' }], now), now, null)).toMatchObject({
      status: 'unsupported',
      source: 'bundled',
    });
  });

  test.each([
    ['no version', undefined],
    ['a version without dates', v(99)],
  ])('%s is unknown, not supported', (_, version) => {
    const now = new Date('2026-11-21T06:00:00Z');
    const answer = [{ clusterVersion: '1.34' }];
    expect(supportOf(version, supportCalendar(answer, now), now, null)).toEqual({
      status: 'unknown',
      endOfStandardSupport: null,
      endOfExtendedSupport: null,
      daysToEndOfStandardSupport: null,
      daysToEndOfExtendedSupport: null,
      supportType: null,
      monthlySurchargeUsd: 0,
      source: 'DescribeClusterVersions',
    });
  });

  test('as time passes the status never gets better, the days never more', () => {
    const order = ['standard', 'extended', 'unsupported'];
    const instant = fc.date({ min: new Date('2023-01-01T00:00:00Z'), max: new Date('2029-12-31T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(fc.integer({ min: 21, max: 36 }), instant, instant, (minor, one, other) => {
        const [earlier, later] = one < other ? [one, other] : [other, one];
        const before = at(earlier.toISOString(), minor);
        const after = at(later.toISOString(), minor);
        expect(order.indexOf(before.status)).toBeGreaterThanOrEqual(0);
        expect(order.indexOf(after.status)).toBeGreaterThanOrEqual(order.indexOf(before.status));
        expect(after.daysToEndOfStandardSupport ?? 0).toBeLessThanOrEqual(before.daysToEndOfStandardSupport ?? 0);
        expect(before.monthlySurchargeUsd > 0).toBe(before.status === 'extended');
      }),
    );
  });
});
