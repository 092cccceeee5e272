import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { DescribeClusterCommand, EKSClient, ListClustersCommand, paginateDescribeClusterVersions } from '@aws-sdk/client-eks';
import {
  OrganizationsClient,
  paginateListAccounts,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
} from '@aws-sdk/client-organizations';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { asRoot, client, root } from './aws-client.ts';
import { HUB, LOGISTICS_ACCOUNT, PAYMENTS_ACCOUNT } from './fleet.ts';
import { kubernetesStatus } from './scan-role.ts';
import {
  BUCKET,
  CALLING_ROLE,
  concurrencyOfMap,
  deployWitness,
  execution,
  FUNCTION,
  presignedPut,
  TOPIC,
  TRUSTING_ROLE,
} from './witness-stack.ts';
import { admin, observe } from './world.ts';

type Identity = ReturnType<typeof root>;

/** The stack itself, without the product: what is corrected of it behaves as AWS, and what the world can do to it happens. */

const s3 = () => new S3Client(asRoot(HUB, 'S3'));
const put = (Key: string, Body = 'x') => s3().send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));

const read = async (Key: string): Promise<unknown> => {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  return JSON.parse((await Body?.transformToString()) ?? '');
};
const manifest = z.object({ ResultFiles: z.object({ SUCCEEDED: z.tuple([z.object({ Key: z.string() })]) }) });

beforeAll(deployWitness);
afterEach(() => admin({ clear: '*', set: { regions: {}, support_end: {}, organization: {} } }));

