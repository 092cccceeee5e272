import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weekdays } from '../../../functions/config/cron.ts';
import { closedWindows, isOpen, type MaintenanceWindow } from '../../../functions/rotation/decide/windows.ts';

const createWindow = (overrides: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  days: [...weekdays],
  start: '22:00',
  end: '04:00',
  timezone: 'UTC',
  ...overrides,
});

const at = (iso: string) => new Date(iso);
const minute = 60_000;

/** Minutes of a span in which a window is open. */
function openMinutes(window: MaintenanceWindow, from: string, to: string): number {
  let open = 0;
  for (let time = Date.parse(from); time < Date.parse(to); time += minute) if (isOpen(window, new Date(time))) open += 1;
  return open;
}

describe('a maintenance window', () => {
  it('is open from its start to before its end', () => {
    const window = createWindow({ start: '09:00', end: '17:00' });
    expect(isOpen(window, at('2026-11-21T08:59:59Z'))).toBe(false);
    expect(isOpen(window, at('2026-11-21T09:00:00Z'))).toBe(true);
    expect(isOpen(window, at('2026-11-21T16:59:59Z'))).toBe(true);
    expect(isOpen(window, at('2026-11-21T17:00:00Z'))).toBe(false);
  });

  it('over midnight belongs to the day on which it opens', () => {
    const saturday = createWindow({ days: ['SAT'] });
    expect(isOpen(saturday, at('2026-11-21T03:00:00Z'))).toBe(false);
    expect(isOpen(saturday, at('2026-11-21T22:00:00Z'))).toBe(true);
    expect(isOpen(saturday, at('2026-11-22T00:00:00Z'))).toBe(true);
    expect(isOpen(saturday, at('2026-11-22T03:59:59Z'))).toBe(true);
    expect(isOpen(saturday, at('2026-11-22T04:00:00Z'))).toBe(false);
    expect(isOpen(saturday, at('2026-11-22T22:00:00Z'))).toBe(false);
  });

  it('that opens on Sunday closes on Monday', () => {
    const sunday = createWindow({ days: ['SUN'] });
    expect(isOpen(sunday, at('2026-11-23T03:00:00Z'))).toBe(true);
    expect(isOpen(sunday, at('2026-11-24T03:00:00Z'))).toBe(false);
  });

  it('whose end is its start is open for a day', () => {
    const window = createWindow({ days: ['SAT'], start: '06:00', end: '06:00' });
    expect(openMinutes(window, '2026-11-16T00:00:00Z', '2026-11-23T12:00:00Z')).toBe(24 * 60);
  });

  it('goes by the clock of its zone, in summer and in winter', () => {
    const berlin = createWindow({ start: '02:00', end: '03:00', timezone: 'Europe/Berlin' });
    expect(isOpen(berlin, at('2026-07-01T00:30:00Z'))).toBe(true);
    expect(isOpen(berlin, at('2026-01-01T00:30:00Z'))).toBe(false);
    expect(isOpen(berlin, at('2026-01-01T01:30:00Z'))).toBe(true);
    const newYork = createWindow({ days: ['FRI'], timezone: 'America/New_York' });
    // Friday 22:30 in New York is Saturday in UTC.
    expect(isOpen(newYork, at('2026-07-04T02:30:00Z'))).toBe(true);
    expect(isOpen(newYork, at('2026-07-03T02:30:00Z'))).toBe(false);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29', '02:00', '03:00', 0],
    ['Europe/Berlin', '2026-03-29', '01:00', '04:00', 2 * 60],
    ['Europe/Berlin', '2026-10-25', '02:00', '03:00', 2 * 60],
    ['Europe/Berlin', '2026-10-25', '22:00', '04:00', 7 * 60],
    ['America/New_York', '2026-03-08', '02:00', '03:00', 0],
    ['America/New_York', '2026-03-08', '01:30', '03:30', 60],
    ['America/New_York', '2026-11-01', '01:00', '02:00', 2 * 60],
    ['America/New_York', '2026-11-01', '00:00', '00:00', 25 * 60],
  ])('in %s on %s, when the clocks change, from %s to %s is open for %i minutes', (timezone, day, start, end, expected) => {
    // Of a window over midnight the one that is open in the night of the change.
    const days = weekdays.filter((_, index) => (start < end || start === end ? index === 6 : index === 5));
    const from = new Date(Date.parse(day) - 36 * 60 * minute).toISOString();
    const to = new Date(Date.parse(day) + 60 * 60 * minute).toISOString();
    expect(openMinutes(createWindow({ days, start, end, timezone }), from, to)).toBe(expected);
  });

  const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map(([h, m]) => `${pad(h)}:${pad(m)}`);
  const pad = (n: number) => String(n).padStart(2, '0');
  const days = fc.subarray([...weekdays], { minLength: 1 });
  const timezone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'UTC', 'Asia/Kolkata', 'Australia/Lord_Howe');
  const windows = fc.record({ days, start: time, end: time, timezone });
  /** Around midnight and around the changes of the clocks, in both zones. */
  const moments = fc
    .tuple(
      fc.constantFrom(
        ...['2026-03-29T00:00Z', '2026-03-28T22:00Z', '2026-10-25T00:00Z', '2026-03-08T06:00Z', '2026-11-01T05:00Z', '2026-11-22T00:00Z'],
      ),
      fc.integer({ min: -30 * 60, max: 30 * 60 }),
    )
    .map(([iso, offset]) => new Date(Date.parse(iso) + offset * minute));

  it('over midnight is the evening of its days and the morning after each', () => {
    fc.assert(
      fc.property(windows, moments, (window, now) => {
        fc.pre(window.start >= window.end);
        const evening = eveningOpen(window, now);
        const after = window.days.map((day) => weekdays[(weekdays.indexOf(day) + 1) % 7] ?? day);
        const morning = window.end !== '00:00' && isOpen({ ...window, days: after, start: '00:00' }, now);
        expect(isOpen(window, now)).toBe(evening || morning);
      }),
    );
  });

  /** From the start to the end of the day: not in the part before the start. */
  function eveningOpen(window: MaintenanceWindow, now: Date): boolean {
    const today = isOpen({ ...window, start: '00:00', end: '23:59' }, now) || isOpen({ ...window, start: '23:59', end: '00:00' }, now);
    return today && !(window.start !== '00:00' && isOpen({ ...window, start: '00:00', end: window.start }, now));
  }

  it('and its complement are never open at once, and one of them always is', () => {
    fc.assert(
      fc.property(time, time, timezone, moments, (start, end, zone, now) => {
        fc.pre(start !== end);
        const all = { days: [...weekdays], timezone: zone };
        expect(isOpen({ ...all, start, end }, now)).not.toBe(isOpen({ ...all, start: end, end: start }, now));
      }),
    );
  });

  it('with more days is open whenever it was with fewer', () => {
    fc.assert(
      fc.property(windows, days, moments, (window, more, now) => {
        if (isOpen(window, now)) expect(isOpen({ ...window, days: [...new Set([...window.days, ...more])] }, now)).toBe(true);
      }),
    );
  });
});

describe('windows that are closed', () => {
  const now = at('2026-11-21T12:00:00Z');

  it('hold nothing back where there are none, or one is open', () => {
    expect(closedWindows([], now)).toBeUndefined();
    expect(closedWindows([createWindow(), createWindow({ start: '11:00', end: '13:00' })], now)).toBeUndefined();
  });

  it('are all named', () => {
    const windows = [createWindow({ timezone: 'Europe/Berlin' }), createWindow({ days: ['SAT', 'SUN'], start: '01:00', end: '05:00' })];
    expect(closedWindows(windows, now)).toBe(
      'no maintenance window is open: every day 22:00 to 04:00 Europe/Berlin; SAT, SUN 01:00 to 05:00 UTC',
    );
  });
});
