import { type MessageAttributeValue, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AlertMessage, MessageAttributes } from '../../notifications/messages.ts';
import type { NotificationPorts } from '../../notifications/ports.ts';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { awsError } from './errors.ts';

export interface SnsOptions {
  readonly region: string;
  readonly alertsTopicArn: string;
  /** Topics of chat channels by owner; `''` is the default route, for owners without a topic of their own too. */
  readonly chatTopicArns: Readonly<Record<string, string>>;
  /** @default those of the environment */
  readonly credentials?: CredentialProvider | undefined;
}

/** The two topics. Failures are CollectionErrors that name the topic, never the message. */
export function snsTopics(options: SnsOptions): Pick<NotificationPorts, 'publishAlert' | 'publishChat'> {
  const { region, alertsTopicArn, chatTopicArns, credentials } = options;
  const client = new SNSClient({ ...clientSettings, region, ...(credentials ? { credentials } : {}) });
  const publish = async (input: ConstructorParameters<typeof PublishCommand>[0]): Promise<void> => {
    await client.send(new PublishCommand(input)).catch((error: unknown) => {
      throw awsError(error, { action: 'sns:Publish', target: input.TopicArn ?? '' });
    });
  };
  const chatTopics = new Map(Object.entries(chatTopicArns));
  const defaultTopic = chatTopics.get('');
  if (defaultTopic === undefined) throw new Error("Telling of changes: there is no default chat topic; expected one under ''");
  return {
    publishAlert: (message) =>
      publish({
        TopicArn: alertsTopicArn,
        Subject: message.subject,
        MessageStructure: 'json',
        Message: byProtocol(message),
        MessageAttributes: attributeValues(message.attributes),
      }),
    publishChat: (owner, message) =>
      publish({
        TopicArn: chatTopics.get(owner ?? '') ?? defaultTopic,
        Message: JSON.stringify(message),
      }),
  };
}

/** Mail gets the text, a phone the subject, everything else (HTTPS, SQS, Lambda, Firehose, mail as JSON) the event. As the default it
 *  stands there once: five copies would not fit into 256 KB.
 *  @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (MessageStructure) */
function byProtocol({ subject, text, event }: AlertMessage): string {
  return JSON.stringify({ default: JSON.stringify(event), email: text, sms: subject });
}

/** One value is a String, several are a String.Array, which is JSON.
 *  @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
function attributeValues(attributes: MessageAttributes): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, [first, ...others]]) => {
      if (first === undefined) return [];
      const value =
        others.length === 0
          ? { DataType: 'String', StringValue: first }
          : { DataType: 'String.Array', StringValue: JSON.stringify([first, ...others]) };
      return [[name, value]];
    }),
  );
}
