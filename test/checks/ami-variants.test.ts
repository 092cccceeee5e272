import { AMITypes } from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import { amiFamilyOf, hasVariant, isBottlerocketOrWindows } from '../../functions/checks/ami-variants.ts';

const known = Object.values(AMITypes).filter(isBottlerocketOrWindows);

describe('the variants of Bottlerocket and Windows', () => {
  it.each(known)('has %s, an AMI type of the API', (amiType) => {
    expect(amiFamilyOf(amiType)?.available.length).toBeGreaterThan(0);
  });

  it('has no version that is there and not there', () => {
    for (const amiType of known) {
      const family = amiFamilyOf(amiType);
      const absent = new Set(family?.absent.map(({ minor }) => minor));
      expect(family?.available.filter(({ minor }) => absent.has(minor))).toEqual([]);
    }
  });

  it('leaves other AMI types alone', () => {
    const others = Object.values(AMITypes).filter((amiType) => !isBottlerocketOrWindows(amiType));
    expect(others).toContain('CUSTOM');
    expect(others.filter((amiType) => amiFamilyOf(amiType))).toEqual([]);
  });

  it('does not guess', () => {
    const family = amiFamilyOf('WINDOWS_CORE_2025_x86_64');
    if (!family) throw new Error('expected a family');
    expect([33, 34, 35, 36].map((minor) => hasVariant(family, { major: 1, minor }))).toEqual(['no', 'no', 'yes', 'unknown']);
  });
});
