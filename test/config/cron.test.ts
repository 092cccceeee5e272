import { describe, expect, it } from 'vitest';
import { cronExpression, timezone } from '../../functions/config/cron.ts';

const problem = (expression: string) => cronExpression().safeParse(expression).error?.issues[0]?.message;

describe('cronExpression', () => {
  it.each([
    '0 6 * * *',
    '*/15 * * * *',
    '0 6,18 * * MON-FRI',
    '30 5 1 * *',
    '0 0 * jan-mar,12 *',
    '0 6 * * 0',
    '0 6 * * 7',
    ' 0  6 * * * ',
    '0-59/2 0 * * *',
  ])('takes %j', (expression) => {
    expect(problem(expression)).toBeUndefined();
  });

  it.each([
    ['0 6 * *', 'expected a cron expression of five fields (minute, hour, day of month, month, day of week)'],
    ['cron(0 6 * * ? *)', 'expected a cron expression of five fields (minute, hour, day of month, month, day of week)'],
    ['60 6 * * *', 'expected a cron minute from 0 to 59 instead of "60"'],
    ['0 24 * * *', 'expected a cron hour from 0 to 23 instead of "24"'],
    ['0 6 0 * *', 'expected a cron day of month from 1 to 31 instead of "0"'],
    ['0 6 * 13 *', 'expected a cron month from 1 to 12 instead of "13"'],
    ['0 6 * * 8', 'expected a cron day of week from 0 to 7 instead of "8"'],
    ['0 6 * * MOON', 'expected a cron day of week from 0 to 7 instead of "MOON"'],
    ['0 18-6 * * *', 'expected a cron hour from 0 to 23 instead of "18-6"'],
    ['0 6, * * *', 'expected a cron hour from 0 to 23 instead of "6,"'],
    ['*/0 6 * * *', 'expected a cron minute from 0 to 59 instead of "*/0"'],
    ['0 6 1 * MON', 'expected "*" as day of month or as day of week: a schedule cannot have both'],
  ])('refuses %j', (expression, message) => {
    expect(problem(expression)).toBe(message);
  });
});

describe('timezone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'])('takes %s', (name) => {
    expect(timezone().safeParse(name).success).toBe(true);
  });
  it.each(['Mars/Base', '', '+02:00', 'Europe'])('refuses %j', (name) => {
    expect(timezone().safeParse(name).success).toBe(false);
  });
});
