import { afterEach, describe, expect, it, vi } from 'vitest';
import { eksToken } from '../../../functions/adapters/kubernetes/eks-token.ts';
import { tokenSource } from '../../../functions/adapters/kubernetes/token-source.ts';

const now = new Date('2026-11-21T06:00:00Z');
const signed = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret', sessionToken: 'to/ken+=' };

async function urlOf(region: string, credentials: object = signed): Promise<URL> {
  const { token } = await eksToken({
    clusterName: 'payments',
    region,
    credentials: async () => ({ ...signed, ...credentials }),
    clock: () => now,
  });
  expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
  return new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());
}

describe('the token of EKS', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is a presigned GetCallerIdentity that binds the cluster', async () => {
    const url = await urlOf('eu-west-1');
    expect(`${url.origin}${url.pathname}`).toBe('https://sts.eu-west-1.amazonaws.com/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIATEST/20261121/eu-west-1/sts/aws4_request',
      'X-Amz-Date': '20261121T060000Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Security-Token': 'to/ken+=',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('has the signature that botocore, hence `aws eks get-token`, makes of the same', async () => {
    expect((await urlOf('eu-west-1')).searchParams.get('X-Amz-Signature')).toBe(
      'cb63597970a1c4a8008c953d97e19e084e0b2277a476565cd1a04513b3839444',
    );
    expect((await urlOf('cn-north-1')).searchParams.get('X-Amz-Signature')).toBe(
      '8709f3d28d5841e851fa0b4fdd7e2f7dd2d7bbbb03a2ebbcdb3245ddade4cc95',
    );
  });

  it.each([
    ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
    ['us-east-1', 'sts.us-east-1.amazonaws.com'],
  ])('names the public endpoint of %s, because EKS calls it, whatever endpoint we are told to use', async (region, host) => {
    vi.stubEnv('AWS_ENDPOINT_URL_STS', 'http://127.0.0.1:1');
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    expect((await urlOf(region)).host).toBe(host);
  });

  it('is renewed within the 15 minutes that EKS accepts it, and before its credentials expire', async () => {
    const renewAt = async (expiration?: Date) =>
      (
        await eksToken({
          clusterName: 'payments',
          region: 'eu-west-1',
          credentials: async () => ({ ...signed, expiration }),
          clock: () => now,
        })
      ).renewAt;
    expect(await renewAt()).toEqual(new Date('2026-11-21T06:14:00Z'));
    expect(await renewAt(new Date('2026-11-21T06:05:00Z'))).toEqual(new Date('2026-11-21T06:05:00Z'));
    expect(await renewAt(new Date('2026-11-21T07:00:00Z'))).toEqual(new Date('2026-11-21T06:14:00Z'));
  });

  it('fails as Unauthorized, with what to do, where there are no credentials', async () => {
    const none = Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' });
    await expect(eksToken({ clusterName: 'payments', region: 'eu-west-1', credentials: () => Promise.reject(none) })).rejects.toMatchObject(
      {
        code: 'Unauthorized',
        message: expect.stringContaining('aws sso login'),
      },
    );
  });
});

describe('the token in use', () => {
  const source = () => {
    let time = now.getTime();
    let made = 0;
    const tokens = tokenSource(
      async () => {
        made += 1;
        return { token: `token-${made}`, renewAt: new Date(time + 60_000) };
      },
      () => new Date(time),
    );
    return { tokens, pass: (milliseconds: number) => (time += milliseconds), made: () => made };
  };

  it('is signed once for all who ask, and again when it is time', async () => {
    const { tokens, pass } = source();
    expect(await Promise.all([tokens.current(), tokens.current()])).toEqual(['token-1', 'token-1']);
    pass(59_999);
    expect(await tokens.current()).toBe('token-1');
    pass(1);
    expect(await tokens.current()).toBe('token-2');
  });

  it('is signed again when it was refused, once however many were refused with it', async () => {
    const { tokens, made } = source();
    const first = await tokens.current();
    tokens.refuse(first);
    expect(await tokens.current()).toBe('token-2');
    tokens.refuse(first);
    expect(await tokens.current()).toBe('token-2');
    expect(made()).toBe(2);
  });

  it('is tried again after a failure to sign', async () => {
    let fail = true;
    const tokens = tokenSource(async () => {
      if (fail) throw new Error('no credentials');
      return { token: 'good', renewAt: new Date('2100-01-01') };
    });
    await expect(tokens.current()).rejects.toThrow('no credentials');
    fail = false;
    expect(await tokens.current()).toBe('good');
  });
});
