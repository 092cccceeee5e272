import {
  CreateNodegroupCommand,
  DeleteNodegroupCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  EKSClient,
  TagResourceCommand,
  UpdateNodegroupConfigCommand,
} from '@aws-sdk/client-eks';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { client, root } from './aws-client.ts';
import { awsQuery, type Identity } from './aws-request.ts';
import { outputs } from './deployed.ts';
import { EXTERNAL_ID, SCAN_ROLE } from './fleet.ts';
import { type FunctionSessions, functionSessions } from './function-sessions.ts';
import { eks, groupBehind, havePair, nodegroupNamed, nodegroups, sizes, state } from './rotate-witness.ts';
import { CLUSTER, HUB, PAIR_TAG, PAYMENTS_ACCOUNT, ROTATE_ROLE } from './rotate-world.ts';
import { clusterToken, kubernetesStatus, type SessionCredentials } from './scan-role.ts';
import { kubectl } from './world.ts';

/** What the deployed rotate role may do, tried with a session of it: only what is tagged for rotation, in a cluster only cordons and evictions;
 *  and that nobody but the step of a rotation comes into it. */

const functions = ['rotation-step', 'start-rotation', 'take-over', 'sweep', 'scan-cluster'] as const;
type FunctionName = (typeof functions)[number];

let sessions: FunctionSessions<FunctionName>;
let rotator: SessionCredentials;
let scanner: SessionCredentials;
/** A node group that nobody has tagged. */
const foreign = { clusterName: CLUSTER, nodegroupName: 'foreign' };

beforeAll(async () => {
  await havePair();
  sessions = await functionSessions(functions);
  rotator = await enter(ROTATE_ROLE, sessions.of('rotation-step'));
  scanner = await enter(SCAN_ROLE, sessions.of('scan-cluster'));
  const [first] = await nodegroups();
  const { subnets, nodeRole } = first ?? {};
  await eks().send(
    new CreateNodegroupCommand({ ...foreign, subnets, nodeRole, scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 2 } }),
  );
  await vi.waitFor(async () => expect((await nodegroupNamed('foreign')).status).toBe('ACTIVE'), { timeout: 20_000, interval: 200 });
});
afterAll(async () => {
  await eks().send(new DeleteNodegroupCommand(foreign));
  await vi.waitFor(async () => expect(await nodegroups()).toHaveLength(2), { timeout: 20_000, interval: 200 });
  await sessions.close();
});

async function enter(role: string, credentials: Identity, externalId: string | null = EXTERNAL_ID): Promise<SessionCredentials> {
  const sts = new STSClient({ ...client('STS'), credentials });
  const RoleArn = `arn:aws:iam::${PAYMENTS_ACCOUNT}:role/${role}`;
  const ExternalId = externalId === null ? {} : { ExternalId: externalId };
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'witness', ...ExternalId }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken = '' } = Credentials ?? {};
  return { accessKeyId, secretAccessKey, sessionToken };
}

const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'OK',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
const refused = expect.stringMatching(/^(AccessDenied(Exception)?|UnauthorizedOperation)$/);

describe('the rotate role', () => {
  it('lets in the step of a rotation, with the external id, and nobody else', async () => {
    for (const id of [null, 'guessed']) expect(await outcome(enter(ROTATE_ROLE, sessions.of('rotation-step'), id))).toEqual(refused);
    const others = functions.filter((name) => name !== 'rotation-step').map((name) => sessions.of(name));
    for (const identity of [...others, ...[HUB, PAYMENTS_ACCOUNT].map(root), rotator, scanner])
      expect(await outcome(enter(ROTATE_ROLE, identity))).toEqual(refused);
    expect(await outcome(enter(SCAN_ROLE, sessions.of('rotation-step')))).toEqual(refused);
  });
});

const eksOf = (credentials: SessionCredentials) => new EKSClient({ ...client('EKS'), credentials });
async function autoScaling(credentials: SessionCredentials, Action: string, parameters: Readonly<Record<string, string>>) {
  const service = { endpoint: 'AUTO_SCALING', name: 'autoscaling' };
  const { status, text } = await awsQuery(service, credentials, { Action, Version: '2011-01-01', ...parameters });
  return status === 200 ? 'OK' : (/<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? text);
}
const scalingConfig = { minSize: 0, maxSize: 3 };

describe('a session of the rotate role', () => {
  it('reads any node group', async () => {
    expect(await outcome(eksOf(rotator).send(new DescribeNodegroupCommand(foreign)))).toBe('OK');
  });

  it.each<readonly [string, () => Promise<unknown>]>([
    ['resize a node group without the tag', () => eksOf(rotator).send(new UpdateNodegroupConfigCommand({ ...foreign, scalingConfig }))],
    ['delete one', () => eksOf(rotator).send(new DeleteNodegroupCommand(foreign))],
    [
      'tag one as somebody who rotates would',
      async () => {
        const { nodegroupArn: resourceArn } = await nodegroupNamed('foreign');
        await eksOf(rotator).send(new TagResourceCommand({ resourceArn, tags: { [PAIR_TAG]: 'x' } }));
      },
    ],
    [
      'create one that does not say which rotation it is of',
      async () => {
        const { subnets, nodeRole } = await nodegroupNamed('foreign');
        await eksOf(rotator).send(new CreateNodegroupCommand({ clusterName: CLUSTER, nodegroupName: 'other', subnets, nodeRole }));
      },
    ],
    [
      'read the bucket',
      () =>
        new S3Client({ ...client('S3'), credentials: rotator, forcePathStyle: true }).send(
          new GetObjectCommand({ Bucket: outputs().FindingsBucketName, Key: 'config/greenlight.json' }),
        ),
    ],
  ])('may not %s', async (_, call) => {
    const before = await state();
    expect(await outcome(call())).toEqual(refused);
    expect(await state()).toEqual(before);
  });

  it('sizes plain Auto Scaling groups that are tagged, and never one behind a node group', async () => {
    const { AutoScalingGroupName: behind = '' } = await groupBehind('foreign');
    const { min = 0, max = 0 } = sizes(await groupBehind('batch-a'));
    const to = (AutoScalingGroupName: string) => ({ AutoScalingGroupName, MinSize: String(min), MaxSize: String(max) });
    expect(await autoScaling(rotator, 'UpdateAutoScalingGroup', to('batch-a'))).toBe('OK');
    expect(await autoScaling(rotator, 'UpdateAutoScalingGroup', to(behind))).toEqual(refused);
    expect(await autoScaling(rotator, 'SetDesiredCapacity', { AutoScalingGroupName: 'batch-a', DesiredCapacity: '0' })).toEqual(refused);
    const instance = { InstanceId: 'i-0123456789abcdef0', ShouldDecrementDesiredCapacity: 'true' };
    expect(await autoScaling(rotator, 'TerminateInstanceInAutoScalingGroup', instance)).toEqual(refused);
  });
});

