import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { s3Store } from '../../../functions/adapters/aws/s3-store.ts';
import type { ObjectStore } from '../../../functions/store/object-store.ts';
import { prefixedStore } from '../../../functions/store/prefixed-store.ts';
import { objectStoreContract } from '../../contract/object-store.ts';
import { type LoopbackS3, type LoopbackS3Options, loopbackS3 } from './loopback-s3.ts';

const credentials = async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' });

describe('the contract', () => {
  let server: LoopbackS3;
  beforeAll(async () => {
    server = await loopbackS3();
    vi.stubEnv('AWS_ENDPOINT_URL_S3', server.url);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });

  let places = 0;
  objectStoreContract('S3', async () => {
    places += 1;
    return prefixedStore(s3Store({ bucket: 'greenlight', region: 'eu-west-1', credentials }), `place-${places}`);
  });
});

describe('an S3 store', () => {
  let server: LoopbackS3 | undefined;
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server?.close();
    server = undefined;
  });

  async function started(options: LoopbackS3Options = {}): Promise<{ server: LoopbackS3; store: ObjectStore }> {
    server = await loopbackS3(options);
    vi.stubEnv('AWS_ENDPOINT_URL_S3', server.url);
    return { server, store: s3Store({ bucket: 'greenlight', region: 'eu-west-1', credentials }) };
  }

  const put = (server: LoopbackS3, body: string, key = 'lease.json') =>
    server.objects.set(`greenlight/${key}`, { body: Buffer.from(body), contentType: undefined });
  const bodyOf = (server: LoopbackS3, key = 'lease.json') => server.objects.get(`greenlight/${key}`)?.body.toString();
  const methods = (server: LoopbackS3) => server.requests.map(({ method }) => method);

  describe('finds its bucket', () => {
    it('with endpoint, region and credentials of the standard variables', async () => {
      const { server } = await started({ region: 'eu-central-1' });
      for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
      await s3Store({ bucket: 'greenlight' }).put('a', 'x');
      expect(server.requests[0]?.headers.authorization).toMatch(/Credential=AKIATEST\/\d{8}\/eu-central-1\/s3\//);
    });

    it('in the path, at an endpoint with one name for all buckets', async () => {
      const { server, store } = await started();
      vi.stubEnv('AWS_ENDPOINT_URL_S3', server.url.replace('127.0.0.1', 'localhost'));
      await store.put('a', 'x');
      expect(server.requests).toMatchObject([{ bucket: 'greenlight', key: 'a', headers: { host: expect.stringMatching(/^localhost:/) } }]);
    });

    it('in another region than the one it was asked in', async () => {
      const { server, store } = await started({ region: 'us-east-2' });
      await store.put('a', 'x');
      expect(await store.putIfAbsent('a', 'y')).toBe(false);
      expect(bodyOf(server, 'a')).toBe('x');
    });
  });

  it.each([
    ['run.json', 'application/json'],
    ['items.jsonl', 'application/x-ndjson'],
    ['payments.json.gz', 'application/gzip'],
    ['report.html', 'text/html; charset=utf-8'],
    ['report.txt', 'text/plain; charset=utf-8'],
    ['report', 'application/octet-stream'],
  ])('says of %s that it is %s', async (key, contentType) => {
    const { server, store } = await started();
    await store.put(key, 'x');
    expect(server.objects.get(`greenlight/${key}`)?.contentType).toBe(contentType);
  });

  it('sends an empty text as an object of no bytes, and the SDK does not wonder how long it is', async () => {
    const { server, store } = await started();
    const warned = vi.spyOn(console, 'warn');
    await store.put('findings.jsonl', '');
    expect(server.requests[0]?.headers).toMatchObject({ 'content-length': '0' });
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('does not send a condition that says nothing', async () => {
    const { server, store } = await started();
    put(server, 'theirs');
    expect(await store.putIfUnchanged('lease.json', 'mine', '')).toBe(false);
    expect(server.requests).toEqual([]);
  });

  it('does not list the folders that the console makes', async () => {
    const { server, store } = await started();
    for (const key of ['runs/', 'runs/a/', 'runs/a/run.json']) put(server, '', key);
    expect(await Array.fromAsync(store.list('runs/'))).toEqual(['runs/a/run.json']);
  });

  describe('tries again', () => {
    it('when S3 wants fewer requests', async () => {
      const { server, store } = await started({
        fault: (_, nth) => (nth === 1 ? { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' } : undefined),
      });
      await store.put('lease.json', 'mine');
      expect(bodyOf(server)).toBe('mine');
      expect(methods(server)).toEqual(['PUT', 'PUT']);
    });

    it('a conditional put that met another one: a conflict decides nothing', async () => {
      const { server, store } = await started({
        fault: (_, nth) => (nth === 1 ? { status: 409, code: 'ConditionalRequestConflict' } : undefined),
      });
      expect(await store.putIfAbsent('lease.json', 'mine')).toBe(true);
      expect(bodyOf(server)).toBe('mine');
    });

    it('and says so when the conflicts do not end, without claiming that somebody else won', async () => {
      const { store, server } = await started({
        fault: ({ method }) => (method === 'PUT' ? { status: 409, code: 'ConditionalRequestConflict', message: 'busy' } : undefined),
      });
      await expect(store.putIfAbsent('lease.json', 'mine')).rejects.toMatchObject({
        code: 'Throttled',
        message: expect.stringMatching(/^s3:PutObject of s3:\/\/greenlight\/lease\.json: ConditionalRequestConflict: busy; .*try again$/),
      });
      put(server, 'theirs');
      expect(await store.putIfAbsent('lease.json', 'mine')).toBe(false);
      expect(await store.putIfUnchanged('lease.json', 'mine', '"an older one"')).toBe(false);
      const { version } = (await store.get('lease.json')) ?? { version: '' };
      await expect(store.putIfUnchanged('lease.json', 'mine', version)).rejects.toMatchObject({ code: 'Throttled' });
    });
  });

  describe('whose answer was lost', () => {
    const lost: LoopbackS3Options = { fault: (_, nth) => (nth === 1 ? 'lose-answer' : undefined) };

    it('recognizes the object that its own first try wrote', async () => {
      const { server, store } = await started(lost);
      expect(await store.putIfAbsent('lease.json', 'mine ☃')).toBe(true);
      expect(methods(server)).toEqual(['PUT', 'PUT', 'GET']);
      expect(bodyOf(server)).toBe('mine ☃');
    });

    it('recognizes what it replaced', async () => {
      const { server, store } = await started({ fault: ({ method }, nth) => (method === 'PUT' && nth === 2 ? 'lose-answer' : undefined) });
      put(server, 'before');
      const { version } = (await store.get('lease.json')) ?? { version: '' };
      expect(await store.putIfUnchanged('lease.json', new TextEncoder().encode('mine'), version)).toBe(true);
      expect(bodyOf(server)).toBe('mine');
    });

    it('has lost when somebody else was there before', async () => {
      const { server, store } = await started(lost);
      put(server, 'theirs');
      expect(await store.putIfAbsent('lease.json', 'mine')).toBe(false);
      expect(bodyOf(server)).toBe('theirs');
    });

    it('takes an equal object for its own only if it tried before', async () => {
      const { server, store } = await started();
      put(server, 'the same');
      expect(await store.putIfAbsent('lease.json', 'the same')).toBe(false);
      expect(methods(server)).toEqual(['PUT']);
    });
  });

  it('never gives half an object', async () => {
    const { server, store } = await started({ fault: ({ method }) => (method === 'GET' ? 'half-body' : undefined) });
    put(server, 'a'.repeat(1000));
    await expect(store.get('lease.json')).rejects.toThrow(/^s3:GetObject of s3:\/\/greenlight\/lease\.json: /);
  });

  it('gives no object without its version', async () => {
    const { server, store } = await started({ fault: () => 'no-etag' });
    put(server, 'x');
    await expect(store.get('lease.json')).rejects.toMatchObject({ code: 'InvalidResponse', message: expect.stringContaining('ETag') });
  });

  describe('says what failed', () => {
    const failing = (status: number, code: string, message: string) => started({ fault: () => ({ status, code, message }) });
    const attempts = (store: ObjectStore) =>
      [
        ['s3:GetObject of s3://greenlight/a', () => store.get('a')],
        ['s3:PutObject of s3://greenlight/a', () => store.put('a', 'x')],
        ['s3:PutObject of s3://greenlight/a', () => store.putIfAbsent('a', 'x')],
        ['s3:PutObject of s3://greenlight/a', () => store.putIfUnchanged('a', 'x', '"0"')],
        ['s3:ListBucket of s3://greenlight/runs/', () => Array.fromAsync(store.list('runs/'))],
      ] as const;

    it('with the action and the object that are not allowed', async () => {
      const { store } = await failing(403, 'AccessDenied', 'User: x is not authorized.');
      for (const [attempt, make] of attempts(store)) {
        const message = expect.stringMatching(new RegExp(`^${attempt}: AccessDenied: User: x is not authorized; allow `));
        await expect(make()).rejects.toMatchObject({ code: 'AccessDenied', message });
      }
    });

    it('that an object which is missing may look denied', async () => {
      const { store } = await failing(403, 'AccessDenied', 'Access Denied');
      await expect(store.get('a')).rejects.toThrow(/; allow it, and s3:ListBucket, without which/);
    });

    it('that there is no such bucket: not an absent object, and not a lost condition', async () => {
      const { store } = await failing(404, 'NoSuchBucket', 'The specified bucket does not exist');
      for (const [attempt, make] of attempts(store)) {
        const message = expect.stringMatching(new RegExp(`^${attempt}: NoSuchBucket: .*; check the name: .* output FindingsBucketName`));
        await expect(make()).rejects.toMatchObject({ code: 'NotFound', message });
      }
    });

    it.each([
      ['InvalidAccessKeyId', 403, 'Unauthorized', /sign in again/],
      ['ExpiredToken', 400, 'Unauthorized', /sign in again/],
      ['AuthorizationHeaderMalformed', 400, 'NotFound', /set AWS_REGION to the region of the bucket/],
      ['InvalidRequest', 400, 'Internal', /InvalidRequest/],
    ])('%s', async (code, status, expected, advice) => {
      const { store } = await failing(status, code, 'x');
      await expect(store.get('a')).rejects.toMatchObject({ code: expected, message: expect.stringMatching(advice) });
    });

    it('that nothing answers', async () => {
      const { server, store } = await started();
      await server.close();
      await expect(store.get('a')).rejects.toMatchObject({ code: 'EndpointUnreachable' });
    });
  });
});
