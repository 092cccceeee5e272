import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailFilters, type OwnerFilter } from '../../../lib/constructs/mail-filters.ts';
import { configuration, toolingStack } from '../stacks.ts';
import { arnOf, reference, synthesized, withoutHash } from '../synthesized.ts';

const { ofType, one } = synthesized(toolingStack('slack'));
const plain = synthesized(toolingStack());

/** Whether SNS delivers a message with these owners (none: the attribute is missing) through a filter.
 *  @see https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html */
function delivers(filter: OwnerFilter | undefined, owners: readonly string[]): boolean {
  if (filter === undefined) return true;
  return filter.some((condition) => {
    if (typeof condition === 'string') return owners.includes(condition);
    if ('exists' in condition) return condition.exists === owners.length > 0;
    return owners.some((owner) => !condition['anything-but'].includes(owner));
  });
}

describe('mailFilters', () => {
  const notifications = (email: string[], routes: { owner: string; email?: string[]; slack?: boolean }[]) =>
    configuration({
      notifications: {
        email,
        routes: routes.map(({ owner, email: addresses = [], slack = false }) => ({
          owner,
          email: addresses,
          ...((slack || addresses.length === 0) && { slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' } }),
        })),
      },
    }).notifications;

  it('sends everything to the default route where nobody has another', () => {
    expect([...mailFilters(notifications(['all@example.com'], []))]).toEqual([['all@example.com', undefined]]);
  });

  it('sends to an owner what is hers, and the rest to the default route, also where she only has a channel', () => {
    const routes = [
      { owner: 'a', email: ['a@example.com'] },
      { owner: 'b', slack: true },
    ];
    expect([...mailFilters(notifications(['all@example.com'], routes))]).toEqual([
      ['all@example.com', [{ 'anything-but': ['a', 'b'] }, { exists: false }]],
      ['a@example.com', ['a']],
    ]);
  });

  it('makes one filter of all that an address is named for', () => {
    const both = { owner: 'a', email: ['x@example.com', 'y@example.com'] };
    const routes = [both, { owner: 'b', email: ['y@example.com'] }];
    expect([...mailFilters(notifications(['x@example.com'], routes))]).toEqual([
      ['x@example.com', [{ 'anything-but': ['b'] }, { exists: false }]],
      ['y@example.com', ['a', 'b']],
    ]);
  });

  it('loses no message and sends none to an address that is not named for it', () => {
    const address = fc.constantFrom('p@example.com', 'q@example.com', 'r@example.com');
    const owner = fc.constantFrom('a', 'b', 'c');
    const route = fc.record({ owner, email: fc.uniqueArray(address, { minLength: 1 }) });
    const routes = fc.uniqueArray(route, { selector: (one) => one.owner });
    fc.assert(
      fc.property(fc.uniqueArray(address), routes, fc.option(fc.constantFrom('a', 'b', 'c', 'd')), (email, routed, from) => {
        const filters = mailFilters(notifications(email, routed));
        const expected = routed.find((one) => one.owner === from)?.email ?? email;
        const reached = [...filters].filter(([, filter]) => delivers(filter, from === null ? [] : [from])).map(([one]) => one);
        expect(reached.sort()).toEqual([...expected].sort());
      }),
    );
  });
});

describe('the subscriptions', () => {
  it('are one for each address, with a queue for what cannot be delivered', () => {
    const queue = one('AWS::SQS::Queue', 'AlertsUndelivered');
    const topic = reference(one('AWS::SNS::Topic', 'AlertsAlertsTopic'));
    const common = { Protocol: 'email', TopicArn: topic, RedrivePolicy: { deadLetterTargetArn: arnOf(queue) } };
    expect(ofType('AWS::SNS::Subscription').map(({ properties }) => properties)).toEqual([
      {
        ...common,
        Endpoint: 'platform@example.com',
        FilterPolicy: { owner: [{ 'anything-but': ['team-payments', 'team-shop'] }, { exists: false }] },
      },
      { ...common, Endpoint: 'payments@example.com', FilterPolicy: { owner: ['team-payments'] } },
      { ...common, Endpoint: 'mail@example.com', FilterPolicy: { owner: ['team-mail'] } },
    ]);
  });

  it('are none where nobody is named', () => {
    expect(plain.ofType('AWS::SNS::Subscription')).toEqual([]);
  });
});

describe('the chat topics', () => {
  const topics = ofType('AWS::SNS::Topic').filter(({ logicalId }) => logicalId.startsWith('AlertsChatTopic'));

  it('are one for the default route and one for each owner with a channel', () => {
    expect(topics.map(({ logicalId }) => withoutHash(logicalId))).toEqual([
      'AlertsChatTopic',
      'AlertsChatTopicteampayments',
      'AlertsChatTopicteamshop',
    ]);
  });

  it('are known to the function that tells people by owner', () => {
    const { Environment } = one('AWS::Lambda::Function', 'Notifier').properties;
    const [text] = JSON.stringify(Environment).match(/\\"\\":.*team-shop.*?\}/) ?? [];
    expect(text).toContain('team-payments');
    expect(text).not.toContain('team-mail');
    for (const topic of topics) expect(text).toContain(topic.logicalId);
  });

  it('are shown in Slack, once for each channel, where nobody can do anything', () => {
    const [byDefault, payments, shop] = topics.map(reference);
    const denied = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AWSDenyAll']] };
    const configurations = ofType('AWS::Chatbot::SlackChannelConfiguration').map(({ properties }) => properties);
    expect(configurations).toEqual([
      expect.objectContaining({ SlackChannelId: 'C0000DEFAULT', SnsTopicArns: [byDefault], GuardrailPolicies: [denied] }),
      expect.objectContaining({ SlackChannelId: 'C0PAYMENTS', SnsTopicArns: [payments, shop], GuardrailPolicies: [denied] }),
    ]);
    const role = one('AWS::IAM::Role', 'AlertsSlackChannels');
    expect(role.properties.ManagedPolicyArns).toBeUndefined();
    expect(ofType('AWS::IAM::Policy').filter(({ properties }) => JSON.stringify(properties.Roles).includes(role.logicalId))).toEqual([]);
  });

  it('need nothing of Slack where it is not configured', () => {
    expect(plain.resources.filter(({ type }) => type.startsWith('AWS::Chatbot'))).toEqual([]);
  });
});

describe.each([
  ['explicit', plain],
  ['slack', synthesized(toolingStack('slack'))],
])('every topic of the variant %s', (_, stack) => {
  // An alarm whose topic or key refuses CloudWatch fails without a trace, so the whole way is walked.
  it.each(stack.ofType('AWS::SNS::Topic'))('$logicalId lets alarms and rules of the account through, and so does its key', (topic) => {
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    const policy = stack
      .ofType('AWS::SNS::TopicPolicy')
      .filter(({ properties }) => JSON.stringify(properties.Topics).includes(topic.logicalId));
    expect(policy.flatMap(({ statements }) => statements)).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
        Action: ['sns:Publish'],
        Resource: [reference(topic)],
        Condition: ofThisAccount,
      }),
    );
    const key = stack
      .ofType('AWS::KMS::Key')
      .find((candidate) => JSON.stringify(arnOf(candidate)) === JSON.stringify(topic.properties.KmsMasterKeyId));
    expect(key?.statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com', 'scheduler.amazonaws.com'] },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Condition: ofThisAccount,
      }),
    );
  });
});
