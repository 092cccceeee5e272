import { describe, expect, it } from 'vitest';
import { scanFunctionRoles } from '../../functions/access/names.ts';
import { scanActions } from '../../functions/access/scan-policy.ts';
import { amiParameterPaths } from '../../functions/inventory/evidence/ssm-ami-release-versions.ts';
import { keys } from '../../functions/store/layout.ts';
import { type AccessAttempt, decide } from '../access/policy-evaluator.ts';
import { documentIn, physicalArn, policiesOf, toolingAccount } from './deployed-policies.ts';
import { recordedRuns, type StoreRequest } from './recorded-runs.ts';
import { configuration, memberStack, toolingStack } from './stacks.ts';
import { synthesized } from './synthesized.ts';

const tooling = synthesized(toolingStack('slack'));
const organization = synthesized(toolingStack('organization'));
const vpc = synthesized(toolingStack('vpc'));
const bucket = physicalArn(tooling.one('AWS::S3::Bucket'));
const key = physicalArn(tooling.one('AWS::KMS::Key'));

const names = [
  ...['discover-targets', 'list-clusters', 'plan-scan', 'scan-cluster', 'summarize-run', 'commit-run'],
  ...['notify', 'publish-configuration'],
];
const may = (name: string, attempt: AccessAttempt, stack = tooling) => decide(policiesOf(`eks-greenlight-${name}`, stack), attempt);

const object = (action: string, objectKey: string): AccessAttempt => ({ action: `s3:${action}`, resource: `${bucket}/${objectKey}` });
const list = (prefix: string): AccessAttempt => ({ action: 's3:ListBucket', resource: bucket, context: { 's3:prefix': prefix } });

const cluster = { accountId: '222222222222', region: 'eu-west-1', name: 'payments' };
const runId = '2026-11-21T06-00-00Z-1a2b3c4d';
const startedAt = new Date('2026-11-21T06:00:00Z');

/** What S3 asks IAM. A key that is missing is compared with the prefixes that may be listed: without that the answer is 403, not 404. */
function attemptsOf({ operation, key: objectKey }: StoreRequest): readonly AccessAttempt[] {
  const decrypt = { action: 'kms:Decrypt', resource: key };
  if (operation === 'list') return [list(objectKey)];
  if (operation === 'put') return [object('PutObject', objectKey), { action: 'kms:GenerateDataKey', resource: key }];
  return [object('GetObject', objectKey), operation === 'get' ? decrypt : list(objectKey)];
}

describe('what the functions ask of the store in whole runs', async () => {
  const runs = await recordedRuns(names);

  it.each(names)('%s may do', (name) => {
    const requests = runs.get(name) ?? [];
    expect(requests).not.toEqual([]);
    const refused = requests.filter((request) => attemptsOf(request).some((attempt) => may(name, attempt) !== 'allowed'));
    expect(refused).toEqual([]);
  });
});

