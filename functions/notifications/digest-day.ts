import { weekdays } from '../config/cron.ts';
import type { Configuration } from '../config/schema.ts';
import type { Latest } from '../fleet/cluster-state.ts';
import { addDays } from '../versions/days.ts';

/** The day, YYYY-MM-DD in the time zone of the schedule, whose digest a run has to send; null when none is due. A digest whose day
 *  passed without a run, or whose run failed, is sent by the next run. The first one waits for its day, or for the first run after it. */
export function dueDigest(
  { notifications, schedule }: Pick<Configuration, 'notifications' | 'schedule'>,
  latest: Latest | null,
  startedAt: Date,
): string | null {
  if (notifications.digest === undefined) return null;
  const today = dayIn(schedule.timezone, startedAt);
  // 1970-01-05 was a Monday, the first of `weekdays`.
  const weekday = (Math.round(Date.parse(`${today}T00:00:00Z`) / 86_400_000) + 3) % 7;
  const daysSince = (weekday - weekdays.indexOf(notifications.digest.day) + 7) % 7;
  const day = addDays(today, -daysSince);
  const sentOn = latest?.sinceDigest.sentOn ?? null;
  // Before the first one there is something to tell of since the first run, if that was before the day.
  if (sentOn === null)
    return daysSince === 0 || (latest !== null && dayIn(schedule.timezone, new Date(latest.startedAt)) < day) ? day : null;
  return day > sentOn ? day : null;
}

function dayIn(timeZone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')}`;
}
