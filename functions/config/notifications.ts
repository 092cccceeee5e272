import * as z from 'zod';
import { weekdays } from './cron.ts';
import { email, serviceArn, slackId, text, uniqueList, whateverElseIsWrong, wholeNumber } from './fields.ts';

const slackChannel = z.strictObject({
  workspaceId: slackId('TE', 'the id of a Slack workspace').describe(
    'Id of the Slack workspace, authorized once in Amazon Q Developer in chat applications.',
  ),
  channelId: slackId('CGD', 'the id of a Slack channel').describe(
    'Id of the channel; a private channel must have invited the Amazon Q app.',
  ),
});

const slackWebhook = z.strictObject({
  secretArn: serviceArn('secretsmanager', 'a Secrets Manager secret; the web address of the webhook stands in the secret').describe(
    'ARN of the Secrets Manager secret that holds the address of the Slack incoming webhook.',
  ),
});

const route = z
  .strictObject({
    owner: text('the owner, as the tag or label of `owners` names it').describe(
      'Owner whose findings go here instead of to the default route.',
    ),
    email: uniqueList(email()).default([]).describe('Mail addresses of this owner; each confirms its SNS subscription once.'),
    slack: slackChannel.optional().describe('Slack channel of this owner.'),
  })
  .refine((value) => value.slack !== undefined || (Array.isArray(value.email) && value.email.length > 0), {
    ...whateverElseIsWrong,
    error: 'expected a destination: email, slack, or both',
  });

/** Whom to tell, and when. Where nothing is configured, messages still reach the alerts topic and the event bus. */
export const notifications = z.strictObject({
  milestones: uniqueList(wholeNumber(0, 3650, 'days'))
    .default([180, 90, 60, 30, 14, 7, 3, 1, 0])
    .describe('Days before the end of standard and of extended support at which one message is sent; 0 is the day itself.'),
  email: uniqueList(email()).default([]).describe('Mail addresses of the default route.'),
  slack: slackChannel.optional().describe('Slack channel of the default route, through Amazon Q Developer in chat applications.'),
  slackWebhook: slackWebhook.optional().describe('Slack incoming webhook, for workspaces that do not allow the app.'),
  routes: uniqueList(route, (value) => value?.owner)
    .default([])
    .describe('Own destinations per owner; an owner without a route goes to the default route.'),
  digest: z
    .strictObject({
      day: z.enum(weekdays).describe('Day of the week on which the digest is sent.'),
    })
    .optional()
    .describe('Weekly digest; leave it out for none.'),
});
