import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { supportCalendar } from '../../functions/versions/calendar.ts';
import { compareVersions, formatVersion } from '../../functions/versions/kubernetes-version.ts';
import { selectTarget, TargetNotOffered } from '../../functions/versions/upgrade-path.ts';

const now = new Date('2026-11-21T06:00:00Z');
const v = (minor: number) => ({ major: 1, minor });
const offering = (...versions: string[]) =>
  supportCalendar(
    versions.map((clusterVersion) => ({ clusterVersion })),
    now,
  );
const texts = ({ target, hops }: ReturnType<typeof selectTarget>) => [target && formatVersion(target), ...hops.map(formatVersion)];

describe("the target 'next'", () => {
  test('is the oldest offered version that is newer', () => {
    expect(texts(selectTarget(v(34), 'next', offering('1.36', '1.35', '1.34', '1.33')))).toEqual(['1.35', '1.35']);
  });

  test('has a hop for every minor in between when the next ones are no longer offered', () => {
    expect(texts(selectTarget(v(28), 'next', offering('1.31', '1.32')))).toEqual(['1.31', '1.29', '1.30', '1.31']);
  });

  test('is null, without hops, on the newest offered version and beyond it', () => {
    expect(selectTarget(v(36), 'next', offering('1.35', '1.36'))).toEqual({ target: null, hops: [] });
    expect(selectTarget(v(37), 'next', offering('1.35', '1.36'))).toEqual({ target: null, hops: [] });
  });

  test('never leaves the major: how many minors it would still have is not known', () => {
    expect(selectTarget(v(36), 'next', offering('1.36', '2.0'))).toEqual({ target: null, hops: [] });
  });

  test('is offered and newer, nothing offered lies before it, and the hops end there', () => {
    const minors = fc.uniqueArray(fc.integer({ min: 20, max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.integer({ min: 15, max: 65 }), minors, (minor, offered) => {
        const calendar = offering(...offered.map((each) => `1.${each}`));
        const { target, hops } = selectTarget(v(minor), 'next', calendar);
        const newer = calendar.offered.filter((each) => compareVersions(each, v(minor)) > 0);
        if (target === null) {
          expect(newer).toEqual([]);
          expect(hops).toEqual([]);
          return;
        }
        expect(newer).toContainEqual(target);
        expect(newer.every((each) => compareVersions(each, target) >= 0)).toBe(true);
        expect(hops).toHaveLength(target.minor - minor);
        expect(hops.at(-1)).toEqual(target);
      }),
    );
  });
});

describe('an explicit target', () => {
  test('may be several minors ahead', () => {
    expect(texts(selectTarget(v(33), '1.36', offering('1.34', '1.35', '1.36')))).toEqual(['1.36', '1.34', '1.35', '1.36']);
  });

  test.each([
    [
      '1.40',
      34,
      'Cannot select the upgrade target "1.40" for a control plane on 1.34: EKS does not offer it; offered, according to DescribeClusterVersions: 1.35, 1.36',
    ],
    [
      '1.34',
      34,
      'Cannot select the upgrade target "1.34" for a control plane on 1.34: a target must be newer than the control plane; offered, according to DescribeClusterVersions: 1.35, 1.36',
    ],
    [
      '1.33',
      34,
      'Cannot select the upgrade target "1.33" for a control plane on 1.34: a target must be newer than the control plane; offered, according to DescribeClusterVersions: 1.35, 1.36',
    ],
    [
      'latest',
      34,
      'Cannot select the upgrade target "latest" for a control plane on 1.34: expected "next" or a version such as 1.35; offered, according to DescribeClusterVersions: 1.35, 1.36',
    ],
    [
      '1.37',
      36,
      'Cannot select the upgrade target "1.37" for a control plane on 1.36: EKS does not offer it; offered, according to DescribeClusterVersions: nothing newer, so the newest version is already running',
    ],
  ])('%s on 1.%i is refused in one sentence', (requested, minor, message) => {
    const select = () => selectTarget(v(minor), requested, offering('1.33', '1.34', '1.35', '1.36'));
    expect(select).toThrow(TargetNotOffered);
    expect(select).toThrow(expect.objectContaining({ name: 'TargetNotOffered', message }));
  });

  test('a refusal that rests on the bundled table says how old it is', () => {
    expect(() => selectTarget(v(36), '1.37', supportCalendar(undefined, now))).toThrow('according to the bundled table of 2026-09-30');
  });
});
