import { eventBus } from '../adapters/aws/event-bridge.ts';
import { slackWebhook } from '../adapters/aws/slack-webhook.ts';
import { snsTopics } from '../adapters/aws/sns.ts';
import type { NotificationPorts } from '../notifications/ports.ts';

export interface NotificationPortsOptions {
  readonly alertsTopicArn: string;
  /** Topics of chat channels by owner; `''` is the default route, which must be there. */
  readonly chatTopicArns: Readonly<Record<string, string>>;
  /** ARN of the secret with the address of a Slack incoming webhook.
   *  @default no webhook */
  readonly slackWebhookSecretArn?: string | undefined;
  readonly region: string;
}

/** The ways out of AWS: two kinds of topics, the event bus, and a webhook where one is configured. */
export function notificationPorts(options: NotificationPortsOptions): NotificationPorts {
  const { alertsTopicArn, chatTopicArns, slackWebhookSecretArn, region } = options;
  const topics = snsTopics({ region, alertsTopicArn, chatTopicArns });
  return {
    ...topics,
    ...eventBus({ region }),
    ...(slackWebhookSecretArn === undefined ? {} : { postSlack: slackWebhook({ secretArn: slackWebhookSecretArn, region }) }),
  };
}
