import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateLaunchTemplateVersionCommand,
  CreateTagsCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreateAddonCommand,
  CreateFargateProfileCommand,
  CreateNodegroupCommand,
  CreatePodIdentityAssociationCommand,
  DeleteAccessEntryCommand,
  DeleteAddonCommand,
  DeleteClusterCommand,
  DeleteFargateProfileCommand,
  DeleteNodegroupCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListAccessEntriesCommand,
  ListAddonsCommand,
  ListNodegroupsCommand,
  TagResourceCommand,
  UpdateAccessEntryCommand,
  UpdateAddonCommand,
  UpdateClusterConfigCommand,
  UpdateClusterVersionCommand,
  UpdateNodegroupConfigCommand,
  UpdateNodegroupVersionCommand,
} from '@aws-sdk/client-eks';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asRoot, client, root } from './aws-client.ts';
import { awsQuery, type Identity, type Service } from './aws-request.ts';
import { outputs } from './deployed.ts';
import { type FunctionSessions, functionSessions } from './function-sessions.ts';
import { EXTERNAL_ID, HUB, LOGISTICS_ACCOUNT, PAYMENTS_ACCOUNT, SCAN_ROLE } from './pipeline-world.ts';
import { clusterToken, kubernetesStatus, type SessionCredentials } from './scan-role.ts';
import { kubectl } from './world.ts';

/** What the deployed roles may do, tried with sessions of these roles: the scan role only reads, it lets in only those who scan, and each
 *  function reaches only its own keys of the bucket. */

const scanning = ['list-clusters', 'plan-scan', 'scan-cluster'] as const;
const functions = [...scanning, 'discover-targets', 'summarize-run', 'notify', 'commit-run', 'publish-configuration'] as const;
type FunctionName = (typeof functions)[number];

let sessions: FunctionSessions<FunctionName>;
let scan: SessionCredentials;
beforeAll(async () => {
  sessions = await functionSessions(functions);
  scan = await enter(PAYMENTS_ACCOUNT, sessions.of('scan-cluster'));
});
afterAll(() => sessions.close());

async function enter(account: string, credentials: Identity, externalId: string | null = EXTERNAL_ID): Promise<SessionCredentials> {
  const sts = new STSClient({ ...client('STS'), credentials });
  const RoleArn = `arn:aws:iam::${account}:role/${SCAN_ROLE}`;
  const ExternalId = externalId === null ? {} : { ExternalId: externalId };
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'witness', ...ExternalId }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken = '' } = Credentials ?? {};
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** The name of the error with which a call ended, or `OK`. */
const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'OK',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
const refused = expect.stringMatching(/^(AccessDenied(Exception)?|UnauthorizedOperation|AuthorizationError(Exception)?)$/);

describe('the scan role of a member account', () => {
  it.each(scanning)('lets in %s of the tooling account, with the external id', async (name) => {
    expect((await enter(LOGISTICS_ACCOUNT, sessions.of(name))).sessionToken).toBeTruthy();
    for (const id of [null, 'guessed']) expect(await outcome(enter(LOGISTICS_ACCOUNT, sessions.of(name), id))).toEqual(refused);
  });

  it('lets in nobody else: not the other functions, no root, not itself', async () => {
    const others = functions.filter((name) => !scanning.some((one) => one === name)).map((name) => sessions.of(name));
    const roots = [HUB, PAYMENTS_ACCOUNT, LOGISTICS_ACCOUNT, '444444444444'].map(root);
    for (const identity of [...others, ...roots, scan]) expect(await outcome(enter(PAYMENTS_ACCOUNT, identity))).toEqual(refused);
    expect(await outcome(enter(LOGISTICS_ACCOUNT, scan))).toEqual(refused);
  });
});

