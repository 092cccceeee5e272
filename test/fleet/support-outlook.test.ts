import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SupportedCluster, supportOutlook, supportOutlookSchema } from '../../functions/fleet/support-outlook.ts';
import { supportCalendar } from '../../functions/versions/calendar.ts';

const at = (text: string) => new Date(text);
const cluster = (name: string, version: string | null, supportType: SupportedCluster['supportType'] = 'EXTENDED'): SupportedCluster => ({
  accountId: '111111111111',
  region: 'eu-west-1',
  name,
  version,
  supportType,
});
/** Bundled: 1.33 extended since 2026-07-29 until 2027-07-29; 1.34 standard until 2026-12-02; 1.35 until 2027-03-27. */
const outlook = (clusters: readonly SupportedCluster[], now = '2026-11-21T06:00:00Z') =>
  supportOutlook(clusters, supportCalendar(undefined, at(now)), at(now));
const short = ({ ahead }: ReturnType<typeof outlook>) =>
  ahead.map(({ date, event, version, to, clusters, monthlySurchargeUsd }) => [
    date,
    event,
    version,
    to,
    clusters.map(({ name }) => name).join(),
    monthlySurchargeUsd,
  ]);

describe('the outlook of support', () => {
  it('shows every version that runs or is offered, with its clusters and their surcharge', () => {
    const { versions, monthlySurchargeUsd, unknown } = outlook([
      cluster('old', '1.29'),
      cluster('a', '1.33'),
      cluster('b', '1.33'),
      cluster('odd', null),
    ]);
    expect(versions.map(({ version }) => version)).toEqual(['1.29', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36']);
    expect(versions.find(({ version }) => version === '1.29')).toMatchObject({ status: 'unsupported', monthlySurchargeUsd: 0 });
    expect(versions.find(({ version }) => version === '1.33')).toMatchObject({ status: 'extended', monthlySurchargeUsd: 730 });
    expect(monthlySurchargeUsd).toBe(730);
    expect(unknown).toEqual([{ accountId: '111111111111', region: 'eu-west-1', name: 'odd' }]);
  });

  it('bills extended support from the day standard support ends, and lets EKS upgrade at the end of it', () => {
    expect(short(outlook([cluster('a', '1.34'), cluster('b', '1.33')]))).toEqual([
      ['2026-12-02', 'extended-support-begins', '1.34', null, 'a', 730],
      ['2027-07-29', 'automatic-upgrade', '1.33', '1.34', 'b', 730],
    ]);
  });

  it('upgrades a cluster of STANDARD at the end of standard support, again and again, and bills nothing', () => {
    expect(short(outlook([cluster('a', '1.34', 'STANDARD')]))).toEqual([
      ['2026-12-02', 'automatic-upgrade', '1.34', '1.35', 'a', 0],
      ['2027-03-27', 'automatic-upgrade', '1.35', '1.36', 'a', 0],
      ['2027-08-02', 'automatic-upgrade', '1.36', null, 'a', 0],
    ]);
  });

  it('goes on billing a cluster of STANDARD that is in extended support already: EKS is late with it', () => {
    const { monthlySurchargeUsd, ahead } = outlook([cluster('late', '1.33', 'STANDARD'), cluster('b', '1.35')]);
    expect(monthlySurchargeUsd).toBe(365);
    expect(ahead.map((event) => [event.date, event.monthlySurchargeUsd])).toEqual([['2027-03-27', 730]]);
  });

  it.each([
    ['the evening before', '2026-12-01T23:59:59Z', [['2026-12-02', 1]]],
    ['at midnight', '2026-12-02T00:00:00Z', []],
  ])('counts whole UTC days: %s', (_, now, expected) => {
    const { ahead } = outlook([cluster('a', '1.34')], now);
    expect(ahead.filter(({ event }) => event === 'extended-support-begins').map(({ date, days }) => [date, days])).toEqual(expected);
  });

  it.each([
    ['a year to the day', '2026-03-27T00:00:00Z', 1],
    ['a day more', '2026-03-26T23:59:59Z', 0],
  ])('sees 12 months ahead: %s', (_, now, expected) => {
    expect(outlook([cluster('a', '1.35')], now).ahead).toHaveLength(expected);
  });

  it('without clusters is the calendar of the versions', () => {
    const { versions, ahead, monthlySurchargeUsd } = outlook([]);
    expect(versions.length).toBeGreaterThan(3);
    expect({ ahead, monthlySurchargeUsd }).toEqual({ ahead: [], monthlySurchargeUsd: 0 });
  });

  it('is in order, ends within a year, and names only clusters that it was given', () => {
    const anyCluster = fc.record({
      version: fc.constantFrom('1.28', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36', '1.99', null, 'x'),
      supportType: fc.constantFrom('STANDARD' as const, 'EXTENDED' as const, null),
    });
    fc.assert(
      fc.property(
        fc.array(anyCluster, { maxLength: 6 }),
        fc.date({ min: at('2025-01-01'), max: at('2028-12-31'), noInvalidDate: true }),
        (given, now) => {
          const clusters = given.map((one, index) => ({ ...cluster(`c${index}`, one.version), ...one }));
          const seen = supportOutlookSchema.parse(supportOutlook(clusters, supportCalendar(undefined, now), now));
          const dates = seen.ahead.map(({ date }) => date);
          expect(dates).toEqual([...dates].sort());
          for (const { days } of seen.ahead) expect(days > 0 && days <= 366).toBe(true);
          const placed = [...seen.unknown, ...seen.versions.flatMap((row) => row.clusters)].map(({ name }) => name).sort();
          expect(placed).toEqual(clusters.map(({ name }) => name).sort());
        },
      ),
    );
  });
});
