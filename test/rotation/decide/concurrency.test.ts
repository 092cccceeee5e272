import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crowded, type OpenRotation } from '../../../functions/rotation/decide/concurrency.ts';

const open = (overrides: Partial<OpenRotation> = {}): OpenRotation => ({
  rotationId: 'rot-a',
  accountId: '111111111111',
  region: 'eu-west-1',
  startedAt: '2026-11-21T12:00:00.000Z',
  begun: false,
  ...overrides,
});

describe('a rotation among others', () => {
  it('waits for those that were asked for before it, naming where and which', () => {
    const earlier = open({ rotationId: 'rot-z', startedAt: '2026-11-21T11:00:00.000Z' });
    expect(crowded(open(), [earlier], 2)).toBeUndefined();
    expect(crowded(open(), [earlier], 1)).toBe(
      '1 other rotations in account 111111111111, region eu-west-1 go first, and 1 may run at the same time: rot-z',
    );
  });

  it('counts in its region, then its account, then the fleet', () => {
    const earlier = { startedAt: '2026-11-21T11:00:00.000Z' };
    const here = open({ ...earlier, rotationId: 'rot-1' });
    const otherRegion = open({ ...earlier, rotationId: 'rot-2', region: 'eu-central-1' });
    const otherAccount = open({ ...earlier, rotationId: 'rot-3', accountId: '222222222222' });
    expect(crowded(open(), [here, otherRegion, otherAccount], 4)).toBeUndefined();
    expect(crowded(open(), [here, otherRegion, otherAccount], 3)).toContain('in the fleet go first');
    expect(crowded(open(), [here, otherRegion, otherAccount], 2)).toContain('in account 111111111111 go first');
  });

  it('does not wait for later ones, unless they have begun', () => {
    const later = open({ rotationId: 'rot-b' });
    expect(crowded(open(), [later], 1)).toBeUndefined();
    expect(crowded(open(), [{ ...later, begun: true }], 1)).toContain('rot-b');
  });

  it('never passes more than may run, and never holds all back, however many start at once', () => {
    const rotations = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 99 })), {
      selector: ([, id]) => id,
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(rotations, fc.integer({ min: 1, max: 5 }), (given, most) => {
        const all = given.map(([second, id]) => open({ rotationId: `rot-${id}`, startedAt: `2026-11-21T12:00:0${second}.000Z` }));
        const passed = all.filter((one) => crowded(one, all, most) === undefined);
        expect(passed).toHaveLength(Math.min(all.length, most));
      }),
    );
  });
});
