import { Aws, Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Subscription, SubscriptionFilter, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Configuration } from '../../functions/config/schema.ts';
import { mailFilters } from './mail-filters.ts';
import { SlackChannels } from './slack-channels.ts';

export interface AlertsProps {
  /** Encrypts the topics. The publishing services are added to its policy, so it must be a key of the same app. */
  readonly encryptionKey: IKey;
  /** Mail addresses and Slack channels, of the default route and of owners. */
  readonly notifications: Configuration['notifications'];
}

/** The topics through which people are told: one for alerts (mail, HTTPS, queues, alarms), where each subscription filters by owner, and one
 *  for chat per route, because a chat channel cannot filter. */
export class Alerts extends Construct {
  readonly alertsTopic: Topic;
  /** Chat of the default route. */
  readonly chatTopic: Topic;
  /** Chat of each owner who has a channel. */
  readonly chatTopicsByOwner: ReadonlyMap<string, Topic>;
  /** What could not be delivered to a mail address. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { encryptionKey, notifications }: AlertsProps) {
    super(scope, id);
    const { slack, routes } = notifications;
    allowServicesToEncrypt(encryptionKey);
    this.alertsTopic = this.encryptedTopic('AlertsTopic', 'EKS Greenlight', encryptionKey);
    this.chatTopic = this.encryptedTopic('ChatTopic', 'EKS Greenlight chat', encryptionKey);
    const chats = routes.flatMap((route) =>
      route.slack
        ? [
            {
              owner: route.owner,
              ...route.slack,
              topic: this.encryptedTopic(`ChatTopic-${route.owner}`, 'EKS Greenlight chat', encryptionKey),
            },
          ]
        : [],
    );
    this.chatTopicsByOwner = new Map(chats.map(({ owner, topic }) => [owner, topic]));
    const channels = [...(slack ? [{ ...slack, topic: this.chatTopic }] : []), ...chats];
    if (channels.length > 0) new SlackChannels(this, 'SlackChannels', { routes: channels });
    this.undelivered = this.deadLetterQueue();
    for (const [address, owners] of mailFilters(notifications)) {
      new Subscription(this, `Mail-${address}`, {
        topic: this.alertsTopic,
        protocol: SubscriptionProtocol.EMAIL,
        endpoint: address,
        deadLetterQueue: this.undelivered,
        ...(owners && { filterPolicy: { owner: new SubscriptionFilter([...owners]) } }),
      });
    }
  }

  /** All topics, alerts first. */
  get topics(): readonly Topic[] {
    return [this.alertsTopic, this.chatTopic, ...this.chatTopicsByOwner.values()];
  }

  /** JSON of owner → ARN of the chat topic, '' for the default route. */
  get chatTopicArns(): string {
    const routed = [...this.chatTopicsByOwner].map(([owner, topic]) => [owner, topic.topicArn]);
    return Stack.of(this).toJsonString({ '': this.chatTopic.topicArn, ...Object.fromEntries(routed) });
  }

  private deadLetterQueue(): Queue {
    const queue = new Queue(this, 'Undelivered', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of the subscriptions: nothing consumes it but the operator whom its alarm calls.',
    });
    return queue;
  }

  private encryptedTopic(id: string, displayName: string, masterKey: IKey): Topic {
    const topic = new Topic(this, id, { displayName, masterKey, enforceSSL: true });
    // A topic with a policy of its own loses the default one, which lets the account's alarms and rules publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarmsAndRulesOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com'), new ServicePrincipal('events.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: ofThisAccount,
      }),
    );
    return topic;
  }
}

/** A service that publishes to an encrypted topic needs the key as well; without this statement alarms fail silently.
 *  @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
function allowServicesToEncrypt(key: IKey): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AllowServicesThatPublish',
      principals: ['cloudwatch', 'events', 'scheduler'].map((service) => new ServicePrincipal(`${service}.amazonaws.com`)),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      // In a key policy "*" is the key that carries it.
      resources: ['*'],
      conditions: ofThisAccount,
    }),
  );
}

/** Against the confused deputy: the service must act for a resource of this account. */
const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