describe('a machine', () => {
  test('fails with the name of the error that a function throws, and catches by it', async () => {
    const failed = await execution({ fail: 'Surprise', put: '' });
    expect(failed).toMatchObject({ status: 'FAILED', error: 'Surprise' });
    expect(JSON.parse(failed.cause ?? '')).toMatchObject({ errorType: 'Surprise', errorMessage: 'as told', trace: expect.any(Array) });
    const caught = await execution({ fail: 'InvalidInput', put: '' });
    expect(caught).toMatchObject({ status: 'SUCCEEDED', output: { caught: { Error: 'InvalidInput' } } });
  });

  test('invokes only the functions that its role may', async () => {
    expect(await execution({ fail: '', put: '' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await execution({ do: 'NotGranted' })).toMatchObject({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
  });

  test('writes an object as JSON, where its role may', async () => {
    expect(await execution({ do: 'Put', key: 'granted/a.json' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await read('granted/a.json')).toEqual({ do: 'Put', key: 'granted/a.json' });
    expect(await execution({ do: 'Put', key: 'elsewhere/a.json' })).toMatchObject({ status: 'FAILED', error: 'S3.S3Exception' });
  });

  test('maps over the items of an object, so many at once, and writes the results, where its role may', async () => {
    const input = { do: 'Map', key: 'items/three.jsonl', atOnce: 2 };
    await put(input.key, '{"n":1}\n{"n":2}\n{"n":3}\n');
    const mapped = await execution(input);
    expect(mapped.status).toBe('SUCCEEDED');
    expect(await concurrencyOfMap(mapped)).toBe(2);
    const { ResultWriterDetails } = z
      .object({ ResultWriterDetails: z.object({ Bucket: z.string(), Key: z.string() }) })
      .parse(mapped.output);
    const { ResultFiles } = manifest.parse(await read(ResultWriterDetails.Key));
    const children = z.array(z.object({ output: z.string() })).parse(await read(ResultFiles.SUCCEEDED[0].Key));
    expect(children.map(({ output }) => JSON.parse(output).item.n).sort()).toEqual([1, 2, 3]);
    await put('other/three.jsonl', '{"n":1}');
    expect(await execution({ ...input, key: 'other/three.jsonl' })).toMatchObject({ error: 'States.ItemReaderFailed' });
    const bare = await execution(input, 'witness-bare');
    expect(bare).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('states:StartExecution') });
  });
});

describe('a function', () => {
  const said = async (Prefix: string) =>
    (await s3().send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }))).Contents?.map(({ Key }) => Key) ?? [];

  test('dies in the middle of a call, before or after it was heard, and lives again', async () => {
    for (const after of [false, true]) {
      await admin({ fault: 'crash', function: FUNCTION, operation: 'PutObject', after });
      const put = await presignedPut(`farewell/${after}`);
      const { result, calls } = await observe(() => execution({ fail: '', put }));
      expect(result).toMatchObject({ status: 'FAILED', error: 'Runtime.ExitError' });
      expect(calls.map(({ op, status }) => [op, status])).toEqual([['PutObject', 0]]);
      expect(await said(`farewell/${after}`)).toEqual(after ? ['farewell/true'] : []);
    }
    expect(await execution({ fail: '', put: await presignedPut('farewell/again') })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await said('farewell/again')).toEqual(['farewell/again']);
  });

  test('is not touched by what is meant for another, nor another by what is meant for it', async () => {
    await admin({ fault: 'crash', function: 'somebody-else' });
    expect(await execution({ fail: '', put: await presignedPut('farewell/safe') })).toMatchObject({ status: 'SUCCEEDED' });
    await admin({ fault: 'fail', function: FUNCTION, operation: 'PutObject', status: 403, code: 'AccessDenied', message: 'no' });
    await put('farewell/by-hand');
    const { calls } = await observe(async () => execution({ fail: '', put: await presignedPut('farewell/refused') }));
    expect(calls.map(({ op, status }) => [op, status])).toEqual([['PutObject', 403]]);
  });
});

test('a role that names its caller by aws:PrincipalArn lets in the sessions of that role only', async () => {
  const assume = async (account: string, role: string, credentials: Identity) => {
    const sts = new STSClient({ ...client('STS'), credentials });
    const RoleArn = `arn:aws:iam::${account}:role/${role}`;
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'witness' }));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken = '' } = Credentials ?? {};
    return { accessKeyId, secretAccessKey, sessionToken };
  };
  const named = await assume(HUB, CALLING_ROLE, root(HUB));
  expect((await assume(PAYMENTS_ACCOUNT, TRUSTING_ROLE, named)).sessionToken).toBeTruthy();
  const other = await assume(HUB, `${CALLING_ROLE}-other`, root(HUB));
  for (const refused of [other, root(HUB)])
    await expect(assume(PAYMENTS_ACCOUNT, TRUSTING_ROLE, refused)).rejects.toMatchObject({ name: 'AccessDenied' });
});

describe('faults', () => {
  test('of a put hit the key that they name, as often as they say', async () => {
    await admin({
      fault: 'fail',
      operation: 'PutObject',
      key: 'state/*',
      count: 1,
      status: 500,
      code: 'InternalError',
      message: 'try again',
    });
    await put('runs/1');
    await expect(put('state/latest.json')).rejects.toMatchObject({ name: 'InternalError' });
    await put('state/latest.json');
    const { Contents } = await s3().send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'state/' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['state/latest.json']);
  });

  test('of a publication', async () => {
    const publish = () =>
      new SNSClient(asRoot(HUB, 'SNS')).send(
        new PublishCommand({ TopicArn: `arn:aws:sns:us-east-1:${HUB}:${TOPIC}`, Subject: 'hello', Message: 'x' }),
      );
    await admin({ fault: 'fail', operation: 'Publish', count: 1, status: 500, code: 'InternalError', message: 'try again' });
    await expect(publish()).rejects.toMatchObject({ message: 'try again' });
    const { result, calls } = await observe(publish);
    expect(result.MessageId).toBeTruthy();
    expect(calls).toMatchObject([{ service: 'sns', op: 'Publish', params: { Subject: 'hello' } }]);
  });

  test('a control plane that hangs answers again when it is let go', async () => {
    const { cluster } = await new EKSClient(asRoot(PAYMENTS_ACCOUNT, 'EKS')).send(new DescribeClusterCommand({ name: 'payments' }));
    const certificateAuthority = cluster?.certificateAuthority?.data ?? '';
    const server = { endpoint: cluster?.endpoint ?? '', certificateAuthority, token: 'of nobody' };
    const status = () => kubernetesStatus(server, 'GET', '/version');
    expect(await status()).toBe(401);
    await admin({ fault: 'hang', plane: 'main' });
    await expect(status()).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await admin({ clear: 'hang' });
    expect(await status()).toBe(401);
  });
});

