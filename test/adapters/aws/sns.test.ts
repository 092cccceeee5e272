import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { snsTopics } from '../../../functions/adapters/aws/sns.ts';
import type { AlertMessage, ChatMessage } from '../../../functions/notifications/messages.ts';
import { type Interceptor, type LoopbackAws, loopbackAws, queryError } from './loopback-aws.ts';

const credentials = async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' });
const topic = (name: string) => `arn:aws:sns:eu-west-1:111111111111:${name}`;
const alert: AlertMessage = {
  subject: '[EKS] payments: standard support ends in 7 days (2026-12-02)',
  text: 'a text\nof two lines: ü → <b>\n',
  event: { schemaVersion: '1', items: [{ kind: 'milestone', message: 'ü "quoted"' }] },
  attributes: { kind: ['milestone', 'appeared'], owner: ['team-payments'], region: [] },
};
const chat: ChatMessage = {
  version: '1.0',
  source: 'custom',
  content: { textType: 'client-markdown', title: 't', description: 'd' },
  metadata: { threadId: 'arn', summary: 's', eventType: 'milestone', additionalContext: {} },
};

const published: Interceptor = () => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: '<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>',
});

let answer: Interceptor;
let server: LoopbackAws;
beforeEach(async () => {
  answer = published;
  server = await loopbackAws((request, nth) => answer(request, nth));
  vi.stubEnv('AWS_ENDPOINT_URL_SNS', server.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const topics = (chatTopicArns: Readonly<Record<string, string>> = { '': topic('chat'), 'team-a': topic('chat-a') }) =>
  snsTopics({ region: 'eu-west-1', alertsTopicArn: topic('alerts'), chatTopicArns, credentials });
const form = () => Object.fromEntries(server.requests[0]?.form ?? []);

describe('an alert', () => {
  it('is one message: the text for mail, the event for every machine, the subject for a phone', async () => {
    await topics().publishAlert(alert);
    expect(form()).toMatchObject({ Action: 'Publish', TopicArn: topic('alerts'), Subject: alert.subject, MessageStructure: 'json' });
    const { default: event, ...others } = JSON.parse(form().Message ?? '');
    expect(others).toEqual({ email: alert.text, sms: alert.subject });
    expect(JSON.parse(event)).toEqual(alert.event);
    expect(server.requests).toHaveLength(1);
  });

  it('has one value as String, several as String.Array, none not at all', async () => {
    await topics().publishAlert(alert);
    expect(form()).toMatchObject({
      'MessageAttributes.entry.1.Name': 'kind',
      'MessageAttributes.entry.1.Value.DataType': 'String.Array',
      'MessageAttributes.entry.1.Value.StringValue': '["milestone","appeared"]',
      'MessageAttributes.entry.2.Name': 'owner',
      'MessageAttributes.entry.2.Value.DataType': 'String',
      'MessageAttributes.entry.2.Value.StringValue': 'team-payments',
    });
    expect(form()).not.toHaveProperty('MessageAttributes.entry.3.Name');
  });

  it('that SNS refuses is an error with action, topic, answer and advice, without the message', async () => {
    answer = () => queryError(403, 'AuthorizationError', 'not authorized to perform: SNS:Publish');
    const failure = String(
      await topics()
        .publishAlert(alert)
        .catch((error: unknown) => error),
    );
    expect(failure).toContain(`sns:Publish of ${topic('alerts')}: `);
    expect(failure).toContain('not authorized to perform: SNS:Publish');
    expect(failure).not.toMatch(/two lines|payments/);
  });
});

describe('a chat message', () => {
  it.each([
    ['team-a', 'chat-a'],
    ['team-b', 'chat'],
    [null, 'chat'],
    ['__proto__', 'chat'],
  ])('for %s goes to the topic %s, as it is', async (owner, name) => {
    await topics().publishChat(owner, chat);
    expect(form()).toMatchObject({ Action: 'Publish', TopicArn: topic(name) });
    expect(form()).not.toHaveProperty('MessageStructure');
    // A subject has fewer characters than a summary may, and no reader in a chat.
    expect(form()).not.toHaveProperty('Subject');
    expect(JSON.parse(form().Message ?? '')).toEqual(chat);
  });

  it('needs a default topic', () => {
    expect(() => topics({ 'team-a': topic('chat-a') })).toThrow("no default chat topic; expected one under ''");
  });
});
