import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareAmiReleases, parseAmiRelease } from '../../functions/versions/ami-release.ts';

const al = 'AL2023_x86_64_STANDARD';
const bottlerocket = 'BOTTLEROCKET_ARM_64';
const windows = 'WINDOWS_CORE_2022_x86_64';

/** Sign of the comparison of two releases of one AMI type. */
function compare(amiType: string, a: string, b: string): number | undefined {
  const [first, second] = [parseAmiRelease(amiType, a), parseAmiRelease(amiType, b)];
  if (!first || !second) throw new Error(`cannot read ${a} or ${b}`);
  const order = compareAmiReleases(first, second);
  return order === undefined ? undefined : Math.sign(order);
}

describe('parseAmiRelease', () => {
  test.each([
    [al, '1.34.1-20260101', { family: 'amazon-linux', day: 20260101, numbers: [1, 34, 1] }],
    ['AL2_x86_64', '1.29.15-20250519', { family: 'amazon-linux', day: 20250519, numbers: [1, 29, 15] }],
    [bottlerocket, '1.52.0-abcdef12', { family: 'bottlerocket', numbers: [1, 52, 0] }],
    ['BOTTLEROCKET_x86_64_NVIDIA', '1.47.0-6154605b', { family: 'bottlerocket', numbers: [1, 47, 0] }],
    [windows, '1.34-2026.01.13', { family: 'windows', day: 20260113, numbers: [1, 34] }],
    ['WINDOWS_FULL_2025_x86_64', '1.35-2026-01-22', { family: 'windows', day: 20260122, numbers: [1, 35] }],
  ])('%s %s', (amiType, text, expected) => {
    expect(parseAmiRelease(amiType, text)).toEqual(expected);
  });

  test('a commit of Bottlerocket that has no letters is no day', () => {
    expect(parseAmiRelease(bottlerocket, '1.52.0-20260101')).toEqual({ family: 'bottlerocket', numbers: [1, 52, 0] });
  });

  test.each([
    ['CUSTOM', '1.34.1-20260101'],
    ['CUSTOM', 'ami-0c7f21b8d4e90a35f'],
    ['UBUNTU_x86_64', '1.34.1-20260101'],
    [al, ''],
    [al, '1.34.1'],
    [al, '1.34-20260101'],
    [al, '1.34.1-abcdef12'],
    [al, '1.34.1-20261301'],
    [al, '1.34.1-20260230'],
    [al, '1.34.1-00000000'],
    [al, ' 1.34.1-20260101'],
    [bottlerocket, '1.52.0'],
    [bottlerocket, '1.52-abcdef12'],
    [windows, '1.34-2026.01-13'],
    [windows, '1.34.1-20260113'],
    [windows, '1.34-2026.13.01'],
  ])('%s %j is never guessed', (amiType, text) => {
    expect(parseAmiRelease(amiType, text)).toBeUndefined();
  });
});

describe('compareAmiReleases', () => {
  test.each([
    ['the day decides', al, '1.34.1-20260101', '1.34.1-20260201', -1],
    ['a patch of two digits is newer than one of one digit', al, '1.34.9-20260101', '1.34.10-20260101', -1],
    ['the day decides before the patch', al, '1.34.10-20260101', '1.34.9-20260201', -1],
    ['the same', al, '1.34.1-20260101', '1.34.1-20260101', 0],
    ['numbers, not text', bottlerocket, '1.9.0-ffffffff', '1.52.0-00000000', -1],
    ['patches too', bottlerocket, '1.52.1-00000000', '1.52.0-ffffffff', 1],
    ['commits have no order', bottlerocket, '1.52.0-00000000', '1.52.0-ffffffff', 0],
    ['years', windows, '1.34-2025.12.31', '1.34-2026.01.13', -1],
    ['hyphens or dots', windows, '1.35-2026-01-22', '1.35-2026.02.16', -1],
    ['hyphens or dots, the same day', windows, '1.35-2026-01-22', '1.35-2026.01.22', 0],
  ])('%s', (_, amiType, a, b, expected) => {
    expect(compare(amiType, a, b)).toBe(expected);
    expect(compare(amiType, b, a)).toBe(expected === 0 ? 0 : -expected);
  });

  test('two families have no order', () => {
    const [first, second] = [parseAmiRelease(al, '1.34.1-20260101'), parseAmiRelease(bottlerocket, '1.52.0-abcdef12')];
    expect(first && second && compareAmiReleases(first, second)).toBeUndefined();
  });

  test('orders releases by their day, whatever the digits look like', () => {
    const day = fc.date({ min: new Date('2019-01-01T00:00:00Z'), max: new Date('2039-12-31T00:00:00Z'), noInvalidDate: true });
    const text = (patch: number, at: Date) => `1.34.${patch}-${at.toISOString().slice(0, 10).replaceAll('-', '')}`;
    fc.assert(
      fc.property(day, day, fc.nat(200), fc.nat(200), (a, b, p, q) => {
        const days = (at: Date) => Math.floor(at.getTime() / 86_400_000);
        expect(compare(al, text(p, a), text(q, b))).toBe(Math.sign(days(a) - days(b) || p - q));
      }),
    );
  });
});