describe('a session of the scan role', () => {
  const eks = () => new EKSClient({ ...client('EKS'), credentials: scan });
  const ec2 = () => new EC2Client({ ...client('EC2'), credentials: scan });
  const clusterName = 'payments';
  const nodegroup = { clusterName, nodegroupName: 'current' };
  const entry = { clusterName, principalArn: `arn:aws:iam::${PAYMENTS_ACCOUNT}:role/${SCAN_ROLE}` };
  const nodeRole = `arn:aws:iam::${PAYMENTS_ACCOUNT}:role/eks-node`;
  const policyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
  const resourceArn = `arn:aws:eks:us-east-1:${PAYMENTS_ACCOUNT}:cluster/payments`;
  const profile = { clusterName, fargateProfileName: 'jobs' };
  const instances = { InstanceIds: ['i-0123456789abcdef0'] };
  const group = 'eks-current';
  const template = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
  const query = async (service: Service, parameters: Readonly<Record<string, string>>) => {
    const { status, text } = await awsQuery(service, scan, parameters);
    return status === 200 ? 'OK' : (/<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? text);
  };
  const autoScaling = (Action: string, parameters: Readonly<Record<string, string>>) =>
    query({ endpoint: 'AUTO_SCALING', name: 'autoscaling' }, { Action, Version: '2011-01-01', ...parameters });
  const iam = (Action: string, parameters: Readonly<Record<string, string>>) =>
    query({ endpoint: 'IAM', name: 'iam' }, { Action, Version: '2010-05-08', ...parameters });

  it('reads the cluster', async () => {
    expect(await outcome(eks().send(new DescribeClusterCommand({ name: clusterName })))).toBe('OK');
  });

  it.each<readonly [string, () => Promise<unknown>]>([
    [
      'eks:CreateNodegroup',
      () => eks().send(new CreateNodegroupCommand({ clusterName, nodegroupName: 'new', subnets: ['subnet-1'], nodeRole })),
    ],
    ['eks:DeleteNodegroup', () => eks().send(new DeleteNodegroupCommand(nodegroup))],
    ['eks:UpdateNodegroupConfig', () => eks().send(new UpdateNodegroupConfigCommand({ ...nodegroup, scalingConfig: { desiredSize: 0 } }))],
    ['eks:UpdateNodegroupVersion', () => eks().send(new UpdateNodegroupVersionCommand(nodegroup))],
    [
      'eks:UpdateClusterConfig',
      () => eks().send(new UpdateClusterConfigCommand({ name: clusterName, upgradePolicy: { supportType: 'STANDARD' } })),
    ],
    ['eks:UpdateClusterVersion', () => eks().send(new UpdateClusterVersionCommand({ name: clusterName, version: '1.35' }))],
    ['eks:DeleteCluster', () => eks().send(new DeleteClusterCommand({ name: clusterName }))],
    [
      'eks:CreateAccessEntry',
      () => eks().send(new CreateAccessEntryCommand({ clusterName, principalArn: nodeRole, kubernetesGroups: ['x'] })),
    ],
    ['eks:UpdateAccessEntry', () => eks().send(new UpdateAccessEntryCommand({ ...entry, kubernetesGroups: ['system:masters'] }))],
    ['eks:DeleteAccessEntry', () => eks().send(new DeleteAccessEntryCommand(entry))],
    [
      'eks:AssociateAccessPolicy',
      () => eks().send(new AssociateAccessPolicyCommand({ ...entry, policyArn, accessScope: { type: 'cluster' } })),
    ],
    ['eks:CreateAddon', () => eks().send(new CreateAddonCommand({ clusterName, addonName: 'aws-ebs-csi-driver' }))],
    ['eks:UpdateAddon', () => eks().send(new UpdateAddonCommand({ clusterName, addonName: 'coredns' }))],
    ['eks:DeleteAddon', () => eks().send(new DeleteAddonCommand({ clusterName, addonName: 'coredns' }))],
    ['eks:CreateFargateProfile', () => eks().send(new CreateFargateProfileCommand({ ...profile, podExecutionRoleArn: nodeRole }))],
    ['eks:DeleteFargateProfile', () => eks().send(new DeleteFargateProfileCommand(profile))],
    [
      'eks:CreatePodIdentityAssociation',
      () =>
        eks().send(
          new CreatePodIdentityAssociationCommand({ clusterName, namespace: 'shop', serviceAccount: 'default', roleArn: nodeRole }),
        ),
    ],
    ['eks:TagResource', () => eks().send(new TagResourceCommand({ resourceArn, tags: { a: 'b' } }))],
    ['ec2:TerminateInstances', () => ec2().send(new TerminateInstancesCommand(instances))],
    ['ec2:RunInstances', () => ec2().send(new RunInstancesCommand({ ImageId: 'ami-12345678', MinCount: 1, MaxCount: 1 }))],
    ['ec2:CreateTags', () => ec2().send(new CreateTagsCommand({ Resources: instances.InstanceIds, Tags: [{ Key: 'a', Value: 'b' }] }))],
    [
      'ec2:CreateLaunchTemplateVersion',
      () => ec2().send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateId: 'lt-0123456789abcdef0', LaunchTemplateData: {} })),
    ],
    [
      'cloudformation:CreateStack',
      () =>
        new CloudFormationClient({ ...client('CLOUDFORMATION'), credentials: scan }).send(
          new CreateStackCommand({ StackName: 'x', TemplateBody: template }),
        ),
    ],
    [
      'secretsmanager:GetSecretValue',
      () =>
        new SecretsManagerClient({ ...client('SECRETS_MANAGER'), credentials: scan }).send(new GetSecretValueCommand({ SecretId: 'x' })),
    ],
    ['s3:PutObject', () => bucketOf(scan).put('state/latest.json')],
    ['s3:GetObject', () => bucketOf(scan).get('state/latest.json')],
  ])('may not %s', async (_, call) => {
    expect(await outcome(call())).toEqual(refused);
  });

  it.each<readonly [string, () => Promise<string>]>([
    ['autoscaling:SetDesiredCapacity', () => autoScaling('SetDesiredCapacity', { AutoScalingGroupName: group, DesiredCapacity: '0' })],
    ['autoscaling:UpdateAutoScalingGroup', () => autoScaling('UpdateAutoScalingGroup', { AutoScalingGroupName: group, MinSize: '0' })],
    ['autoscaling:SuspendProcesses', () => autoScaling('SuspendProcesses', { AutoScalingGroupName: group })],
    [
      'autoscaling:TerminateInstanceInAutoScalingGroup',
      () =>
        autoScaling('TerminateInstanceInAutoScalingGroup', { InstanceId: 'i-0123456789abcdef0', ShouldDecrementDesiredCapacity: 'true' }),
    ],
    [
      'iam:AttachRolePolicy',
      () => iam('AttachRolePolicy', { RoleName: SCAN_ROLE, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    ],
    ['iam:PutRolePolicy', () => iam('PutRolePolicy', { RoleName: SCAN_ROLE, PolicyName: 'x', PolicyDocument: '{"Statement":[]}' })],
    ['iam:UpdateAssumeRolePolicy', () => iam('UpdateAssumeRolePolicy', { RoleName: SCAN_ROLE, PolicyDocument: '{"Statement":[]}' })],
    ['iam:CreateUser', () => iam('CreateUser', { UserName: 'x' })],
  ])('may not %s', async (_, call) => {
    expect(await call()).toEqual(refused);
  });

  /** As the owner of the account sees the cluster. */
  async function seen() {
    const owner = new EKSClient(asRoot(PAYMENTS_ACCOUNT, 'EKS'));
    const { cluster } = await owner.send(new DescribeClusterCommand({ name: clusterName }));
    const { nodegroup: described } = await owner.send(new DescribeNodegroupCommand(nodegroup));
    const { nodegroups } = await owner.send(new ListNodegroupsCommand({ clusterName }));
    const { addons } = await owner.send(new ListAddonsCommand({ clusterName }));
    const { accessEntries } = await owner.send(new ListAccessEntriesCommand({ clusterName }));
    return { cluster, described, nodegroups, addons, accessEntries };
  }
  let before: Awaited<ReturnType<typeof seen>>;
  beforeAll(async () => {
    before = await seen();
  });
  afterAll(async () => {
    expect(await seen()).toEqual(before);
  });
});

