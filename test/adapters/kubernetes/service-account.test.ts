import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askedByServiceAccount, podEndpoint, serviceAccountTokens } from '../../../functions/adapters/kubernetes/service-account.ts';
import { CollectionError } from '../../../functions/inventory/error-codes.ts';
import type { KubernetesPort } from '../../../functions/inventory/ports.ts';
import { all } from '../../contract/port-under-test.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-account-'));
});
afterEach(() => rm(folder, { recursive: true }));

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

describe('the API server as a pod sees it', () => {
  it.each([
    ['an IPv4 address', '10.100.0.1', '443', 'https://10.100.0.1:443'],
    ['an IPv6 address, in brackets', 'fd5c:4e8f:2d1a::1', '443', 'https://[fd5c:4e8f:2d1a::1]:443'],
    ['a name', 'kubernetes.default.svc', '6443', 'https://kubernetes.default.svc:6443'],
  ])('is %s', async (_, host, port, endpoint) => {
    await writeFile(join(folder, 'ca.crt'), pem);
    expect(await podEndpoint('payments', { host, port, serviceAccountFolder: folder })).toEqual({
      name: 'payments',
      endpoint,
      certificateAuthorityData: Buffer.from(pem).toString('base64'),
    });
    expect(new URL(endpoint).port).toBe(port === '443' ? '' : port);
  });

  it('is not there without a service account, and says what to do', async () => {
    await expect(podEndpoint('payments', { host: '10.100.0.1', port: '443', serviceAccountFolder: folder })).rejects.toMatchObject({
      code: 'NotFound',
      message: expect.stringMatching(/reading the service account of this pod: .*ca\.crt.*; --in-cluster works in a pod/),
    });
  });
});

describe('the token', () => {
  const start = Date.parse('2026-11-21T06:00:00Z');

  it('is read again a minute later, because the kubelet replaces the file', async () => {
    let now = start;
    const tokens = serviceAccountTokens(folder, () => new Date(now));
    await writeFile(join(folder, 'token'), 'first\n');
    expect(await tokens.current()).toBe('first');
    await writeFile(join(folder, 'token'), 'second');
    now = start + 59_999;
    expect(await tokens.current()).toBe('first');
    now = start + 60_000;
    expect(await tokens.current()).toBe('second');
  });

  it('is read again at once when the server refuses it', async () => {
    const tokens = serviceAccountTokens(folder, () => new Date(start));
    await writeFile(join(folder, 'token'), 'first');
    const used = await tokens.current();
    await writeFile(join(folder, 'token'), 'second');
    tokens.refuse(used);
    expect(await tokens.current()).toBe('second');
  });

  it('that is missing or empty is an error, and looked for again', async () => {
    const tokens = serviceAccountTokens(folder);
    await expect(tokens.current()).rejects.toMatchObject({ code: 'NotFound' });
    await writeFile(join(folder, 'token'), '\n');
    await expect(tokens.current()).rejects.toMatchObject({ code: 'Unauthorized', message: expect.stringContaining('is empty') });
    await writeFile(join(folder, 'token'), 'there');
    expect(await tokens.current()).toBe('there');
  });
});

describe('a refusal', () => {
  const refusing = (error: unknown): KubernetesPort => ({
    get: async () => Promise.reject(error),
    // biome-ignore lint/correctness/useYield: it fails before its first page
    async *list() {
      throw error;
    },
    // biome-ignore lint/correctness/useYield: it fails before its first line
    async *lines() {
      throw error;
    },
  });
  const refusals = async (error: unknown) => {
    const port = askedByServiceAccount(refusing(error));
    const outcomes = await Promise.allSettled([
      port.get('/version'),
      all(port.list('/api/v1/pods', { limit: 1 })),
      all(port.lines('/metrics')),
    ]);
    return outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason);
  };

  it('of the token speaks of the service account, not of access entries', async () => {
    const error = new CollectionError(
      'AccessNotConfigured',
      'GET /version of cluster payments: answered 401 to a fresh token; aws eks create-access-entry',
    );
    for (const refusal of await refusals(error)) {
      expect(refusal).toMatchObject({ code: 'Unauthorized', cause: error });
      expect(refusal.message).toMatch(/^GET \/version of cluster payments: answered 401 to a fresh token; .*service account/);
      expect(refusal.message).not.toContain('access-entry');
    }
  });

  it('of the request names the manifests of the collector', async () => {
    for (const refusal of await refusals(new CollectionError('Forbidden', 'GET /api/v1/pods: answered 403; apply X'))) {
      expect(refusal).toMatchObject({ code: 'Forbidden', message: expect.stringContaining('deploy/in-cluster') });
    }
  });

  it('of another kind, and what nobody expected, stay as they are', async () => {
    const others = [new CollectionError('Timeout', 'late'), new TypeError('no')];
    for (const error of others) expect(await refusals(error)).toEqual([error, error, error]);
  });
});
