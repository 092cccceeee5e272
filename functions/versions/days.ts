const millisecondsPerDay = 86_400_000;

/** A plain date, or a date and time with `Z` or an offset. A time without an offset would mean another instant on every machine. */
const isoPattern = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** 'YYYY-MM-DD' of the UTC day that the text names, or `undefined` when it is no ISO date or names a day that does not exist.
 *  The AWS CLI prints support dates in the time zone of its machine: 2026-12-01T16:00:00-08:00 is the day 2026-12-02. */
export function parseDay(text: string): string | undefined {
  const date = isoPattern.exec(text)?.[1];
  if (date === undefined || !dayExists(date)) return undefined;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? undefined : dayOf(instant);
}

/** 'YYYY-MM-DD' of the UTC day of an instant.
 *  @param at a Date, a plain date, or a full ISO time with `Z` or an offset
 *  @throws RangeError when it is none of these */
export function utcDay(at: Date | string): string {
  if (typeof at !== 'string') return dayOf(at);
  const day = parseDay(at);
  if (day === undefined)
    throw new RangeError(`Cannot read the day of "${at}": expected YYYY-MM-DD, or a full ISO time with Z or an offset`);
  return day;
}

/** Whole UTC days from the UTC date of `now` to `day`: 0 on the day itself, whatever the hour, negative after it. */
export function daysUntil(now: Date, day: string): number {
  return (startOf(day) - startOf(dayOf(now))) / millisecondsPerDay;
}

/** The day that is `days` whole days after `day`; before it, when negative. */
export function addDays(day: string, days: number): string {
  return dayOf(new Date(startOf(day) + days * millisecondsPerDay));
}

/** Milliseconds since the epoch at 00:00 UTC. */
function startOf(day: string): number {
  return Date.parse(`${utcDay(day)}T00:00:00Z`);
}

/** Date accepts 2026-02-30 and means 2 March. */
function dayExists(date: string): boolean {
  const instant = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && dayOf(instant) === date;
}

function dayOf(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

/** An instant as reports write it: UTC, whole seconds, `2026-11-21T06:00:04Z`. */
export function isoSeconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** The instant that a text names: a date means 00:00:00Z of that day; a time needs its offset. Undefined when it names none. */
export function instantOf(text: string): Date | undefined {
  return parseDay(text) === undefined ? undefined : new Date(text);
}
