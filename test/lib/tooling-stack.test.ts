import { describe, expect, it } from 'vitest';
import { ToolingStack } from '../../lib/tooling-stack.ts';
import { appWithFlags, type Resource, type Statement, synthesized, withoutHash } from './synthesized.ts';

const { resources, outputs } = synthesized(new ToolingStack(appWithFlags(), 'EksGreenlight'));
const ofType = (type: string): readonly Resource[] => resources.filter((resource) => resource.type === type);
const buckets = ofType('AWS::S3::Bucket');
const topics = ofType('AWS::SNS::Topic');
const keys = ofType('AWS::KMS::Key');

const arnOf = (resource: Resource) => ({ 'Fn::GetAtt': [resource.logicalId, 'Arn'] });
const reference = (resource: Resource) => ({ Ref: resource.logicalId });
const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

/** The statements of the policy that is attached to a bucket or a topic. */
function attachedTo(resource: Resource, type: string, property: string): readonly Statement[] {
  const target = JSON.stringify(reference(resource));
  return ofType(type)
    .filter((policy) => JSON.stringify(policy.properties[property]).includes(target))
    .flatMap((policy) => policy.statements);
}

describe('permissions', () => {
  const allowed = resources.flatMap(({ logicalId, type, statements }) =>
    statements.filter(({ Effect }) => Effect === 'Allow').map((statement) => ({ logicalId, type, statement })),
  );

  it('allows a wildcard action only to the account itself on its keys', () => {
    const wildcards = allowed.filter(({ statement }) => statement.Action.some((action) => action.includes('*')));
    expect(wildcards.map(({ type, statement }) => ({ type, action: statement.Action, principal: statement.Principal }))).toEqual(
      keys.map(() => ({
        type: 'AWS::KMS::Key',
        action: ['kms:*'],
        principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] } },
      })),
    );
  });

  it('allows nothing to everybody', () => {
    expect(allowed.filter(({ statement }) => JSON.stringify(statement.Principal ?? '').includes('"*"'))).toEqual([]);
  });

  it('allows services to act only for this account', () => {
    const services = allowed.filter(({ type, statement }) => type !== 'AWS::IAM::Role' && JSON.stringify(statement).includes('"Service"'));
    expect(services).not.toEqual([]);
    for (const { logicalId, statement } of services) expect({ logicalId, ...statement }).toMatchObject({ Condition: ofThisAccount });
  });
});

describe('the findings bucket and its key', () => {
  it('are one of each, and outlive the stack', () => {
    expect([buckets.length, keys.length]).toEqual([1, 1]);
    for (const kept of [...buckets, ...keys]) expect(kept).toMatchObject({ deletionPolicy: 'Retain', updateReplacePolicy: 'Retain' });
  });

  it.each(buckets)('$logicalId is versioned, closed to the public and encrypted with the key', ({ properties }) => {
    expect(properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keys.map(arnOf)[0] } },
        ],
      },
    });
  });

  it.each(keys)('$logicalId is rotated', ({ properties }) => {
    expect(properties).toMatchObject({ EnableKeyRotation: true });
  });

  it('keeps inventories 90 days, runs and findings 400, what was replaced 30 days more, and the rest for ever', () => {
    expect(buckets.map(({ properties }) => properties.LifecycleConfiguration)).toEqual([
      {
        Rules: [
          { Id: 'expire-inventory', Prefix: 'inventory/', ExpirationInDays: 90, Status: 'Enabled' },
          { Id: 'expire-runs', Prefix: 'runs/', ExpirationInDays: 400, Status: 'Enabled' },
          { Id: 'expire-findings', Prefix: 'findings/', ExpirationInDays: 400, Status: 'Enabled' },
          {
            Id: 'housekeeping',
            NoncurrentVersionExpiration: { NoncurrentDays: 30 },
            ExpiredObjectDeleteMarker: true,
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            Status: 'Enabled',
          },
        ],
      },
    ]);
  });

  it.each(buckets)('$logicalId and its objects refuse plain HTTP', (bucket) => {
    expect(attachedTo(bucket, 'AWS::S3::BucketPolicy', 'Bucket')).toContainEqual({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['s3:*'],
      Resource: [arnOf(bucket), { 'Fn::Join': ['', [arnOf(bucket), '/*']] }],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });
});

describe('the topics', () => {
  it('are alerts and chat', () => {
    expect(topics.map(({ logicalId }) => withoutHash(logicalId))).toEqual(['AlertsAlertsTopic', 'AlertsChatTopic']);
  });

  it.each(topics)('$logicalId refuses to publish over plain HTTP', (topic) => {
    expect(attachedTo(topic, 'AWS::SNS::TopicPolicy', 'Topics')).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: ['sns:Publish'],
        Resource: [reference(topic)],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  // An alarm whose topic or key refuses CloudWatch fails without a trace, so the whole way is walked.
  it.each(topics)('$logicalId lets alarms and rules of the account through, and so does its key', (topic) => {
    expect(attachedTo(topic, 'AWS::SNS::TopicPolicy', 'Topics')).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
        Action: ['sns:Publish'],
        Resource: [reference(topic)],
        Condition: ofThisAccount,
      }),
    );
    const key = keys.find((candidate) => JSON.stringify(arnOf(candidate)) === JSON.stringify(topic.properties.KmsMasterKeyId));
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

it('gives the outputs that scripts and the documentation read', () => {
  const [alerts, chat] = topics.map(reference);
  expect(outputs).toEqual({ FindingsBucketName: buckets.map(reference)[0], AlertsTopicArn: alerts, ChatTopicArn: chat });
});

it('consists of these resources', () => {
  expect(resources.map(({ logicalId, type }) => `${type} ${withoutHash(logicalId)}`).sort()).toMatchInlineSnapshot(`
    [
      "AWS::KMS::Key FindingsStoreKey",
      "AWS::S3::Bucket FindingsStoreBucket",
      "AWS::S3::BucketPolicy FindingsStoreBucketPolicy",
      "AWS::SNS::Topic AlertsAlertsTopic",
      "AWS::SNS::Topic AlertsChatTopic",
      "AWS::SNS::TopicPolicy AlertsAlertsTopicPolicy",
      "AWS::SNS::TopicPolicy AlertsChatTopicPolicy",
    ]
  `);
});
