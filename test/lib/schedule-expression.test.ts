import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../functions/config/schema.ts';
import { longestGapHours, scheduleExpression } from '../../lib/schedule-expression.ts';

describe('scheduleExpression', () => {
  it.each([
    ['0 6 * * *', 'cron(0 6 * * ? *)'],
    ['  30   5 *  * * ', 'cron(30 5 * * ? *)'],
    ['0 6 * * MON-FRI', 'cron(0 6 ? * MON,TUE,WED,THU,FRI *)'],
    ['0 6 * * mon', 'cron(0 6 ? * MON *)'],
    ['0 6 * * 1-5', 'cron(0 6 ? * MON,TUE,WED,THU,FRI *)'],
    ['0 6 * * 0', 'cron(0 6 ? * SUN *)'],
    ['0 6 * * 7', 'cron(0 6 ? * SUN *)'],
    ['0 6 * * 0,7', 'cron(0 6 ? * SUN *)'],
    ['0 6 * * 6-7', 'cron(0 6 ? * SAT,SUN *)'],
    ['0 6 * * 0-6', 'cron(0 6 * * ? *)'],
    ['0 6 * * FRI-SUN', 'cron(0 6 ? * FRI,SAT,SUN *)'],
    ['0 6 * * */2', 'cron(0 6 ? * TUE,THU,SAT,SUN *)'],
    ['0 6 1 * *', 'cron(0 6 1 * ? *)'],
    ['0 6 1,15 JAN-MAR *', 'cron(0 6 1,15 JAN-MAR ? *)'],
    ['*/15 */6 * * *', 'cron(0,15,30,45 0,6,12,18 * * ? *)'],
    ['*/1 0-23 */1 1-12 *', 'cron(* * * * ? *)'],
    ['5/20 6 * jan-jun/2 *', 'cron(5,25,45 6 * 1,3,5 ? *)'],
  ])('turns "%s" into %s', (crontab, expected) => {
    expect(scheduleExpression(crontab)).toBe(expected);
  });
});

describe('longestGapHours', () => {
  it.each([
    ['0 6 * * *', 24],
    ['0 6,18 * * *', 12],
    ['0 */4 * * *', 4],
    ['30 * * * *', 1],
    ['0 6 * * MON-FRI', 72],
    ['0 6 * * 1', 168],
    ['0 22,2 * * *', 20],
    ['0 6 1 * *', 31 * 24],
    ['0 6 29 2 *', (366 + 3 * 365) * 24],
  ])('of "%s" is %d hours', (crontab, hours) => {
    expect(longestGapHours(crontab)).toBe(hours);
  });

  it('of a date that does not exist is infinite', () => {
    expect(longestGapHours('0 6 31 2 *')).toBe(Number.POSITIVE_INFINITY);
  });
});

/** What a field of EventBridge selects, read as its documentation says; without steps, which it is never given. */
function eventBridgeValues(field: string, minimum: number, maximum: number, names: readonly string[] = []): readonly number[] {
  if (field === '*' || field === '?') return Array.from({ length: maximum - minimum + 1 }, (_, index) => minimum + index);
  const numberOf = (text: string) => (names.includes(text) ? names.indexOf(text) + minimum : Number(text));
  const values = field.split(',').flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split('-').map(numberOf);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  return [...new Set(values)].sort((a, b) => a - b);
}

/** A field in the words of crontab together with what it selects. */
function crontabField(minimum: number, maximum: number) {
  const bound = fc.integer({ min: minimum, max: maximum });
  const range = fc.tuple(bound, bound).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
  const step = fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined });
  const part = fc.oneof(
    bound.map((value) => ({ text: String(value), values: [value] })),
    fc.tuple(range, step).map(([{ from, to }, by]) => ({
      text: `${from}-${to}${by === undefined ? '' : `/${by}`}`,
      values: Array.from({ length: to - from + 1 }, (_, index) => from + index).filter((value) => (value - from) % (by ?? 1) === 0),
    })),
  );
  return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => ({
    text: parts.map(({ text }) => text).join(','),
    values: [...new Set(parts.flatMap(({ values }) => values))].sort((a, b) => a - b),
  }));
}

describe('any cron expression that the configuration accepts', () => {
  const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
  const all = fc.constant({ text: '*', values: undefined });

  it('selects the same times in EventBridge, which wants exactly one question mark', () => {
    const days = fc.oneof(fc.tuple(fc.oneof(crontabField(1, 31), all), all), fc.tuple(all, crontabField(0, 7)));
    fc.assert(
      fc.property(crontabField(0, 59), crontabField(0, 23), crontabField(1, 12), days, (minute, hour, month, [dayOfMonth, dayOfWeek]) => {
        const crontab = [minute, hour, dayOfMonth, month, dayOfWeek].map(({ text }) => text).join(' ');
        const accepted = configurationSchema.shape.schedule.parse({ cron: crontab });
        const expression = scheduleExpression(accepted.cron);
        const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(expression)?.slice(1) ?? [];
        expect(fields.filter((field) => field === '?')).toHaveLength(1);
        expect(eventBridgeValues(fields[0] ?? '', 0, 59)).toEqual(minute.values);
        expect(eventBridgeValues(fields[1] ?? '', 0, 23)).toEqual(hour.values);
        expect(eventBridgeValues(fields[2] ?? '', 1, 31)).toEqual(dayOfMonth.values ?? eventBridgeValues('*', 1, 31));
        expect(eventBridgeValues(fields[3] ?? '', 1, 12)).toEqual(month.values);
        const weekdays = (dayOfWeek.values ?? eventBridgeValues('*', 0, 6)).map((day) => day % 7);
        expect(weekdaysIn(fields[4] ?? '')).toEqual([...new Set(weekdays)].sort());
      }),
    );
  });

  function weekdaysIn(field: string): readonly number[] {
    if (field === '?' || field === '*') return [0, 1, 2, 3, 4, 5, 6];
    return field
      .split(',')
      .map((name) => weekdayNames.indexOf(name))
      .sort();
  }
});
