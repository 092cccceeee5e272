import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reachMilestones } from '../../functions/fleet/milestones.ts';
import { addDays } from '../../functions/versions/days.ts';
import { quietSupport } from './builders.ts';

const configured = [180, 90, 60, 30, 14, 7, 3, 1, 0];
const none = { standard: null, extended: null };

const supportAt = (days: number | null, endDate: string | null = '2026-12-02') => ({
  ...quietSupport,
  endOfStandardSupport: endDate,
  daysToEndOfStandardSupport: days,
});

describe('reachMilestones', () => {
  it.each([
    [181, undefined],
    [180, 180],
    [91, 180],
    [31, 60],
    [30, 30],
    [1, 1],
    [0, 0],
    [-1, 0],
    [-7, 0],
    [-8, undefined],
  ])('with %d days left, and nothing told: %s', (daysLeft, days) => {
    const { reached, next } = reachMilestones(supportAt(daysLeft), none, configured);
    expect(reached).toEqual(days === undefined ? [] : [{ end: 'standard', endDate: '2026-12-02', days, daysLeft }]);
    expect(next.standard).toEqual(days === undefined ? null : { endDate: '2026-12-02', passed: days });
  });

  it('tells the smallest one that is due, and takes the larger ones for passed', () => {
    const { next } = reachMilestones(supportAt(11), none, configured);
    expect(reachMilestones(supportAt(11), next, configured).reached).toEqual([]);
    expect(reachMilestones(supportAt(25), next, configured).reached).toEqual([]);
    expect(reachMilestones(supportAt(7), next, configured).reached).toMatchObject([{ days: 7 }]);
  });

  it('counts anew when the end moves', () => {
    const { next } = reachMilestones(supportAt(11), none, configured);
    const moved = reachMilestones(supportAt(170, '2027-05-10'), next, configured);
    expect(moved.reached).toMatchObject([{ days: 180, endDate: '2027-05-10' }]);
    expect(reachMilestones(supportAt(400, '2027-12-26'), next, configured)).toEqual({ reached: [], next: none });
  });

  it('counts to both ends', () => {
    const both = { ...supportAt(3), endOfExtendedSupport: '2027-02-01', daysToEndOfExtendedSupport: 60 };
    const { reached, next } = reachMilestones(both, none, configured);
    expect(reached.map(({ end, days }) => [end, days])).toEqual([
      ['standard', 3],
      ['extended', 60],
    ]);
    expect(next).toEqual({ standard: { endDate: '2026-12-02', passed: 3 }, extended: { endDate: '2027-02-01', passed: 60 } });
  });

  it('keeps what was told while nobody knows the date', () => {
    const { next } = reachMilestones(supportAt(11), none, configured);
    expect(reachMilestones(supportAt(null, null), next, configured)).toEqual({ reached: [], next });
  });

  it('takes any list: without 0 the day itself is silent, and an empty one says nothing', () => {
    expect(reachMilestones(supportAt(-1), none, [30, 7]).reached).toEqual([]);
    expect(reachMilestones(supportAt(0), none, [30, 7]).reached).toMatchObject([{ days: 7 }]);
    expect(reachMilestones(supportAt(5), none, [])).toEqual({ reached: [], next: none });
  });

  it('tells each milestone at most once per end date, and never leaves the smallest one that is due unrecorded', () => {
    const lists = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 12 });
    // Days that pass between runs, some of which nobody made; now and then nobody knows the date, or the end moves away.
    const steps = fc.array(
      fc.record({ passed: fc.integer({ min: 0, max: 40 }), known: fc.boolean(), moved: fc.option(fc.integer({ min: 1, max: 200 })) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(lists, fc.integer({ min: -20, max: 420 }), steps, (milestones, start, history) => {
        let recorded: Parameters<typeof reachMilestones>[1] = none;
        let today = '2026-01-01';
        let end = addDays(today, start);
        let daysLeft = start;
        const told = new Set<string>();
        for (const { passed, known, moved } of history) {
          today = addDays(today, passed);
          daysLeft -= passed;
          if (moved !== null) {
            end = addDays(end, moved);
            daysLeft += moved;
          }
          const { reached, next } = reachMilestones(known ? supportAt(daysLeft, end) : supportAt(null, null), recorded, milestones);
          recorded = next;
          for (const { endDate, days } of reached) {
            expect(told).not.toContain(`${endDate} ${days}`);
            told.add(`${endDate} ${days}`);
          }
          if (!known) {
            expect(reached).toEqual([]);
            continue;
          }
          const due = milestones.filter((days) => daysLeft <= days && (daysLeft >= 0 || (days === 0 && daysLeft >= -7)));
          if (due.length === 0) expect(reached).toEqual([]);
          else {
            expect(reached.length).toBeLessThanOrEqual(1);
            expect(next.standard).toEqual({ endDate: end, passed: Math.min(...due) });
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
