import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hopOfChange, workloadChanges, workloadChangesAsOf } from '../../functions/checks/workload-changes.ts';

const at = (minor: number) => ({ major: 1, minor });

describe('hopOfChange', () => {
  it.each([
    [34, 35, undefined],
    [35, 36, '1.36'],
    [34, 37, '1.36'],
    [36, 37, null],
    [37, 38, null],
  ])('of 1.36 from 1.%i to 1.%i is %s', (controlPlane, target, hop) => {
    expect(hopOfChange(at(36), { controlPlane: at(controlPlane), target: at(target) })).toBe(hop);
  });

  it.each([
    [35, undefined],
    [36, null],
    [37, null],
  ])('of 1.36 with nothing newer than 1.%i is %s', (controlPlane, hop) => {
    expect(hopOfChange(at(36), { controlPlane: at(controlPlane), target: null })).toBe(hop);
  });

  it('is the version itself, now, or nothing yet', () => {
    const minor = fc.integer({ min: 20, max: 50 });
    fc.assert(
      fc.property(minor, minor, minor, (since, controlPlane, target) => {
        const hop = hopOfChange(at(since), { controlPlane: at(controlPlane), target: at(target) });
        expect(hop).toBe(controlPlane >= since ? null : target >= since ? `1.${since}` : undefined);
      }),
    );
  });
});

describe('the facts about workloads', () => {
  it('say from where and when', () => {
    expect(workloadChanges.source).toContain('KEP-5040');
    expect(workloadChangesAsOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('follow one another', () => {
    const { deprecatedIn, offByDefaultIn, removedIn } = workloadChanges.serviceExternalIps;
    expect([deprecatedIn.minor, offByDefaultIn.minor, removedIn.minor]).toEqual([36, 40, 43]);
  });
});
