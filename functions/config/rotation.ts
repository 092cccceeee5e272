import * as z from 'zod';
import { timezone, weekdays } from './cron.ts';
import { glob, serviceArn, text, uniqueList, wholeNumber } from './fields.ts';
import { givenOptionsSchema } from './rotation-options.ts';

const timeOfDay = () => {
  const error = 'expected a time of day as HH:MM, from 00:00 to 23:59';
  return z.string({ error }).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error });
};

const maintenanceWindow = z.strictObject({
  days: uniqueList(z.enum(weekdays))
    .min(1)
    .default([...weekdays])
    .describe('Days on which the window opens; every day if left out.'),
  start: timeOfDay().describe('When it opens, HH:MM in the time zone of the window.'),
  end: timeOfDay().describe('When it closes, HH:MM; not later than start means on the next day.'),
  timezone: timezone().default('UTC').describe('Time zone of the IANA database.'),
});

/** Blue/green rotation of node groups. Off unless enabled: without it no permission to write exists anywhere. */
export const rotation = z.strictObject({
  enabled: z.boolean().default(false).describe('Deploys the rotation machines and the role that may write.'),
  approval: z
    .strictObject({ required: z.boolean().default(false).describe('Waits for `greenlight rotate approve` before blue is retired.') })
    .prefault({})
    .describe('Whether a person must agree before blue is retired.'),
  maxConcurrent: wholeNumber(1, 1000, 'rotations').default(3).describe('Rotations at the same time, per fleet, account and region.'),
  windows: z.array(maintenanceWindow).default([]).describe('Maintenance windows: starts and batches wait for one; none means always.'),
  freeze: z.boolean().default(false).describe('Stop switch, read at every step: nothing starts and no further batch is drained.'),
  gates: z
    .strictObject({
      alarms: uniqueList(text('the name or ARN of a CloudWatch alarm'))
        .default([])
        .describe('CloudWatch alarms that must not be in ALARM.'),
      lambda: uniqueList(serviceArn('lambda', 'a Lambda function'))
        .default([])
        .describe('Lambda functions that are asked whether to go on.'),
    })
    .prefault({})
    .describe('What must be well for a rotation to go on.'),
  allow: z
    .strictObject({
      force: uniqueList(glob('a namespace')).default([]).describe('Namespaces whose blocked pods may be deleted after an approval.'),
      unmanaged: uniqueList(glob('a namespace')).default([]).describe('Namespaces whose pods without a controller may be deleted.'),
    })
    .prefault({})
    .describe('What a drain may do beyond eviction.'),
  options: givenOptionsSchema
    .prefault({})
    .describe('Defaults of the options of a rotation, durations in the unit that the name ends with.'),
});
