import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface AlertsProps {
  /** Encrypts both topics. The publishing services are added to its policy, so it must be a key of the same app. */
  readonly encryptionKey: IKey;
}

/** The two topics through which people are told: alerts (mail, HTTPS, queues, alarms) and chat (Amazon Q Developer in chat applications). */
export class Alerts extends Construct {
  readonly alertsTopic: Topic;
  readonly chatTopic: Topic;

  constructor(scope: Construct, id: string, props: AlertsProps) {
    super(scope, id);
    allowServicesToEncrypt(props.encryptionKey);
    this.alertsTopic = this.encryptedTopic('AlertsTopic', 'EKS Greenlight', props.encryptionKey);
    this.chatTopic = this.encryptedTopic('ChatTopic', 'EKS Greenlight chat', props.encryptionKey);
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
