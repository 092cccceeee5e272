import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import type { Alerts } from './alerts.ts';
import type { FindingsStore } from './findings-store.ts';
import { NodeFunction } from './node-function.ts';
import { grantKeys } from './store-access.ts';

export interface NotifierProps {
  readonly store: FindingsStore;
  readonly alerts: Alerts;
  /** Secret that holds the address of a Slack incoming webhook. The function may read it, not the key of an own encryption: that policy
   *  has to name the role `eks-greenlight-notify`.
   *  @default no webhook */
  readonly slackWebhookSecretArn?: string;
}

/** Tells people and the event bus what changed, and records what was sent. */
export class Notifier extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, { store, alerts, slackWebhookSecretArn: secret }: NotifierProps) {
    super(scope, id);
    const { bucket, encryptionKey } = store;
    const notify = new NodeFunction(this, 'Notify', {
      name: 'notify',
      entry: 'functions/handlers/notify/notify.ts',
      description: 'Sends what changed, each occurrence once',
      timeout: Duration.seconds(300),
      // It reads run.json, which grows with the fleet.
      memorySize: 2048,
      environment: {
        FINDINGS_BUCKET: bucket.bucketName,
        ALERTS_TOPIC_ARN: alerts.alertsTopic.topicArn,
        CHAT_TOPIC_ARNS: alerts.chatTopicArns,
        ...(secret && { SLACK_WEBHOOK_SECRET_ARN: secret }),
      },
    });
    grantKeys(bucket, notify.role, {
      get: ['runs/*', 'state/notifications/*', 'state/latest.json'],
      put: ['state/notifications/*'],
      list: ['runs/*', 'state/notifications/*', 'state/latest.json'],
    });
    encryptionKey.grant(notify.role, 'kms:Decrypt', 'kms:GenerateDataKey');
    const allow = (actions: string[], resources: string[]) => notify.role.addToPolicy(new PolicyStatement({ actions, resources }));
    allow(
      ['sns:Publish'],
      alerts.topics.map(({ topicArn }) => topicArn),
    );
    allow(['events:PutEvents'], [Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })]);
    if (secret) allow(['secretsmanager:GetSecretValue'], [secret]);
    this.function = notify.function;
  }
}
