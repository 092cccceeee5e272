/** The five fields of crontab(5): bounds, and the names of their values from the lower bound on. */
const fields = [
  { minimum: 0, maximum: 59, names: [] },
  { minimum: 0, maximum: 23, names: [] },
  { minimum: 1, maximum: 31, names: [] },
  { minimum: 1, maximum: 12, names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] },
  // Sunday is 0 and 7; as a name it is the last day, so that FRI-SUN is a range.
  { minimum: 0, maximum: 7, names: ['', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] },
] as const;

type Field = (typeof fields)[number];

/** A cron expression of five fields as in crontab(5), in the six fields of EventBridge Scheduler. That one adds the year, wants `?` for the
 *  day of month or the day of week that does not decide, and numbers the days of the week from Sunday = 1: names mean the same in both.
 *  @param crontab valid, as the configuration accepts it: not both days at once
 *  @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
export function scheduleExpression(crontab: string): string {
  const [minute, hour, dayOfMonth, month, dayOfWeek] = split(crontab);
  const times = [withoutSteps(minute, fields[0]), withoutSteps(hour, fields[1])].join(' ');
  const months = withoutSteps(month, fields[3]);
  const weekdays = weekdaysOf(dayOfWeek);
  const days = weekdays.length < 7 ? `? ${months} ${weekdays.join(',')}` : `${withoutSteps(dayOfMonth, fields[2])} ${months} ?`;
  return `cron(${times} ${days} *)`;
}

/** The longest time between two starts of a schedule, in hours, looking at the years 2000 to 2008 (leap years, and every weekday for every
 *  date but one). Times are those of the clock: daylight saving time adds an hour. Infinity if it never starts twice. */
export function longestGapHours(crontab: string): number {
  const [minute, hour, dayOfMonth, month, dayOfWeek] = split(crontab);
  const minutes = valuesOf(minute, fields[0]);
  const starts = valuesOf(hour, fields[1])
    .flatMap((atHour) => minutes.map((atMinute) => atHour * 60 + atMinute))
    .sort((a, b) => a - b);
  const daysOfMonth = new Set(valuesOf(dayOfMonth, fields[2]));
  const months = new Set(valuesOf(month, fields[3]));
  const weekdays = new Set(weekdaysOf(dayOfWeek).map((name) => fields[4].names.indexOf(name) % 7));
  let previous: number | undefined;
  let longest = 0;
  for (let day = Date.UTC(2000, 0, 1); day < Date.UTC(2009, 0, 1); day += 86_400_000) {
    const date = new Date(day);
    if (!daysOfMonth.has(date.getUTCDate()) || !months.has(date.getUTCMonth() + 1) || !weekdays.has(date.getUTCDay())) continue;
    for (const start of starts) {
      const at = day / 60_000 + start;
      longest = Math.max(longest, at - (previous ?? at));
      previous = at;
    }
  }
  return longest === 0 ? Number.POSITIVE_INFINITY : longest / 60;
}

function split(crontab: string): [string, string, string, string, string] {
  const [minute = '*', hour = '*', dayOfMonth = '*', month = '*', dayOfWeek = '*'] = crontab.trim().toUpperCase().split(/\s+/);
  return [minute, hour, dayOfMonth, month, dayOfWeek];
}

/** EventBridge has steps in fewer places than crontab: what has one becomes a list, the rest stays as it was written. */
function withoutSteps(value: string, field: Field): string {
  const all = field.maximum - field.minimum + 1;
  if (new Set(valuesOf(value, field)).size === all) return '*';
  return value
    .split(',')
    .map((part) => (part.includes('/') ? valuesOf(part, field).join(',') : part))
    .join(',');
}

/** Names of the days in the order of the week, from Monday on. */
function weekdaysOf(value: string): readonly (typeof fields)[4]['names'][number][] {
  const days = new Set(valuesOf(value, fields[4]).map((day) => (day === 0 ? 7 : day)));
  return fields[4].names.filter((_, day) => days.has(day));
}

/** The numbers that a field selects: `*`, `5`, `1-5`, `MON-FRI`, each with an optional step, and lists of these. A step without an end
 *  goes on to the end of the field. */
function valuesOf(value: string, field: Field): number[] {
  return value.split(',').flatMap((part) => {
    const [range = '', step] = part.split('/');
    const [from, to] = range === '*' ? [field.minimum, field.maximum] : range.split('-').map((bound) => numberOf(bound, field));
    const first = from ?? field.minimum;
    // Every other day from Sunday on is four days: the second Sunday, 7, is not a step of its own.
    const wrapped = field.maximum === 7 && (range === '*' || to === undefined) ? 6 : field.maximum;
    const last = range === '*' ? wrapped : (to ?? (step === undefined ? first : wrapped));
    const values = [];
    for (let number = first; number <= last; number += Number(step ?? 1)) values.push(number);
    return values;
  });
}

function numberOf(bound: string, { minimum, names }: Field): number {
  const index = (names as readonly string[]).indexOf(bound);
  // The names of months begin at 1; those of weekdays have a place for 0, which has none.
  return index < 0 ? Number(bound) : index + (minimum === 1 ? 1 : 0);
}
