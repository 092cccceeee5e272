import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareVersions,
  formatVersion,
  type KubernetesVersion,
  minorsBetween,
  minorsUpTo,
  nextMinor,
  parseVersion,
} from '../../functions/versions/kubernetes-version.ts';

const minorNumber = fc.integer({ min: 0, max: 200 });
const version = fc.record({ major: fc.constant(1), minor: minorNumber });
const anyMajor = fc.record({ major: fc.integer({ min: 0, max: 3 }), minor: minorNumber });

describe('parseVersion', () => {
  test.each([
    ['1.34', 34],
    ['v1.34', 34],
    ['1.34+', 34],
    ['v1.34+', 34],
    ['1.34.4', 34],
    ['v1.34.2-eks-0a1b2c3', 34],
    ['v1.31.2-minimal-eksbuild.1', 31],
    ['v1.30.1+k3s1', 30],
    ['1.9', 9],
  ])('reads the minor of %s', (text, minor) => {
    expect(parseVersion(text)).toEqual({ major: 1, minor });
  });

  test.each([
    'latest',
    '',
    '2',
    'v1',
    '1.',
    '.34',
    '1.34foo',
    '1.34-eks',
    '1.34.',
    '1.34.x',
    '1.34.2foo',
    '1.34.2-',
    '1.034',
    '01.34',
    '-1.34',
    ' 1.34',
    '1.34 ',
    '1.34\n',
    'V1.34',
    'vv1.34',
    '1,34',
    'registry:5000/kube-proxy:v1.34.2',
    '1.99999999999999999999',
  ])('refuses %j', (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  test('reads back what formatVersion writes, with or without a patch', () => {
    fc.assert(
      fc.property(anyMajor, fc.nat(), (some, patch) => {
        expect(parseVersion(formatVersion(some))).toEqual(some);
        expect(parseVersion(`v${formatVersion(some)}.${patch}-eks-0a1b2c3`)).toEqual(some);
      }),
    );
  });

  test('a text it reads starts with the version it means', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^v?[0-9.+a-z-]{0,8}$/), (text) => {
        const parsed = parseVersion(text);
        if (parsed !== undefined) expect(text.replace(/^v/, '').startsWith(formatVersion(parsed))).toBe(true);
      }),
    );
  });
});

describe('order', () => {
  test('1.9 is older than 1.10, and 1.200 older than 2.0', () => {
    expect(compareVersions({ major: 1, minor: 9 }, { major: 1, minor: 10 })).toBeLessThan(0);
    expect(compareVersions({ major: 1, minor: 200 }, { major: 2, minor: 0 })).toBeLessThan(0);
    expect(compareVersions({ major: 1, minor: 34 }, { major: 1, minor: 34 })).toBe(0);
  });

  test('minorsBetween counts from older to newer', () => {
    expect(minorsBetween({ major: 1, minor: 32 }, { major: 1, minor: 35 })).toBe(3);
    expect(minorsBetween({ major: 1, minor: 35 }, { major: 1, minor: 32 })).toBe(-3);
    expect(minorsBetween({ major: 1, minor: 35 }, { major: 2, minor: 0 })).toBe(Number.POSITIVE_INFINITY);
    expect(minorsBetween({ major: 2, minor: 0 }, { major: 1, minor: 35 })).toBe(Number.NEGATIVE_INFINITY);
  });

  test('minorsBetween has the sign of the order', () => {
    fc.assert(fc.property(anyMajor, anyMajor, (a, b) => Math.sign(minorsBetween(a, b)) === Math.sign(compareVersions(b, a))));
  });
});

describe('minorsUpTo', () => {
  test('leaves out the start and includes the end', () => {
    expect(minorsUpTo({ major: 1, minor: 32 }, { major: 1, minor: 34 }).map(formatVersion)).toEqual(['1.33', '1.34']);
  });

  test('is empty for the same, an older, or another major', () => {
    expect(minorsUpTo({ major: 1, minor: 34 }, { major: 1, minor: 34 })).toEqual([]);
    expect(minorsUpTo({ major: 1, minor: 34 }, { major: 1, minor: 33 })).toEqual([]);
    expect(minorsUpTo({ major: 1, minor: 34 }, { major: 2, minor: 40 })).toEqual([]);
  });

  test('walks one minor at a time, as many as lie between', () => {
    fc.assert(
      fc.property(version, version, (from, to) => {
        const steps = minorsUpTo(from, to);
        expect(steps).toHaveLength(Math.max(0, minorsBetween(from, to)));
        let reached: KubernetesVersion = from;
        for (const step of steps) {
          expect(step).toEqual(nextMinor(reached));
          reached = step;
        }
        if (steps.length > 0) expect(reached).toEqual(to);
      }),
    );
  });
});
