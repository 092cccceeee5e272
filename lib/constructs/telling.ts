import { Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Alerts } from './alerts.ts';

/** The ways in which people and the event bus are told. */
export interface Telling {
  readonly alerts: Alerts;
  /** Secret that holds the address of a Slack incoming webhook. It may be read, not the key of an own encryption: that policy has to name
   *  the roles that tell.
   *  @default no webhook */
  readonly slackWebhookSecretArn?: string | undefined;
}

/** What a function that tells finds in its environment. */
export function tellingEnvironment({ alerts, slackWebhookSecretArn: secret }: Telling): Readonly<Record<string, string>> {
  return {
    ALERTS_TOPIC_ARN: alerts.alertsTopic.topicArn,
    CHAT_TOPIC_ARNS: alerts.chatTopicArns,
    ...(secret && { SLACK_WEBHOOK_SECRET_ARN: secret }),
  };
}

/** Lets a role publish to the topics and to the default event bus, and read the secret. The key of the topics is that of the store. */
export function grantTelling(role: IRole, { alerts, slackWebhookSecretArn: secret }: Telling): void {
  const allow = (actions: string[], resources: string[]) => role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
  allow(
    ['sns:Publish'],
    alerts.topics.map(({ topicArn }) => topicArn),
  );
  allow(['events:PutEvents'], [Stack.of(role).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })]);
  if (secret) allow(['secretsmanager:GetSecretValue'], [secret]);
}
