import { describe, expect, test } from 'vitest';
import { bundledCalendarAsOf, bundledSupportDates } from '../../functions/versions/bundled-calendar.ts';
import { compareVersions, nextMinor, parseVersion } from '../../functions/versions/kubernetes-version.ts';

const readUserGuide =
  // Amazon EKS user guide, latest/ug/versioning/kubernetes-versions.adoc of awsdocs/amazon-eks-user-guide at commits 0138560 and 8596db8,
  // table "Amazon EKS Kubernetes release calendar": version, Amazon EKS release, end of standard support, end of extended support.
  `
  1.34 | October 2, 2025    | December 2, 2026  | December 2, 2027
  1.33 | May 29, 2025       | July 29, 2026     | July 29, 2027
  1.32 | January 23, 2025   | March 23, 2026    | March 23, 2027
  1.31 | September 26, 2024 | November 26, 2025 | November 26, 2026
  1.30 | May 23, 2024       | July 23, 2025     | July 23, 2026
  1.29 | January 23, 2024   | March 23, 2025    | March 23, 2026
  1.28 | September 26, 2023 | November 26, 2024 | November 26, 2025
  1.27 | May 24, 2023       | July 24, 2024     | July 24, 2025
  `;

// End dates at https://endoflife.date/amazon-eks (1.35: page of February 2026; older ones: products/amazon-eks.md of
// endoflife-date/endoflife.date at commit 05b554b). 1.36 stands in neither: only the rules below hold it.
const endOfLifeDates = [
  ['1.35', '2027-03-27', '2028-03-27'],
  ['1.26', '2024-06-11', '2025-06-11'],
  ['1.25', '2024-05-01', '2025-05-01'],
  ['1.24', '2024-01-31', '2025-01-31'],
  ['1.23', '2023-10-11', '2024-10-11'],
  ['1.22', '2023-06-04', '2024-09-01'],
  ['1.21', '2023-02-16', '2024-07-15'],
] as const;

const rowOf = (version: string) => bundledSupportDates.find((row) => row.version === version);

describe('the bundled calendar, against other sources', () => {
  test.each(userGuideRows())('%s as in the EKS user guide', (version, releaseDate, endOfStandardSupport, endOfExtendedSupport) => {
    expect(rowOf(version)).toEqual({ version, releaseDate, endOfStandardSupport, endOfExtendedSupport });
  });

  test.each(endOfLifeDates)('%s ends as at endoflife.date', (version, endOfStandardSupport, endOfExtendedSupport) => {
    expect(rowOf(version)).toMatchObject({ endOfStandardSupport, endOfExtendedSupport });
  });
});

describe('the bundled calendar, in itself', () => {
  test('has every minor from 1.21 to its newest, once', () => {
    const versions = bundledSupportDates.flatMap((row) => parseVersion(row.version) ?? []).sort(compareVersions);
    expect(versions).toHaveLength(bundledSupportDates.length);
    expect(versions[0]).toEqual({ major: 1, minor: 21 });
    versions.slice(1).forEach((version, index) => {
      expect(version).toEqual(nextMinor(versions[index] ?? version));
    });
  });

  test('no later version is released, or ends, before an earlier one', () => {
    const ascending = bundledSupportDates.toReversed();
    for (const column of ['releaseDate', 'endOfStandardSupport', 'endOfExtendedSupport'] as const) {
      const dates = ascending.flatMap((row) => row[column] ?? []);
      expect(dates, column).toEqual([...dates].sort());
    }
  });

  test.each(bundledSupportDates)('$version is released, then leaves standard, then extended support', (row) => {
    expect((row.releaseDate ?? '') < row.endOfStandardSupport).toBe(true);
    expect(row.endOfStandardSupport < row.endOfExtendedSupport).toBe(true);
  });

  test.each(bundledSupportDates.filter((row) => Number(row.version.slice(2)) >= 26))(
    '$version has 14 months of standard and 12 of extended support, to the day',
    (row) => {
      expect(addMonths(row.releaseDate ?? '', 14)).toBe(row.endOfStandardSupport);
      expect(addMonths(row.endOfStandardSupport, 12)).toBe(row.endOfExtendedSupport);
    },
  );

  test('was read on a day after the release of its newest version', () => {
    expect(bundledCalendarAsOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    for (const row of bundledSupportDates) expect((row.releaseDate ?? '') <= bundledCalendarAsOf).toBe(true);
  });
});

function userGuideRows(): [string, string, string, string][] {
  return readUserGuide
    .trim()
    .split('\n')
    .map((line) => {
      const [version = '', release = '', standard = '', extended = ''] = line.split('|').map((cell) => cell.trim());
      return [version, isoDay(release), isoDay(standard), isoDay(extended)];
    });
}

/** 'October 2, 2025' → '2025-10-02' */
function isoDay(text: string): string {
  return new Date(`${text} UTC`).toISOString().slice(0, 10);
}

function addMonths(day: string, months: number): string {
  const date = new Date(day);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.toISOString().slice(0, 10);
}
