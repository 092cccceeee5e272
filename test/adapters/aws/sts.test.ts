import { afterEach, describe, expect, it, vi } from 'vitest';
import { cachedCredentials } from '../../../functions/adapters/aws/credentials.ts';
import { assumedRole, callerIdentity, configuredRegion, roleSessionName } from '../../../functions/adapters/aws/sts.ts';
import { createMeter } from '../../../functions/adapters/meter.ts';
import { type Interceptor, type LoopbackAws, loopbackAws, queryError } from './loopback-aws.ts';

const credentials = async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' });
const roleArn = 'arn:aws:iam::222222222222:role/eks-greenlight-scan';

async function withSts(intercept: Interceptor | undefined, test: (server: LoopbackAws) => Promise<void>): Promise<void> {
  const server = await loopbackAws(intercept);
  vi.stubEnv('AWS_ENDPOINT_URL_STS', server.url);
  try {
    await test(server);
  } finally {
    await server.close();
  }
}

afterEach(() => vi.unstubAllEnvs());

describe('the caller', () => {
  it('is known by account and ARN, and the request is counted', () =>
    withSts(undefined, async (server) => {
      const meter = createMeter();
      expect(await callerIdentity({ credentials, region: 'eu-west-1', meter })).toEqual({
        accountId: '111111111111',
        arn: 'arn:aws:sts::111111111111:assumed-role/platform-admin/jane',
      });
      expect(meter.cost()).toEqual({ requests: { sts: 1 }, bytes: { sts: server.bytes() } });
    }));

  it('without good credentials is Unauthorized, with what to do', () =>
    withSts(
      () => queryError(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.'),
      async () => {
        await expect(callerIdentity({ credentials, region: 'eu-west-1' })).rejects.toMatchObject({
          code: 'Unauthorized',
          message: expect.stringContaining('aws sso login'),
        });
      },
    ));
});

describe('an assumed role', () => {
  it('is assumed once for all who share it, with external id and session name', () =>
    withSts(undefined, async (server) => {
      const role = assumedRole({ credentials, region: 'eu-west-1', roleArn, externalId: 'ext-1', session: 'run/1' });
      const [one, other] = await Promise.all([role(), role()]);
      expect(one).toBe(other);
      expect(one).toMatchObject({
        accessKeyId: 'ASIAROLE',
        secretAccessKey: 'role-secret',
        sessionToken: 'role-token',
        expiration: expect.any(Date),
      });
      expect(server.requests).toHaveLength(1);
      expect(Object.fromEntries(server.requests[0]?.form ?? [])).toMatchObject({
        Action: 'AssumeRole',
        RoleArn: roleArn,
        ExternalId: 'ext-1',
        RoleSessionName: 'greenlight-run-1',
      });
    }));

  it('that does not trust the caller is AssumeRoleDenied, with the ARN and what to check', () =>
    withSts(
      () => queryError(403, 'AccessDenied', 'User: x is not authorized to perform: sts:AssumeRole'),
      async () => {
        const failure = await assumedRole({ credentials, region: 'eu-west-1', roleArn, session: 'run-1' })().catch(
          (error: unknown) => error,
        );
        expect(failure).toMatchObject({ code: 'AssumeRoleDenied', name: 'AssumeRoleDenied' });
        expect(String(failure)).toMatch(new RegExp(`${roleArn}.*not authorized.*trust policy.*external id`));
      },
    ));

  it('is not denied for another reason: bad credentials of the caller stay Unauthorized', () =>
    withSts(
      () => queryError(403, 'ExpiredToken', 'expired'),
      async () => {
        await expect(assumedRole({ credentials, region: 'eu-west-1', roleArn, session: 'run-1' })()).rejects.toMatchObject({
          code: 'Unauthorized',
        });
      },
    ));
});

describe('a role session name', () => {
  it.each([
    ['2026-11-21T06-00-00Z-0a1b2c3d', 'greenlight-2026-11-21T06-00-00Z-0a1b2c3d'],
    ['jörg meyer', 'greenlight-j-rg-meyer'],
    ['x'.repeat(100), `greenlight-${'x'.repeat(53)}`],
  ])('of %s is what STS takes', (session, expected) => {
    expect(roleSessionName(session)).toBe(expected);
    expect(roleSessionName(session)).toMatch(/^[\w+=,.@-]{2,64}$/);
  });
});

describe('the region that is configured', () => {
  it('is that of the environment', async () => {
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    expect(await configuredRegion()).toBe('eu-central-1');
  });

  it('is asked for where there is none', async () => {
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, 'does-not-exist');
    await expect(configuredRegion()).rejects.toThrow('give --region or set AWS_REGION');
  });
});

describe('shared credentials', () => {
  const now = Date.parse('2026-11-21T06:00:00Z');
  const expiringIn = (minutes: number) => ({ accessKeyId: 'a', secretAccessKey: 'b', expiration: new Date(now + minutes * 60_000) });

  it.each([
    [4, 2],
    [6, 1],
  ])('that expire in %i minutes are asked for %i times', async (minutes, times) => {
    const provider = vi.fn(async () => expiringIn(minutes));
    const shared = cachedCredentials(provider, () => new Date(now));
    await shared();
    await shared();
    expect(provider).toHaveBeenCalledTimes(times);
  });

  it('are asked for again after a failure', async () => {
    const provider = vi.fn(async () => expiringIn(60)).mockRejectedValueOnce(new Error('no'));
    const shared = cachedCredentials(provider, () => new Date(now));
    await expect(shared()).rejects.toThrow('no');
    expect(await shared()).toEqual(expiringIn(60));
  });
});