describe('what a function could ask of the store beyond', () => {
  const own: Readonly<Record<string, readonly string[]>> = {
    'discover-targets': [keys.runContext(runId), keys.targetItems(runId), keys.listing(runId, cluster.accountId)],
    'list-clusters': [keys.listing(runId, cluster.accountId)],
    'plan-scan': [keys.clusterItems(runId), keys.catalogue('eu-west-1', '2026-11-21')],
    'scan-cluster': [
      ...[keys.clusterReport(runId, cluster), keys.clusterCoverage(runId, cluster)],
      ...[keys.findings(startedAt, cluster), keys.inventory(runId, cluster)],
      keys.accountFigures(runId, cluster.accountId, cluster.region),
    ],
    'summarize-run': [keys.run(runId)],
    'commit-run': [keys.clusterState(cluster), keys.latest],
    notify: [keys.notification('2026-11', 'id')],
    'publish-configuration': [keys.configuration],
  };
  const everything = [...new Set(Object.values(own).flat()), keys.inbox(cluster), `rotations/${cluster.accountId}/record.json`];

  it.each(names)('%s writes what is its own and nothing else', (name) => {
    const writable = everything.filter((objectKey) => may(name, object('PutObject', objectKey)) === 'allowed');
    expect(writable.sort()).toEqual([...(own[name] ?? [])].sort());
  });

  const forbidden = [
    ...['DeleteObject', 'DeleteObjectVersion', 'GetObjectVersion', 'PutObjectAcl', 'PutObjectTagging'].map((action) =>
      object(action, keys.run(runId)),
    ),
    ...['DeleteBucket', 'PutBucketPolicy', 'PutLifecycleConfiguration', 'ListBucketVersions'].map((action) => ({
      action: `s3:${action}`,
      resource: bucket,
    })),
    ...['ScheduleKeyDeletion', 'PutKeyPolicy', 'DisableKey', 'CreateGrant', 'Encrypt'].map((action) => ({
      action: `kms:${action}`,
      resource: key,
    })),
    { action: 'kms:Decrypt', resource: `arn:aws:kms:eu-west-1:${toolingAccount}:key/other` },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::another-bucket/runs/context.json' },
    { action: 's3:ListBucket', resource: bucket },
    { action: 'iam:PassRole', resource: `arn:aws:iam::${toolingAccount}:role/eks-greenlight-notify` },
    { action: 'states:StartExecution', resource: `arn:aws:states:eu-west-1:${toolingAccount}:stateMachine:eks-greenlight-fleet-scan` },
    { action: 'lambda:InvokeFunction', resource: `arn:aws:lambda:eu-west-1:${toolingAccount}:function:eks-greenlight-notify` },
    { action: 'lambda:UpdateFunctionCode', resource: `arn:aws:lambda:eu-west-1:${toolingAccount}:function:eks-greenlight-notify` },
    { action: 'logs:DeleteLogGroup', resource: `arn:aws:logs:eu-west-1:${toolingAccount}:log-group:/eks-greenlight/notify` },
  ];

  it.each(names)('%s deletes nothing, configures nothing, and starts nothing', (name) => {
    for (const attempt of forbidden) expect([attempt, may(name, attempt)]).toEqual([attempt, 'denied']);
  });
});

describe('what a function may do outside of the store', () => {
  const assume = (resource: string): AccessAttempt => ({ action: 'sts:AssumeRole', resource });
  const topics = tooling.ofType('AWS::SNS::Topic').map(physicalArn);
  const bus = `arn:aws:events:eu-west-1:${toolingAccount}:event-bus`;
  const secret = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret';
  const accounts = { action: 'organizations:ListAccounts' };

  const rows: readonly (readonly [AccessAttempt, readonly string[]])[] = [
    [assume('arn:aws:iam::222222222222:role/eks-greenlight-scan'), ['list-clusters', 'plan-scan', 'scan-cluster']],
    [assume(`arn:aws:iam::${toolingAccount}:role/eks-greenlight-scan`), ['list-clusters', 'plan-scan', 'scan-cluster']],
    [assume('arn:aws:iam::222222222222:role/eks-greenlight-rotate'), []],
    [assume('arn:aws:iam::222222222222:role/admin'), []],
    [assume('arn:aws:iam::222222222222:role/path/eks-greenlight-scan'), []],
    ...topics.map((resource) => [{ action: 'sns:Publish', resource }, ['notify']] as const),
    [{ action: 'sns:Publish', resource: `arn:aws:sns:eu-west-1:${toolingAccount}:another` }, []],
    [{ action: 'sns:Subscribe', resource: String(topics[0]) }, []],
    [{ action: 'events:PutEvents', resource: `${bus}/default` }, ['notify']],
    [{ action: 'events:PutEvents', resource: `${bus}/another` }, []],
    [{ action: 'secretsmanager:GetSecretValue', resource: `${secret}:webhook-a1b2c3` }, ['notify']],
    [{ action: 'secretsmanager:GetSecretValue', resource: `${secret}:another-a1b2c3` }, []],
    [accounts, []],
    [{ action: 'ec2:CreateNetworkInterface' }, []],
    [{ action: 'xray:PutTraceSegments' }, names],
  ];

  it.each(rows)('%j: %j', (attempt, allowed) => {
    expect(names.filter((name) => may(name, attempt) === 'allowed')).toEqual(allowed);
  });

  it('the accounts of an organization are found by the first step, where there is one', () => {
    const found = ['ListAccounts', 'ListAccountsForParent', 'ListOrganizationalUnitsForParent'].map((action) => `organizations:${action}`);
    for (const action of found)
      expect(names.filter((name) => may(name, { action }, organization) === 'allowed')).toEqual(['discover-targets']);
    expect(names.filter((name) => may(name, { action: 'organizations:CreateAccount' }, organization) === 'allowed')).toEqual([]);
  });

  it('the network interfaces of scan-cluster are made by Lambda, not by the code of the function', () => {
    const attach = { action: 'ec2:CreateNetworkInterface' };
    const fromCode = { ...attach, context: { 'lambda:SourceFunctionArn': `arn:aws:lambda:eu-west-1:${toolingAccount}:function:x` } };
    expect(names.filter((name) => may(name, attach, vpc) === 'allowed')).toEqual(['scan-cluster']);
    expect(may('scan-cluster', fromCode, vpc)).toBe('explicitly denied');
  });
});