describe('figures', () => {
  test('a region that is not enabled: listed so, and its services do not know the token', async () => {
    await admin({ set: { regions: { [LOGISTICS_ACCOUNT]: ['us-east-1'] } } });
    const enabled = async (account: string) => {
      const regions = new AccountClient(asRoot(account, 'ACCOUNT'));
      const answer = await regions.send(new ListRegionsCommand({ RegionOptStatusContains: ['ENABLED', 'ENABLED_BY_DEFAULT'] }));
      return answer.Regions?.map(({ RegionName }) => RegionName);
    };
    expect(await enabled(LOGISTICS_ACCOUNT)).toEqual(['us-east-1']);
    expect(await enabled(PAYMENTS_ACCOUNT)).toContain('eu-central-1');
    const clusters = (region: string) => new EKSClient(asRoot(LOGISTICS_ACCOUNT, 'EKS', region)).send(new ListClustersCommand({}));
    await expect(clusters('eu-central-1')).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    expect((await clusters('us-east-1')).clusters).toEqual(['edge']);
  });

  test('the organization of the hub, page by page', async () => {
    const accounts = [
      { id: HUB, name: 'tooling' },
      { id: PAYMENTS_ACCOUNT, name: 'payments', unit: 'ou-1' },
      { id: LOGISTICS_ACCOUNT, name: 'logistics', unit: 'ou-2', state: 'SUSPENDED' },
    ];
    await admin({
      set: {
        organization: {
          accounts,
          units: [
            { id: 'ou-1', name: 'live' },
            { id: 'ou-2', name: 'old', parent: 'ou-1' },
          ],
        },
      },
    });
    const organizations = { client: new OrganizationsClient(asRoot(HUB, 'ORGANIZATIONS')) };
    const all = [];
    for await (const page of paginateListAccounts(organizations, {})) all.push((page.Accounts ?? []).map(({ Id, State }) => [Id, State]));
    expect(all).toEqual([
      [
        [HUB, 'ACTIVE'],
        [PAYMENTS_ACCOUNT, 'ACTIVE'],
      ],
      [[LOGISTICS_ACCOUNT, 'SUSPENDED']],
    ]);
    for await (const page of paginateListAccountsForParent(organizations, { ParentId: 'ou-1' }))
      expect(page.Accounts).toMatchObject([{ Id: PAYMENTS_ACCOUNT, Name: 'payments' }]);
    for await (const page of paginateListOrganizationalUnitsForParent(organizations, { ParentId: 'ou-1' }))
      expect(page.OrganizationalUnits).toMatchObject([{ Id: 'ou-2' }]);
  });

  test('the end of support of a version', async () => {
    const versions = async () => {
      const found = [];
      const pages = paginateDescribeClusterVersions({ client: new EKSClient(asRoot(PAYMENTS_ACCOUNT, 'EKS')) }, {});
      for await (const page of pages) found.push(...(page.clusterVersions ?? []));
      return found.find(({ clusterVersion }) => clusterVersion === '1.34');
    };
    expect(await versions()).toMatchObject({ endOfStandardSupportDate: new Date('2026-12-02') });
    await admin({ set: { support_end: { '1.34': ['2030-01-08', '2031-01-08'] } } });
    expect(await versions()).toMatchObject({
      endOfStandardSupportDate: new Date('2030-01-08'),
      endOfExtendedSupportDate: new Date('2031-01-08'),
      versionStatus: 'STANDARD_SUPPORT',
    });
  });
});
