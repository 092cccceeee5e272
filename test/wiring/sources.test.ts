import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collectInventory } from '../../functions/inventory/collect.ts';
import { listClusters, openAccount } from '../../functions/wiring/accounts.ts';
import { clusterSources, createMeter, sharedAccounts, sharedCatalogue } from '../../functions/wiring/sources.ts';
import { eksError, type Interceptor, type LoopbackAws, loopbackAws, queryError } from '../adapters/aws/loopback-aws.ts';
import { loopbackApiServer, selfSigned } from '../adapters/kubernetes/loopback-api-server.ts';
import * as world from '../contract/fixture.ts';

const region = 'eu-west-1';
const never = new AbortController().signal;

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, 'does-not-exist');
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

async function withAws(intercept: Interceptor | undefined, test: (server: LoopbackAws) => Promise<void>): Promise<void> {
  const server = await loopbackAws(intercept);
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  try {
    await test(server);
  } finally {
    await server.close();
  }
}

describe('an account', () => {
  it("is the caller's own without a role, and its principal the role behind the session", () =>
    withAws(undefined, async () => {
      const account = await openAccount({ region, runId: 'jane' });
      expect(account).toMatchObject({ accountId: '111111111111', principalArn: 'arn:aws:iam::111111111111:role/platform-admin' });
      expect(await listClusters(account, region, never)).toEqual(world.clusterNames);
      // One retry rate and one set of connections for all clusters of the region.
      expect(account.clients(region)).toBe(account.clients(region));
    }));

  it('that is not the one that was asked for is refused', () =>
    withAws(undefined, async () => {
      await expect(openAccount({ account: { id: '222222222222' }, region, runId: 'jane' })).rejects.toMatchObject({
        code: 'AccessDenied',
        message: expect.stringContaining('111111111111'),
      });
    }));

  it.each([
    ['eu-west-1', 'arn:aws:iam::222222222222:role/eks-greenlight-scan'],
    ['cn-north-1', 'arn:aws-cn:iam::222222222222:role/eks-greenlight-scan'],
    ['us-gov-west-1', 'arn:aws-us-gov:iam::222222222222:role/eks-greenlight-scan'],
  ])('is entered through the role of that name, in the partition of %s', (home, arn) =>
    withAws(undefined, async (server) => {
      const account = await openAccount({
        account: { id: '222222222222' },
        role: { name: 'eks-greenlight-scan', externalId: 'ext' },
        region: home,
        runId: 'run-1',
      });
      expect(account).toMatchObject({ accountId: '222222222222', principalArn: arn });
      await listClusters(account, home, never);
      await listClusters(account, home, never);
      expect(server.requests.filter(({ form }) => form.get('Action') === 'AssumeRole')).toHaveLength(1);
      expect(server.requests.at(-1)?.headers.authorization).toContain('Credential=ASIAROLE/');
    }),
  );

  it('that cannot be entered fails when it is opened', () =>
    withAws(
      () => queryError(403, 'AccessDenied', 'no'),
      async () => {
        const role = { arn: 'arn:aws:iam::222222222222:role/scan' };
        await expect(openAccount({ role, region, runId: 'run-1' })).rejects.toMatchObject({ code: 'AssumeRoleDenied' });
      },
    ));

  it.each([[{ arn: 'eks-greenlight-scan' }], [{ name: 'eks-greenlight-scan' }]])(
    'with the role %j, which names none, is refused',
    async (role) => {
      await expect(openAccount({ role, region, runId: 'run-1' })).rejects.toMatchObject({ code: 'AssumeRoleDenied' });
    },
  );
});

describe('the sources of a cluster', () => {
  it('collect an inventory over the real protocols, and count what each API cost', async () => {
    const pem = selfSigned();
    const apiServer = await loopbackApiServer(pem);
    const certificateAuthority = { data: Buffer.from(pem).toString('base64') };
    const cluster = { ...world.cluster, createdAt: 1, endpoint: apiServer.endpoint, certificateAuthority };
    const withEndpoint: Interceptor = ({ url }) =>
      url.pathname === '/clusters/payments' ? { status: 200, body: JSON.stringify({ cluster }) } : undefined;
    try {
      await withAws(withEndpoint, async () => {
        const meter = createMeter();
        const sources = await clusterSources({
          account: await openAccount({ region, runId: 'run-1' }),
          region,
          deadline: never,
          meter,
          catalogue: sharedCatalogue(),
          accounts: sharedAccounts(),
          kubernetes: { timeoutSeconds: 20 },
        });
        const wanted = new Set([
          'eks.cluster',
          'eks.clusterVersions',
          'eks.nodegroups',
          'eks.fargateProfiles',
          'ec2.subnets',
          'kubernetes.nodes',
          ...['eks.insights', 'eks.updates', 'ssm.amiReleaseVersions', 'autoscaling.groups', 'ec2.launchTemplates'],
          ...['ec2.usage', 'servicequotas.quotas'],
        ]);
        const inventory = await collectInventory({
          cluster: { ...world.place, name: 'payments', arn: world.cluster.arn },
          sources,
          pageSize: 2,
          deadline: never,
          isRequested: ({ key }) => wanted.has(key),
          clock: () => new Date('2026-11-21T06:00:00Z'),
          cost: meter.cost,
        });
        for (const key of wanted) expect(inventory.evidence[key], key).toMatchObject({ status: 'collected' });
        expect(inventory.evidence['kubernetes.nodes']).toMatchObject({ data: { length: 5 } });
        expect(inventory.evidence['ec2.usage']).toMatchObject({ data: { ...world.usage } });
        // One DescribeCluster, two pages of versions, one list and two node groups, one list and one profile, two pages of insights and two of
        // them not passing, two pages of updates and three of them; subnets, templates and volumes; three quotas, of which two are looked up
        // among the defaults; /version and three pages.
        expect(inventory.collection?.requests).toEqual({
          ...{ eks: 17, ec2: 3, autoscaling: 2, ssm: 1, cloudwatch: 1, servicequotas: 5, kubernetes: 4 },
        });
        const [version] = apiServer.requests;
        const token = Buffer.from((version?.headers.authorization ?? '').replace('Bearer k8s-aws-v1.', ''), 'base64url').toString();
        expect(token).toMatch(/^https:\/\/sts\.eu-west-1\.amazonaws\.com\/\?Action=GetCallerIdentity/);
      });
    } finally {
      await apiServer.close();
    }
  });

  it('fail with the code of the service', () =>
    withAws(
      ({ form }) => (form.has('Action') ? undefined : eksError(403, 'AccessDeniedException', 'no')),
      async () => {
        const account = await openAccount({ region, runId: 'run-1' });
        await expect(listClusters(account, region, never)).rejects.toMatchObject({ code: 'AccessDenied' });
      },
    ));
});