describe('what other accounts may do in the store', () => {
  const policyOf = (stack: typeof tooling) => [
    documentIn(stack.one('AWS::S3::BucketPolicy'), 'PolicyDocument', stack),
    documentIn(stack.one('AWS::KMS::Key'), 'KeyPolicy', stack),
  ];
  const collectorOf = (account: string) => `arn:aws:iam::${account}:role/collector`;
  const tls = { 'aws:SecureTransport': 'true' };
  const inbox = (account: string) => object('PutObject', keys.inbox({ ...cluster, accountId: account }));
  const viaS3 = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };
  const [listed, unlisted] = ['222222222222', '333333333333'];
  const asked = (attempt: AccessAttempt, account: string, context = {}) => ({
    ...attempt,
    principal: collectorOf(account),
    context: { ...tls, ...context },
  });
  const dataKey = { action: 'kms:GenerateDataKey', resource: '*' };

  const rows: readonly (readonly [string, AccessAttempt, string])[] = [
    ['a listed account writes its own inbox', asked(inbox(listed), listed), 'allowed'],
    ['not that of another', asked(inbox(unlisted), listed), 'denied'],
    ['not over plain HTTP', asked(inbox(listed), listed, { 'aws:SecureTransport': 'false' }), 'explicitly denied'],
    ['not beside the inbox', asked(object('PutObject', keys.run(runId)), listed), 'denied'],
    ['it reads nothing, not even what it wrote', asked({ ...inbox(listed), action: 's3:GetObject' }, listed), 'denied'],
    ['it deletes nothing', asked({ ...inbox(listed), action: 's3:DeleteObject' }, listed), 'denied'],
    ['it lists nothing', asked({ action: 's3:ListBucket', resource: bucket }, listed, { 's3:prefix': `inbox/${listed}/` }), 'denied'],
    ['it encrypts through S3', asked(dataKey, listed, viaS3), 'allowed'],
    ['not for something else', asked(dataKey, listed), 'denied'],
    ['it decrypts nothing', asked({ action: 'kms:Decrypt', resource: '*' }, listed, viaS3), 'denied'],
    ['an account that is not listed writes nothing', asked(inbox(unlisted), unlisted), 'denied'],
    ['and encrypts nothing', asked(dataKey, unlisted, viaS3), 'denied'],
  ];
  it.each(rows)('%s', (_, attempt, decision) => {
    expect(decide(policyOf(tooling), attempt)).toBe(decision);
  });

  it.each([
    ['o-a1b2c3d4e5', 'allowed'],
    ['o-another0000', 'denied'],
  ])('an account of the organization %s is %s', (id, decision) => {
    const member = asked(inbox(unlisted), unlisted, { 'aws:PrincipalOrgID': id });
    expect(decide(policyOf(organization), member)).toBe(decision);
    expect(decide(policyOf(organization), { ...member, ...inbox(listed) })).toBe('denied');
    expect(decide(policyOf(organization), asked(dataKey, unlisted, { 'aws:PrincipalOrgID': id, ...viaS3 }))).toBe(decision);
  });
});

