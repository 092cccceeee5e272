import { describe, expect, it } from 'vitest';
import { toolingStack, variantNames } from './stacks.ts';
import { arnOf, type Resource, reference, type Statement, synthesized, withoutHash } from './synthesized.ts';

const stacks = Object.fromEntries(variantNames.map((variant) => [variant, synthesized(toolingStack(variant))] as const));
const { resources, outputs, one } = synthesized(toolingStack());
const bucket = one('AWS::S3::Bucket');
const key = one('AWS::KMS::Key');
const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

/** The statements of the policy that is attached to a bucket, a topic or a queue. */
function attachedTo(resource: Resource, all: readonly Resource[]): readonly Statement[] {
  const target = JSON.stringify(reference(resource));
  return all
    .filter(
      ({ type, properties: { Bucket, Topics, Queues } }) =>
        type.endsWith('Policy') && JSON.stringify([Bucket, Topics, Queues]).includes(target),
    )
    .flatMap((policy) => policy.statements);
}

describe.each(variantNames)('permissions of the variant %s', (variant) => {
  const all = stacks[variant]?.resources ?? [];
  const allowed = all.flatMap(({ logicalId, type, statements }) =>
    statements.filter(({ Effect }) => Effect === 'Allow').map((statement) => ({ logicalId, type, statement })),
  );

  it('allow a wildcard action only to the account itself on its key', () => {
    const wildcards = allowed.filter(({ statement }) => statement.Action.some((action) => action.includes('*')));
    expect(wildcards.map(({ type, statement }) => ({ type, action: statement.Action, principal: statement.Principal }))).toEqual([
      {
        type: 'AWS::KMS::Key',
        action: ['kms:*'],
        principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] } },
      },
    ]);
  });

  it('allow nothing to everybody, but the inbox to the organization', () => {
    const everybody = allowed.filter(({ statement }) => JSON.stringify(statement.Principal ?? '').includes('"*"'));
    const ofOrganization = everybody.filter(
      ({ statement }) =>
        JSON.stringify(statement.Condition ?? {}).includes('{"aws:PrincipalOrgID":"o-a1b2c3d4e5"') && statement.Sid?.endsWith('Inbox'),
    );
    expect(everybody).toEqual(ofOrganization);
    expect(everybody).toHaveLength(variant === 'organization' ? 2 : 0);
  });

  it('allow services to act only for this account, or for one topic of it', () => {
    const services = allowed.filter(({ type, statement }) => type !== 'AWS::IAM::Role' && JSON.stringify(statement).includes('"Service"'));
    expect(services).not.toEqual([]);
    const topics = all
      .filter(({ type }) => type === 'AWS::SNS::Topic')
      .map((topic) => ({ ArnEquals: { 'aws:SourceArn': reference(topic) } }));
    const rules = all.filter(({ type }) => type === 'AWS::Events::Rule').map((rule) => ({ ArnEquals: { 'aws:SourceArn': arnOf(rule) } }));
    for (const { statement } of services) expect([ofThisAccount, ...topics, ...rules]).toContainEqual(statement.Condition);
  });

  it('name the partition wherever they name an ARN, beside what the configuration names in full', () => {
    const policies = allowed.map(({ statement }) => JSON.stringify(statement).replaceAll(/arn:aws:(?:secretsmanager|lambda):[^"]+/g, ''));
    for (const policy of policies) expect(policy).not.toContain('arn:aws:');
  });
});

describe.each(variantNames)('everything in the variant %s', (variant) => {
  const all = stacks[variant]?.resources ?? [];
  const every = (type: string) => all.filter((resource) => resource.type === type);

  it('keeps logs for 90 days, each function and machine in a group of its own', () => {
    for (const { properties } of every('AWS::Logs::LogGroup')) expect(properties).toMatchObject({ RetentionInDays: 90 });
    const used = [...every('AWS::Lambda::Function'), ...every('AWS::StepFunctions::StateMachine')].length;
    expect(every('AWS::Logs::LogGroup')).toHaveLength(used);
  });

  it('encrypts queues and topics, and refuses plain HTTP', () => {
    for (const queue of every('AWS::SQS::Queue')) expect(queue.properties).toMatchObject({ SqsManagedSseEnabled: true });
    for (const topic of every('AWS::SNS::Topic')) expect(topic.properties).toMatchObject({ KmsMasterKeyId: arnOf(key) });
    for (const resource of [...every('AWS::SQS::Queue'), ...every('AWS::SNS::Topic')])
      expect(attachedTo(resource, all)).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
  });

  it('runs on ARM64 with Node.js 24, traced', () => {
    const functions = every('AWS::Lambda::Function');
    expect(functions).toHaveLength(variant === 'rotation' ? 13 : 8);
    for (const { properties } of functions)
      expect(properties).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x', TracingConfig: { Mode: 'Active' } });
  });
});

describe('the findings bucket and its key', () => {
  it('outlive the stack', () => {
    for (const kept of [bucket, key]) expect(kept).toMatchObject({ deletionPolicy: 'Retain', updateReplacePolicy: 'Retain' });
  });

  it('are versioned, closed to the public, encrypted and rotated', () => {
    expect(bucket.properties).toMatchObject({
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
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arnOf(key) } },
        ],
      },
    });
    expect(key.properties).toMatchObject({ EnableKeyRotation: true });
  });

  it('keep each prefix for its time, what was replaced 30 days more, and the rest for ever', () => {
    expect(bucket.properties.LifecycleConfiguration).toEqual({
      Rules: [
        { Id: 'expire-inventory', Prefix: 'inventory/', ExpirationInDays: 90, Status: 'Enabled' },
        { Id: 'expire-runs', Prefix: 'runs/', ExpirationInDays: 400, Status: 'Enabled' },
        { Id: 'expire-findings', Prefix: 'findings/', ExpirationInDays: 400, Status: 'Enabled' },
        { Id: 'expire-catalog', Prefix: 'catalog/', ExpirationInDays: 90, Status: 'Enabled' },
        { Id: 'expire-inbox', Prefix: 'inbox/', ExpirationInDays: 30, Status: 'Enabled' },
        {
          Id: 'housekeeping',
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          ExpiredObjectDeleteMarker: true,
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          Status: 'Enabled',
        },
      ],
    });
  });

  it('refuse plain HTTP', () => {
    expect(attachedTo(bucket, resources)).toContainEqual({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['s3:*'],
      Resource: [arnOf(bucket), { 'Fn::Join': ['', [arnOf(bucket), '/*']] }],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  it('are open to no other account in an organization whose id is not known', () => {
    const closed = synthesized(toolingStack('organization', { organizationId: undefined }));
    const policy = attachedTo(closed.one('AWS::S3::Bucket'), closed.resources);
    expect(policy.filter(({ Effect }) => Effect === 'Allow')).toEqual([]);
  });
});

it('gives the outputs that scripts and the documentation read', () => {
  const topics = { alerts: one('AWS::SNS::Topic', 'AlertsAlerts'), chat: one('AWS::SNS::Topic', 'AlertsChat') };
  expect(outputs).toEqual({
    FindingsBucketName: reference(bucket),
    AlertsTopicArn: reference(topics.alerts),
    ChatTopicArn: reference(topics.chat),
    FleetScanStateMachineArn: reference(one('AWS::StepFunctions::StateMachine')),
    DashboardUrl: expect.anything(),
  });
});

it('publishes the configuration as one text, once the function may write it, and leaves it when the stack goes', () => {
  const published = one('Custom::PublishedConfiguration');
  const publish = one('AWS::Lambda::Function', 'PublishedConfiguration');
  expect(JSON.parse(String(published.properties.Configuration))).toMatchObject({ accounts: { explicit: [{ id: '222222222222' }] } });
  expect(published).toMatchObject({ properties: { ServiceToken: arnOf(publish) }, deletionPolicy: 'Retain' });
  expect(published.dependsOn.map(withoutHash)).toEqual(
    expect.arrayContaining(['PublishedConfigurationPublishRoleDefaultPolicy', 'FindingsStoreBucketPolicy']),
  );
});

it('consists of these resources, beside roles, policies and log groups', () => {
  const named = resources.filter(({ type }) => !/::IAM::|::LogGroup$/.test(type));
  expect(named.map(({ logicalId, type }) => `${type} ${withoutHash(logicalId)}`).sort()).toMatchInlineSnapshot(`
    [
      "AWS::CloudWatch::Alarm AlarmsCommitRunErrors",
      "AWS::CloudWatch::Alarm AlarmsCommitRunThrottles",
      "AWS::CloudWatch::Alarm AlarmsDiscoverTargetsErrors",
      "AWS::CloudWatch::Alarm AlarmsDiscoverTargetsThrottles",
      "AWS::CloudWatch::Alarm AlarmsListClustersErrors",
      "AWS::CloudWatch::Alarm AlarmsListClustersThrottles",
      "AWS::CloudWatch::Alarm AlarmsMailNotDeliveredNotEmpty",
      "AWS::CloudWatch::Alarm AlarmsNoSuccessfulRun",
      "AWS::CloudWatch::Alarm AlarmsNotifyErrors",
      "AWS::CloudWatch::Alarm AlarmsNotifyThrottles",
      "AWS::CloudWatch::Alarm AlarmsPlanScanErrors",
      "AWS::CloudWatch::Alarm AlarmsPlanScanThrottles",
      "AWS::CloudWatch::Alarm AlarmsRunAborted",
      "AWS::CloudWatch::Alarm AlarmsRunFailed",
      "AWS::CloudWatch::Alarm AlarmsRunTimedOut",
      "AWS::CloudWatch::Alarm AlarmsRunsIncomplete",
      "AWS::CloudWatch::Alarm AlarmsScanClusterErrors",
      "AWS::CloudWatch::Alarm AlarmsScanClusterThrottles",
      "AWS::CloudWatch::Alarm AlarmsStartsNotMadeNotEmpty",
      "AWS::CloudWatch::Alarm AlarmsSummarizeRunErrors",
      "AWS::CloudWatch::Alarm AlarmsSummarizeRunThrottles",
      "AWS::CloudWatch::Dashboard Dashboard",
      "AWS::KMS::Key FindingsStoreKey",
      "AWS::Lambda::Function NotifierNotifyFunction",
      "AWS::Lambda::Function PublishedConfigurationPublishFunction",
      "AWS::Lambda::Function ScanPipelineCommitRunFunction",
      "AWS::Lambda::Function ScanPipelineDiscoverTargetsFunction",
      "AWS::Lambda::Function ScanPipelineListClustersFunction",
      "AWS::Lambda::Function ScanPipelinePlanScanFunction",
      "AWS::Lambda::Function ScanPipelineScanClusterFunction",
      "AWS::Lambda::Function ScanPipelineSummarizeRunFunction",
      "AWS::S3::Bucket FindingsStoreBucket",
      "AWS::S3::BucketPolicy FindingsStoreBucketPolicy",
      "AWS::SNS::Topic AlertsAlertsTopic",
      "AWS::SNS::Topic AlertsChatTopic",
      "AWS::SNS::TopicPolicy AlertsAlertsTopicPolicy",
      "AWS::SNS::TopicPolicy AlertsChatTopicPolicy",
      "AWS::SQS::Queue AlertsUndelivered",
      "AWS::SQS::Queue ScanPipelineScheduleDeadLetters",
      "AWS::SQS::QueuePolicy AlertsUndeliveredPolicy",
      "AWS::SQS::QueuePolicy ScanPipelineScheduleDeadLettersPolicy",
      "AWS::Scheduler::Schedule ScanPipelineSchedule",
      "AWS::Scheduler::ScheduleGroup ScanPipelineScheduleGroup",
      "AWS::StepFunctions::StateMachine ScanPipelineFleetScanStateMachine",
      "Custom::PublishedConfiguration PublishedConfiguration",
    ]
  `);
});