it('a session of the scan role changes nothing that is tagged for rotation', async () => {
  const before = await state();
  const [first] = await nodegroups();
  const name = { clusterName: CLUSTER, nodegroupName: first?.nodegroupName };
  expect(await outcome(eksOf(scanner).send(new UpdateNodegroupConfigCommand({ ...name, scalingConfig })))).toEqual(refused);
  expect(await outcome(eksOf(scanner).send(new DeleteNodegroupCommand(name)))).toEqual(refused);
  for (const action of ['SuspendProcesses', 'UpdateAutoScalingGroup'])
    expect(await autoScaling(scanner, action, { AutoScalingGroupName: 'batch-a' })).toEqual(refused);
  expect(await state()).toEqual(before);
});

it('a token of the rotate role cordons and evicts, and every other write and every secret is refused by the API server', async () => {
  const { cluster } = await eksOf(rotator).send(new DescribeClusterCommand({ name: CLUSTER }));
  const certificateAuthority = cluster?.certificateAuthority?.data ?? '';
  const server = { endpoint: cluster?.endpoint ?? '', certificateAuthority, token: await clusterToken(rotator, 'us-east-1', CLUSTER) };
  const pod = kubectl('get', 'pods', '--namespace', 'shop', '--output', 'jsonpath={.items[0].metadata.name}');
  const node = kubectl('get', 'nodes', '--output', 'jsonpath={.items[0].metadata.name}');
  const uids = () => kubectl('get', 'pods,nodes,deployments,pdb', '--namespace', 'shop', '--output', 'jsonpath={.items[*].metadata.uid}');
  const before = { uids: uids(), state: await state() };
  const status = (method: string, path: string, body?: unknown) => kubernetesStatus(server, method, path, body);
  const pods = '/api/v1/namespaces/shop/pods';
  const apps = '/apis/apps/v1/namespaces/shop/deployments/web';
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'nobody', namespace: 'shop' } };

  // What it may is only not found, or changes nothing.
  expect(await status('GET', '/api/v1/nodes')).toBe(200);
  expect(await status('POST', `${pods}/nobody/eviction`, eviction)).toBe(404);
  expect(await status('PATCH', `/api/v1/nodes/${node}`, {})).toBe(200);

  const requests: readonly (readonly [string, string, unknown?])[] = [
    ['POST', pods, { metadata: { name: 'x' }, spec: { containers: [{ name: 'x', image: 'x' }] } }],
    ['DELETE', `${pods}/${pod}`],
    ['DELETE', pods],
    ['PATCH', `${pods}/${pod}`, { metadata: { labels: { a: 'b' } } }],
    ['POST', `${pods}/${pod}/exec?command=ls`],
    ['GET', `${pods}/${pod}/log`],
    ['PATCH', `${pods}/${pod}/ephemeralcontainers`, {}],
    ['PATCH', `${pods}/${pod}/status`, { status: { phase: 'Succeeded' } }],
    ['DELETE', `/api/v1/nodes/${node}`],
    ['PATCH', `/api/v1/nodes/${node}/status`, { status: { conditions: [] } }],
    ['GET', `/api/v1/nodes/${node}/proxy/pods`],
    ['PATCH', apps, { spec: { replicas: 0 } }],
    ['PATCH', `${apps}/scale`, { spec: { replicas: 0 } }],
    ['DELETE', apps],
    ['DELETE', '/apis/policy/v1/namespaces/shop/poddisruptionbudgets/web'],
    ['PATCH', '/apis/policy/v1/namespaces/shop/poddisruptionbudgets/web', { spec: { maxUnavailable: 8 } }],
    ['DELETE', '/api/v1/namespaces/shop'],
    ['GET', '/api/v1/secrets'],
    ['GET', '/api/v1/configmaps'],
    ['POST', '/api/v1/namespaces/shop/serviceaccounts/default/token', { spec: {} }],
    ['PATCH', '/apis/rbac.authorization.k8s.io/v1/clusterroles/eks-greenlight-rotate', { rules: [] }],
    ['PATCH', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/eks-greenlight-rotate', { subjects: [] }],
  ];
  const answers = await Promise.all(requests.map(async ([method, path, body]) => [method, path, await status(method, path, body)]));
  expect(answers).toEqual(requests.map(([method, path]) => [method, path, 403]));
  expect({ uids: uids(), state: await state() }).toEqual(before);
});
