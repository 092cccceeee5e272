import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, daysUntil, parseDay, utcDay } from '../../functions/versions/days.ts';

const millisecondsPerDay = 86_400_000;
const instant = fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T23:59:59.999Z'), noInvalidDate: true });

describe('utcDay', () => {
  test.each([
    ['2026-12-01T16:00:00-08:00', '2026-12-02'],
    ['2026-12-01T15:59:59-08:00', '2026-12-01'],
    ['2026-12-02T00:00:00Z', '2026-12-02'],
    ['2026-12-01T23:59:59.999Z', '2026-12-01'],
    ['2026-12-02T00:59:59+01:00', '2026-12-01'],
    ['2026-12-02T01:00:00+01:00', '2026-12-02'],
    ['2026-12-02T05:29+05:30', '2026-12-01'],
    ['2026-12-02', '2026-12-02'],
    ['2028-02-29', '2028-02-29'],
  ])('the UTC day of %s is %s', (text, day) => {
    expect(utcDay(text)).toBe(day);
  });

  test.each([
    '',
    'tomorrow',
    '2026-12',
    '2026-13-01',
    '2026-02-30',
    '2027-02-29',
    '2026-02-30T00:00:00Z',
    '2026-12-02T25:00:00Z',
    '2026-12-02T00:00:00',
    'Wed Dec 02 2026',
    '1796169600',
  ])('refuses %j', (text) => {
    expect(parseDay(text)).toBeUndefined();
    expect(() => utcDay(text)).toThrow(RangeError);
  });

  test('names the text and the expected form in its error', () => {
    expect(() => utcDay('soon')).toThrow('Cannot read the day of "soon": expected YYYY-MM-DD');
  });

  test('is the same day for an instant, its ISO text, and its text in any time zone', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: -12 * 60, max: 14 * 60 }), (at, offsetMinutes) => {
        const local = new Date(at.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1);
        expect(utcDay(at)).toBe(utcDay(at.toISOString()));
        expect(utcDay(`${local}${offsetText(offsetMinutes)}`)).toBe(utcDay(at));
      }),
    );
  });
});

describe('daysUntil', () => {
  test.each([
    ['2026-11-30T23:59:59.999Z', 2],
    ['2026-12-01T00:00:00.000Z', 1],
    ['2026-12-01T23:59:59.999Z', 1],
    ['2026-12-02T00:00:00.000Z', 0],
    ['2026-12-02T23:59:59.999Z', 0],
    ['2026-12-03T00:00:00.000Z', -1],
  ])('from %s to 2026-12-02 it is %i', (now, days) => {
    expect(daysUntil(new Date(now), '2026-12-02')).toBe(days);
  });

  test('is whole, the same all day, and one less from the next midnight UTC on', () => {
    fc.assert(
      fc.property(instant, instant, (now, end) => {
        const day = utcDay(end);
        const midnight = Math.floor(now.getTime() / millisecondsPerDay) * millisecondsPerDay;
        const days = daysUntil(now, day);
        expect(Number.isInteger(days)).toBe(true);
        expect(daysUntil(new Date(midnight), day)).toBe(days);
        expect(daysUntil(new Date(midnight + millisecondsPerDay - 1), day)).toBe(days);
        expect(daysUntil(new Date(midnight + millisecondsPerDay), day)).toBe(days - 1);
        expect(daysUntil(new Date(midnight - 1), day)).toBe(days + 1);
      }),
    );
  });
});

describe('addDays', () => {
  test.each([
    ['2026-12-31', 1, '2027-01-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2027-02-28', 1, '2027-03-01'],
    ['2027-01-01', -1, '2026-12-31'],
    ['2026-12-02', 0, '2026-12-02'],
  ])('%s and %i days is %s', (day, days, expected) => {
    expect(addDays(day, days)).toBe(expected);
  });

  test('is the inverse of daysUntil', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: -5000, max: 5000 }), (now, days) => daysUntil(now, addDays(utcDay(now), days)) === days),
    );
  });
});

function offsetText(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
