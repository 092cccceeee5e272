import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddonVersion, compareAddonMinors, compareAddonVersions, parseAddonVersion } from '../../functions/versions/addon-version.ts';

function parsed(text: string): AddonVersion {
  const version = parseAddonVersion(text);
  if (version === undefined) throw new Error(`cannot read ${text}`);
  return version;
}

const order = (a: string, b: string) => Math.sign(compareAddonVersions(parsed(a), parsed(b)));

describe('parseAddonVersion', () => {
  it.each([
    ['v1.20.4-eksbuild.10', { numbers: [1, 20, 4], prerelease: [], build: 10 }],
    ['v1.34.0-minimal-eksbuild.1', { numbers: [1, 34, 0], prerelease: [], build: 1 }],
    ['v1.29.0-eksbuild.1', { numbers: [1, 29, 0], prerelease: [], build: 1 }],
    ['v2.0.5-eksbuild.1', { numbers: [2, 0, 5], prerelease: [], build: 1 }],
    ['v0.94.1-eksbuild.0', { numbers: [0, 94, 1], prerelease: [], build: 0 }],
    ['v1.12.0', { numbers: [1, 12, 0], prerelease: [], build: null }],
    ['8.2.0', { numbers: [8, 2, 0], prerelease: [], build: null }],
    ['v1.2', { numbers: [1, 2], prerelease: [], build: null }],
    ['v1.2.3.4-eksbuild.2', { numbers: [1, 2, 3, 4], prerelease: [], build: 2 }],
    ['v0.9.0-rc.1-eksbuild.3', { numbers: [0, 9, 0], prerelease: ['rc', '1'], build: 3 }],
    ['v0.9.0-minimalist', { numbers: [0, 9, 0], prerelease: ['minimalist'], build: null }],
    ['v0.9.0+git.1', { numbers: [0, 9, 0], prerelease: [], build: null }],
  ])('reads %s', (text, expected) => {
    expect(parseAddonVersion(text)).toEqual(expected);
  });

  it.each(['', 'latest', 'v1', 'v1.x.3', 'v1.2.3-', 'v1.2.3-eksbuild.', 'v1.2.3-eksbuild.x', 'v1.2.3 ', 'eksbuild.1'])(
    'does not guess at %j',
    (text) => {
      expect(parseAddonVersion(text)).toBeUndefined();
    },
  );
});

describe('compareAddonVersions', () => {
  it.each([
    ['v1.20.4-eksbuild.2', 'v1.20.4-eksbuild.10'],
    ['v1.9.3-eksbuild.11', 'v1.10.1-eksbuild.1'],
    ['v1.20.4-eksbuild.3', 'v1.20.5-eksbuild.1'],
    ['v1.99.0-eksbuild.1', 'v2.0.0-eksbuild.1'],
    ['v1.20.4', 'v1.20.4-eksbuild.0'],
    ['v1.20.4-rc.1-eksbuild.9', 'v1.20.4-eksbuild.1'],
    ['v1.20.4-rc.2', 'v1.20.4-rc.10'],
    ['v1.20.4-rc', 'v1.20.4-rc.1'],
    ['v1.20.4-1', 'v1.20.4-alpha'],
    ['v1.20.4-alpha', 'v1.20.4-beta'],
  ])('%s is older than %s', (older, newer) => {
    expect(order(older, newer)).toBe(-1);
    expect(order(newer, older)).toBe(1);
  });

  it.each([
    ['v1.34.0-minimal-eksbuild.1', 'v1.34.0-eksbuild.1'],
    ['v1.2-eksbuild.1', '1.2.0-eksbuild.1'],
  ])('%s and %s are the same build', (one, other) => {
    expect(order(one, other)).toBe(0);
  });

  const versions = fc
    .record({
      numbers: fc.array(fc.nat(12), { minLength: 2, maxLength: 4 }),
      prerelease: fc.array(fc.constantFrom('alpha', 'rc', '1', '2', '10'), { maxLength: 2 }),
      build: fc.option(fc.nat(12)),
      variant: fc.constantFrom('', '-minimal'),
    })
    .map(({ numbers, prerelease, build, variant }) => {
      const pre = prerelease.length > 0 ? `-${prerelease.join('.')}` : '';
      return `v${numbers.join('.')}${pre}${variant}${build === null ? '' : `-eksbuild.${build}`}`;
    });

  it('is a total order on everything that EKS may write', () => {
    fc.assert(
      fc.property(versions, versions, versions, (a, b, c) => {
        expect(order(a, a)).toBe(0);
        expect(order(a, b)).toBe(order(b, a) === 0 ? 0 : -order(b, a));
        if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('counts builds as numbers', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (a, b) => {
        expect(order(`v1.20.4-eksbuild.${a}`, `v1.20.4-eksbuild.${b}`)).toBe(Math.sign(a - b));
      }),
    );
  });
});

describe('compareAddonMinors', () => {
  it.each([
    ['v1.20.9-eksbuild.9', 'v1.20.1-eksbuild.1', 0],
    ['v1.9.9', 'v1.10.0', -1],
    ['v2.0.0', 'v1.99.0', 1],
  ])('%s against %s', (a, b, expected) => {
    expect(Math.sign(compareAddonMinors(parsed(a), parsed(b)))).toBe(expected);
  });
});