describe('the scan role of a member account', () => {
  const settings = configuration({
    scanRole: { externalId: 'some-external-id', trustedPrincipals: ['arn:aws:iam::444444444444:user/ann'] },
  });
  const stack = synthesized(memberStack({ configuration: settings, toolingAccountId: toolingAccount, organizationId: 'o-a1b2c3d4e5' }));
  const role = stack.one('AWS::IAM::Role');
  const may = (action: string, resource?: string) =>
    decide(policiesOf('eks-greenlight-scan', stack), { action, ...(resource && { resource }) });
  const eks = (kind: string) => `arn:aws:eks:eu-west-1:222222222222:${kind}/payments`;

  it.each(scanActions(settings))('may %s', (action) => {
    const parameters = amiParameterPaths.map((path) => `arn:aws:ssm:eu-west-1::parameter${path}x`);
    const resources = ['*', ...parameters, ...['cluster', 'nodegroup', 'addon', 'fargateprofile'].map(eks)];
    expect(resources.filter((resource) => may(action, resource) === 'allowed')).not.toEqual([]);
  });

  it.each([
    ...['CreateNodegroup', 'UpdateNodegroupConfig', 'UpdateNodegroupVersion', 'DeleteNodegroup'].map((action) => [
      `eks:${action}`,
      eks('nodegroup'),
    ]),
    ...['CreateNodegroup', 'UpdateClusterVersion', 'UpdateClusterConfig', 'DeleteCluster', 'TagResource'].map((action) => [
      `eks:${action}`,
      eks('cluster'),
    ]),
    ...['CreateAccessEntry', 'UpdateAccessEntry', 'DeleteAccessEntry', 'AssociateAccessPolicy'].map((action) => [
      `eks:${action}`,
      eks('cluster'),
    ]),
    ...['CreateAddon', 'UpdateAddon', 'DeleteAddon'].map((action) => [`eks:${action}`, eks('addon')]),
    ...[
      'SetDesiredCapacity',
      'UpdateAutoScalingGroup',
      'TerminateInstanceInAutoScalingGroup',
      'SuspendProcesses',
      'CreateOrUpdateTags',
    ].map((action) => [`autoscaling:${action}`, 'arn:aws:autoscaling:eu-west-1:222222222222:autoScalingGroup:x:autoScalingGroupName/blue']),
    ...['RunInstances', 'TerminateInstances', 'CreateTags', 'CreateLaunchTemplate', 'CreateLaunchTemplateVersion'].map((action) => [
      `ec2:${action}`,
      '*',
    ]),
    ...['PassRole', 'CreateServiceLinkedRole', 'PutRolePolicy', 'GetRole'].map((action) => [
      `iam:${action}`,
      'arn:aws:iam::222222222222:role/node',
    ]),
    ['sts:AssumeRole', 'arn:aws:iam::222222222222:role/admin'],
    ['secretsmanager:GetSecretValue', '*'],
    ['s3:GetObject', 'arn:aws:s3:::any/key'],
    ['account:EnableRegion', '*'],
  ])('may not %s on %s', (action, resource) => {
    expect(may(String(action), resource)).toBe('denied');
  });

  const context = { 'sts:ExternalId': 'some-external-id', 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' };
  const functionRole = (name: string, account = toolingAccount) => `arn:aws:iam::${account}:role/${name}`;
  const askers: readonly (readonly [string, string, Readonly<Record<string, string>>, string])[] = [
    ...Object.values(scanFunctionRoles).map((name) => ['trusts', functionRole(name), context, 'allowed'] as const),
    ['trusts', 'arn:aws:iam::444444444444:user/ann', context, 'allowed'],
    ['does not trust', 'arn:aws:iam::444444444444:user/bob', context, 'denied'],
    ['does not trust', functionRole('eks-greenlight-notify'), context, 'denied'],
    ['does not trust', functionRole('eks-greenlight-summarize-run'), context, 'denied'],
    ['does not trust', functionRole('eks-greenlight-scan-cluster', '333333333333'), context, 'denied'],
    ['does not trust', functionRole('eks-greenlight-scan-cluster'), { ...context, 'sts:ExternalId': 'another' }, 'denied'],
    ['does not trust', functionRole('eks-greenlight-scan-cluster'), { ...context, 'aws:PrincipalOrgID': 'o-another0000' }, 'denied'],
  ];
  it.each(askers)('%s %s with %j', (_, principal, with_, decision) => {
    const trust = documentIn(role, 'AssumeRolePolicyDocument', stack);
    expect(decide([trust], { action: 'sts:AssumeRole', principal, context: with_ })).toBe(decision);
  });
});
