import { weekdays } from '../../config/cron.ts';
import type { Configuration } from '../../config/schema.ts';

export type MaintenanceWindow = Configuration['rotation']['windows'][number];

/** Whether a maintenance window is open, by the clock on the wall of its time zone: from `start` to before `end`; an end that is not later than
 *  the start is on the next day, which need not be one of the days. An hour that a change of the clocks leaves out never comes, and one that
 *  comes twice is open twice. */
export function isOpen({ days, start, end, timezone }: MaintenanceWindow, now: Date): boolean {
  const { day, time } = wallClock(timezone, now);
  if (start < end) return days.includes(day) && start <= time && time < end;
  return (days.includes(day) && start <= time) || (days.includes(dayBefore(day)) && time < end);
}

/** Why nothing may begin now: no window at all means that anything may, always. */
export function closedWindows(windows: readonly MaintenanceWindow[], now: Date): string | undefined {
  if (windows.length === 0 || windows.some((window) => isOpen(window, now))) return undefined;
  return `no maintenance window is open: ${windows.map(windowText).join('; ')}`;
}

type Weekday = (typeof weekdays)[number];

function windowText({ days, start, end, timezone }: MaintenanceWindow): string {
  const when = days.length === weekdays.length ? 'every day' : days.join(', ');
  return `${when} ${start} to ${end} ${timezone}`;
}

/** Day of the week, and time of day as HH:MM. */
function wallClock(timeZone: string, now: Date): { readonly day: Weekday; readonly time: string } {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const name = parts.get('weekday')?.toUpperCase();
  const day = weekdays.find((weekday) => weekday === name);
  if (!day) throw new Error(`no day of the week at ${now.toISOString()} in ${timeZone}`);
  return { day, time: `${parts.get('hour')}:${parts.get('minute')}` };
}

function dayBefore(day: Weekday): Weekday {
  return weekdays.at(weekdays.indexOf(day) - 1) ?? day;
}
