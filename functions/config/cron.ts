import * as z from 'zod';

interface CronField {
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly names: readonly string[];
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** The days of the week in the words of cron and of EventBridge. */
export const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

/** The five fields of crontab(5), in order. */
const fields: readonly CronField[] = [
  { name: 'minute', minimum: 0, maximum: 59, names: [] },
  { name: 'hour', minimum: 0, maximum: 23, names: [] },
  { name: 'day of month', minimum: 1, maximum: 31, names: [] },
  { name: 'month', minimum: 1, maximum: 12, names: months },
  { name: 'day of week', minimum: 0, maximum: 7, names: weekdays },
];

/** A cron expression of five fields as in crontab(5); minutes first. A day of month together with a day of week is refused: crontab
 *  means "either", which EventBridge Scheduler cannot say.
 *  @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
export const cronExpression = () =>
  z.string({ error: 'expected a cron expression of five fields such as "0 6 * * *"' }).superRefine((expression, context) => {
    const problem = cronProblem(expression);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

/** A name of the IANA time-zone database, as this Node.js knows it. */
export const timezone = () =>
  z
    .string({ error: 'expected a time zone such as Europe/Berlin' })
    .refine(isTimezone, { error: 'expected a time zone of the IANA database such as Europe/Berlin' });

function cronProblem(expression: string): string | undefined {
  const values = expression.trim().split(/\s+/);
  if (values.length !== fields.length) return 'expected a cron expression of five fields (minute, hour, day of month, month, day of week)';
  for (const [index, field] of fields.entries()) {
    const value = values[index] ?? '';
    if (!fits(value, field)) return `expected a cron ${field.name} from ${field.minimum} to ${field.maximum} instead of "${value}"`;
  }
  if (values[2] !== '*' && values[4] !== '*') return 'expected "*" as day of month or as day of week: a schedule cannot have both';
  return undefined;
}

/** `*`, `5`, `1-5`, `MON-FRI`, each with an optional step, and lists of these. */
function fits(value: string, field: CronField): boolean {
  return value.split(',').every((part) => {
    const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/([1-9]\d?))?$/.exec(part);
    if (match === null) return false;
    const bounds = [match[1], match[2]].filter((bound) => bound !== undefined).map((bound) => numberOf(bound, field));
    const inside = bounds.every((bound) => bound !== undefined && bound >= field.minimum && bound <= field.maximum);
    const [from, to] = bounds;
    return inside && (from === undefined || to === undefined || from <= to);
  });
}

function numberOf(bound: string, field: CronField): number | undefined {
  if (/^\d{1,2}$/.test(bound)) return Number(bound);
  const index = field.names.indexOf(bound.toUpperCase());
  // Months and, with Monday = 1 and Sunday = 7, weekdays both start at 1.
  return index < 0 ? undefined : index + 1;
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '' && !/^[+-]/.test(name);
  } catch {
    return false;
  }
}
