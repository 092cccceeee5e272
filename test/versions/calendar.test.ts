import { describe, expect, test } from 'vitest';
import { type ClusterVersionLike, supportCalendar } from '../../functions/versions/calendar.ts';
import { formatVersion } from '../../functions/versions/kubernetes-version.ts';

const now = new Date('2026-11-21T06:00:00Z');
const v = (minor: number) => ({ major: 1, minor });
const offeredTo = (answer: ClusterVersionLike[] | undefined, at = now) => supportCalendar(answer, at).offered.map(formatVersion);

function clusterVersion(version: string, overrides: ClusterVersionLike = {}): ClusterVersionLike {
  return {
    clusterVersion: version,
    releaseDate: '2030-01-01T00:00:00Z',
    endOfStandardSupportDate: '2031-03-01T00:00:00Z',
    endOfExtendedSupportDate: '2032-03-01T00:00:00Z',
    versionStatus: 'STANDARD_SUPPORT',
    ...overrides,
  };
}

describe('datesOf', () => {
  test('the answer of the API wins over the bundled table', () => {
    expect(supportCalendar([clusterVersion('1.34')], now).datesOf(v(34))).toEqual({
      source: 'DescribeClusterVersions',
      dates: { version: '1.34', releaseDate: '2030-01-01', endOfStandardSupport: '2031-03-01', endOfExtendedSupport: '2032-03-01' },
    });
  });

  test('dates of the AWS CLI in the time zone of its machine become UTC days', () => {
    // The example of the EKS user guide for `aws eks describe-cluster-versions`.
    const printed = {
      clusterVersion: '1.31',
      releaseDate: '2024-09-25T17:00:00-07:00',
      endOfStandardSupportDate: '2025-11-25T16:00:00-08:00',
      endOfExtendedSupportDate: '2026-11-25T16:00:00-08:00',
      status: 'STANDARD_SUPPORT',
    };
    expect(supportCalendar([printed], now).datesOf(v(31))).toEqual({
      source: 'DescribeClusterVersions',
      dates: { version: '1.31', releaseDate: '2024-09-26', endOfStandardSupport: '2025-11-26', endOfExtendedSupport: '2026-11-26' },
    });
  });

  test('a version that the API leaves out has the bundled dates', () => {
    expect(supportCalendar([clusterVersion('1.34')], now).datesOf(v(28))).toMatchObject({
      source: 'bundled',
      dates: { version: '1.28', endOfExtendedSupport: '2025-11-26' },
    });
  });

  test.each([
    ['no standard date', { endOfStandardSupportDate: null }],
    ['no extended date', { endOfExtendedSupportDate: undefined }],
    ['an unreadable standard date', { endOfStandardSupportDate: 'soon' }],
    ['an unreadable extended date', { endOfExtendedSupportDate: '2027-02-30' }],
  ])('an entry with %s takes the bundled dates', (_, overrides) => {
    const calendar = supportCalendar([clusterVersion('1.34', overrides)], now);
    expect(calendar.datesOf(v(34))).toMatchObject({ source: 'bundled', dates: { endOfStandardSupport: '2026-12-02' } });
    expect(calendar.source).toBe('DescribeClusterVersions');
  });

  test('an entry without release date has none', () => {
    expect(supportCalendar([clusterVersion('1.34', { releaseDate: null })], now).datesOf(v(34))?.dates.releaseDate).toBeNull();
  });

  test('a version that neither knows has no dates', () => {
    const undated = clusterVersion('1.99', { endOfStandardSupportDate: null });
    expect(supportCalendar([undated], now).datesOf(v(99))).toBeUndefined();
    expect(supportCalendar(undefined, now).datesOf(v(20))).toBeUndefined();
  });

  test('of two entries of one version the first counts', () => {
    const second = clusterVersion('1.34', { endOfStandardSupportDate: '2040-01-01T00:00:00Z' });
    expect(supportCalendar([clusterVersion('1.34'), second], now).datesOf(v(34))?.dates.endOfStandardSupport).toBe('2031-03-01');
  });
});

describe('offered, from the API', () => {
  test('all supported versions, ascending by number, once each', () => {
    const answer = [clusterVersion('1.100'), clusterVersion('1.34'), clusterVersion('1.99'), clusterVersion('1.34')];
    expect(offeredTo(answer)).toEqual(['1.34', '1.99', '1.100']);
    expect(supportCalendar(answer, now).source).toBe('DescribeClusterVersions');
  });

  test('extended support is offered, unsupported is not, by the new field or the deprecated one', () => {
    expect(
      offeredTo([
        clusterVersion('1.29', { versionStatus: 'UNSUPPORTED' }),
        clusterVersion('1.30', { versionStatus: null, status: 'unsupported' }),
        clusterVersion('1.31', { versionStatus: 'EXTENDED_SUPPORT' }),
        clusterVersion('1.32', { versionStatus: null, status: 'extended-support' }),
        clusterVersion('1.33', { versionStatus: undefined }),
        clusterVersion('1.34', { versionStatus: 'STANDARD_SUPPORT', status: 'unsupported' }),
      ]),
    ).toEqual(['1.31', '1.32', '1.33', '1.34']);
  });

  test('an entry without a readable version is left out', () => {
    expect(offeredTo([{}, clusterVersion('newest'), clusterVersion('1.34')])).toEqual(['1.34']);
  });
});

describe('offered, from the bundled table', () => {
  test.each([
    ['no answer', undefined],
    ['an empty answer', []],
    ['an answer that offers nothing', [clusterVersion('1.29', { versionStatus: 'UNSUPPORTED' })]],
    ['an answer without versions', [{}]],
  ])('after %s', (_, answer) => {
    expect(offeredTo(answer)).toEqual(['1.31', '1.32', '1.33', '1.34', '1.35', '1.36']);
    expect(supportCalendar(answer, now).source).toBe('bundled');
  });

  test('a version is offered from 00:00 UTC of its release day on', () => {
    expect(offeredTo(undefined, new Date('2026-06-01T23:59:59.999Z'))).not.toContain('1.36');
    expect(offeredTo(undefined, new Date('2026-06-02T00:00:00.000Z'))).toContain('1.36');
  });

  test('a version is offered up to 00:00 UTC of the day its extended support ends', () => {
    expect(offeredTo(undefined, new Date('2026-11-25T23:59:59.999Z'))).toContain('1.31');
    expect(offeredTo(undefined, new Date('2026-11-26T00:00:00.000Z'))).not.toContain('1.31');
  });

  test('the oldest row, without release date, is offered until its end', () => {
    expect(offeredTo(undefined, new Date('2024-07-14T12:00:00Z'))[0]).toBe('1.21');
    expect(offeredTo(undefined, new Date('2024-07-15T00:00:00Z'))[0]).toBe('1.22');
  });
});
