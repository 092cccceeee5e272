import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { staleFacts } from '../../functions/analysis/stale-facts.ts';
import { bundledCalendarAsOf } from '../../functions/versions/calendar.ts';
import { addDays } from '../../functions/versions/days.ts';

const tablesOn = (day: string) => staleFacts(new Date(`${day}T23:59:59Z`)).map(({ table }) => table);

describe('staleFacts', () => {
  it('names a table once it is older than 180 days, not on the day', () => {
    expect(tablesOn(addDays(bundledCalendarAsOf, 180))).not.toContain('support-calendar');
    expect(tablesOn(addDays(bundledCalendarAsOf, 181))).toContain('support-calendar');
    expect(staleFacts(new Date(`${addDays(bundledCalendarAsOf, 181)}T00:00:00Z`))).toContainEqual({
      table: 'support-calendar',
      asOf: bundledCalendarAsOf,
      days: 181,
    });
  });

  it('knows every table of facts', () => {
    const files = globSync('functions/*/facts/*.json').map((path) => basename(path, '.json'));
    expect(tablesOn('2100-01-01').toSorted()).toEqual(files.toSorted());
  });

  it('says nothing at the time the tables were read', () => {
    expect(staleFacts(new Date(`${bundledCalendarAsOf}T00:00:00Z`))).toEqual([]);
  });
});