/** What may be asked of the bucket. A put that is allowed changes nothing: its condition never holds. */
function bucketOf(credentials: SessionCredentials) {
  const s3 = new S3Client({ ...client('S3'), credentials, forcePathStyle: true });
  const Bucket = outputs().FindingsBucketName;
  return {
    get: (Key: string) => s3.send(new GetObjectCommand({ Bucket, Key })),
    put: (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', IfMatch: '"of no object"' })),
    delete: (Key: string) => s3.send(new DeleteObjectCommand({ Bucket, Key })),
    list: (Prefix: string) => s3.send(new ListObjectsV2Command({ Bucket, Prefix })),
  };
}

describe('the bucket', () => {
  const run = 'runs/2026-11-21T06-00-00Z-00000000';
  const place = `${PAYMENTS_ACCOUNT}/us-east-1/absent`;
  const all = [
    'config/greenlight.json',
    ...['context.json', 'items/targets.jsonl', 'items/clusters.jsonl', `lists/${PAYMENTS_ACCOUNT}.jsonl`].map((key) => `${run}/${key}`),
    ...[`failures/${place}.json`, `coverage/${place}.json`, `clusters/${place}.json`, 'run.json'].map((key) => `${run}/${key}`),
    `findings/date=2026-11-21/account=${PAYMENTS_ACCOUNT}/region=us-east-1/absent.jsonl`,
    `inventory/${place}/2026-11-21T06-00-00Z-00000000.json.gz`,
    `inbox/${place}.json.gz`,
    'catalog/us-east-1/2020-01-01.json',
    `state/clusters/${place}.json`,
    'state/latest.json',
    'state/notifications/2020-01/0.json',
    'elsewhere/any.json',
  ];
  const known = ['state/clusters/', 'state/latest.json'];
  /** What the keys begin or end with that a function may read and write. */
  const own: Readonly<Record<FunctionName, { readonly get: readonly string[]; readonly put: readonly (string | RegExp)[] }>> = {
    'discover-targets': { get: ['config/', 'runs/'], put: [/context\.json$/, /items\/targets/, /lists\//] },
    'list-clusters': { get: [`${run}/context.json`, `${run}/lists/`], put: [/lists\//] },
    'plan-scan': { get: ['runs/', 'catalog/'], put: [/items\/clusters/, 'catalog/'] },
    'scan-cluster': {
      get: [`${run}/context.json`, 'catalog/', 'inbox/'],
      put: [/^runs\/[^/]+\/clusters\//, /coverage\//, 'findings/', 'inventory/'],
    },
    'summarize-run': { get: ['runs/', ...known], put: [/run\.json$/] },
    notify: { get: ['runs/', 'state/notifications/', 'state/latest.json'], put: ['state/notifications/'] },
    'commit-run': { get: ['runs/', ...known], put: known },
    'publish-configuration': { get: [], put: ['config/'] },
  };
  /** The keys of which the call was not refused. */
  async function allowed(call: (key: string) => Promise<unknown>, keys: readonly string[] = all): Promise<string[]> {
    const outcomes = await Promise.all(keys.map(async (key) => [key, await outcome(call(key))] as const));
    return outcomes.filter(([, said]) => said !== 'AccessDenied').map(([key]) => key);
  }
  const matching = (patterns: readonly (string | RegExp)[]) =>
    all.filter((key) => patterns.some((pattern) => (typeof pattern === 'string' ? key.startsWith(pattern) : pattern.test(key))));

  it.each(functions)('is read and written by %s where it must, and nowhere else; it deletes nothing', async (name) => {
    const bucket = bucketOf(sessions.of(name));
    expect(await allowed(bucket.get)).toEqual(matching(own[name].get));
    expect(await allowed(bucket.put)).toEqual(matching(own[name].put));
    expect(await allowed(bucket.delete)).toEqual([]);
    expect(await allowed(bucket.list, ['', 'findings/', 'inventory/'])).toEqual([]);
  });
});

describe('a function', () => {
  it.each(functions)('%s tells people and starts scans only if that is what it is for', async (name) => {
    const credentials = sessions.of(name);
    const { AlertsTopicArn, FleetScanStateMachineArn } = outputs();
    const publish = new PublishCommand({ TopicArn: AlertsTopicArn, Message: 'x' });
    const put = new PutEventsCommand({ Entries: [{ Source: 'witness', DetailType: 'x', Detail: '{}' }] });
    const start = new StartExecutionCommand({ stateMachineArn: FleetScanStateMachineArn, input: '{}' });
    const mayTell = name === 'notify' ? 'OK' : refused;
    expect(await outcome(new SNSClient({ ...client('SNS'), credentials }).send(publish))).toEqual(mayTell);
    expect(await outcome(new EventBridgeClient({ ...client('EVENTBRIDGE'), credentials }).send(put))).toEqual(mayTell);
    expect(await outcome(new SFNClient({ ...client('SFN'), credentials }).send(start))).toEqual(refused);
  });
});

describe('a token of the scan role', () => {
  const pods = '/api/v1/namespaces/shop/pods';
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const binding = {
    metadata: { name: 'x' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'eks-greenlight:scan' }],
  };
  const container = { metadata: { name: 'x' }, spec: { containers: [{ name: 'x', image: 'x' }] } };
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'POD', namespace: 'shop' } };
  const own = '/clusterroles/eks-greenlight:scan';
  const node = '/api/v1/nodes/NODE';

  it('reads, and every write and every secret is refused by the API server', async () => {
    const { cluster } = await new EKSClient({ ...client('EKS'), credentials: scan }).send(new DescribeClusterCommand({ name: 'payments' }));
    const certificateAuthority = cluster?.certificateAuthority?.data ?? '';
    const server = { endpoint: cluster?.endpoint ?? '', certificateAuthority, token: await clusterToken(scan, 'us-east-1', 'payments') };
    const names = {
      POD: kubectl('get', 'pods', '--namespace', 'shop', '--output', 'jsonpath={.items[0].metadata.name}'),
      NODE: kubectl('get', 'nodes', '--output', 'jsonpath={.items[0].metadata.name}'),
    };
    const before = kubectl('get', 'pods,nodes,deployments', '--namespace', 'shop', '--output', 'jsonpath={.items[*].metadata.uid}');
    const fill = (text: string) => text.replace('POD', names.POD).replace('NODE', names.NODE);
    const status = (method: string, path: string, body?: unknown) =>
      kubernetesStatus(server, method, fill(path), body === undefined ? undefined : JSON.parse(fill(JSON.stringify(body))));
    expect(await status('GET', '/api/v1/nodes')).toBe(200);
    const requests: readonly (readonly [string, string, unknown?])[] = [
      ['POST', pods, container],
      ['DELETE', `${pods}/POD`],
      ['DELETE', pods],
      ['PATCH', `${pods}/POD`, { metadata: { labels: { a: 'b' } } }],
      ['POST', `${pods}/POD/eviction`, eviction],
      ['POST', `${pods}/POD/exec?command=ls`],
      ['GET', `${pods}/POD/exec?command=ls`],
      ['POST', `${pods}/POD/attach`],
      ['POST', `${pods}/POD/portforward`],
      ['GET', `${pods}/POD/log`],
      ['PATCH', `${pods}/POD/ephemeralcontainers`, {}],
      ['PATCH', node, { spec: { unschedulable: true } }],
      ['DELETE', node],
      ['GET', `${node}/proxy/pods`],
      ['PATCH', '/apis/apps/v1/namespaces/shop/deployments/web', { spec: { replicas: 0 } }],
      ['PATCH', '/apis/apps/v1/namespaces/shop/deployments/web/scale', { spec: { replicas: 0 } }],
      ['DELETE', '/apis/policy/v1/namespaces/shop/poddisruptionbudgets/web'],
      ['DELETE', '/api/v1/namespaces/shop'],
      ['POST', '/api/v1/namespaces', { metadata: { name: 'x' } }],
      ['GET', '/api/v1/secrets'],
      ['GET', '/api/v1/namespaces/shop/secrets/database'],
      ['POST', '/api/v1/namespaces/shop/secrets', { metadata: { name: 'x' } }],
      ['GET', '/api/v1/configmaps'],
      ['PATCH', '/api/v1/namespaces/kube-system/configmaps/aws-auth', { data: {} }],
      ['POST', '/api/v1/namespaces/shop/serviceaccounts/default/token', { spec: {} }],
      ['POST', `${rbac}/clusterrolebindings`, binding],
      ['PATCH', `${rbac}${own}`, { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }],
    ];
    const outcomes = await Promise.all(requests.map(async ([method, path, body]) => [method, path, await status(method, path, body)]));
    expect(outcomes).toEqual(requests.map(([method, path]) => [method, path, 403]));
    const after = kubectl('get', 'pods,nodes,deployments', '--namespace', 'shop', '--output', 'jsonpath={.items[*].metadata.uid}');
    expect(after).toBe(before);
    expect(kubectl('get', 'nodes', '--output', 'jsonpath={.items[*].spec.unschedulable}')).toBe('');
  });
});
