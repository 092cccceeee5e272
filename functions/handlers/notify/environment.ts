import * as z from 'zod';

/** What the deployment tells the function that notifies. */
const environmentSchema = z.object({
  ALERTS_TOPIC_ARN: z.string({ error: 'expected the ARN of the alerts topic' }).min(1),
  CHAT_TOPIC_ARNS: z
    .string({ error: 'expected a JSON object from owner to topic ARN, with "" for the default route' })
    .transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  SLACK_WEBHOOK_SECRET_ARN: z.string().optional(),
});

export interface NotifyEnvironment {
  readonly alertsTopicArn: string;
  /** Topics of chat channels by owner; `''` is the default route. */
  readonly chatTopicArns: Readonly<Record<string, string>>;
  readonly slackWebhookSecretArn: string | undefined;
}

/** The only place of this handler that reads the process environment, beside that of the scan functions.
 *  @throws Error that names each variable that is missing */
export function readNotifyEnvironment(): NotifyEnvironment {
  const result = environmentSchema.safeParse(process.env);
  if (!result.success) throw new Error(`the environment of this function is incomplete: ${z.prettifyError(result.error)}`);
  const { ALERTS_TOPIC_ARN, CHAT_TOPIC_ARNS, SLACK_WEBHOOK_SECRET_ARN } = result.data;
  return { alertsTopicArn: ALERTS_TOPIC_ARN, chatTopicArns: CHAT_TOPIC_ARNS, slackWebhookSecretArn: SLACK_WEBHOOK_SECRET_ARN };
}
