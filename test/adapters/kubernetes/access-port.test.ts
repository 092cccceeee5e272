import { EKSClient } from '@aws-sdk/client-eks';
import { beforeAll, describe, expect, it } from 'vitest';
import { eksAccessPort } from '../../../functions/adapters/aws/eks-access-port.ts';
import { kubernetesAccessPort } from '../../../functions/adapters/kubernetes/access-port.ts';
import type { KubernetesPortOptions } from '../../../functions/adapters/kubernetes/requester.ts';
import { tokenSource } from '../../../functions/adapters/kubernetes/token-source.ts';
import { createMeter } from '../../../functions/adapters/meter.ts';
import { product, userAgent } from '../../../functions/config/product.ts';
import { type AccessWorld, accessEntriesOf, accessWorld, kubernetesAccessOf } from '../../access/access-world.ts';
import { type Interceptor, loopbackAccessAws, loopbackCluster } from '../../access/loopback-cluster.ts';
import { describeAccessPorts } from '../../access/port-contract.ts';
import { selfSigned, statusAnswer } from './loopback-api-server.ts';

let pem: string;
beforeAll(() => {
  pem = selfSigned();
});

const never = new AbortController().signal;
const principalArn = 'arn:aws:iam::111111111111:role/admin';
const region = 'eu-west-1';
const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/eks-greenlight:scan';
const reviewSpec = { nonResourceAttributes: { path: '/metrics', verb: 'get' } };

function portTo(endpoint: string, options: Partial<KubernetesPortOptions> = {}) {
  const pauses: number[] = [];
  const meter = createMeter();
  let made = 0;
  const sign = async () => {
    made += 1;
    return { token: `token-${made}`, renewAt: new Date('2100-01-01') };
  };
  const port = kubernetesAccessPort({
    cluster: { name: 'payments', endpoint, certificateAuthorityData: Buffer.from(pem).toString('base64') },
    principalArn,
    tokens: tokenSource(sign),
    deadline: never,
    meter,
    timeoutSeconds: 20,
    pause: async (milliseconds) => void pauses.push(milliseconds),
    ...options,
  });
  return { port, pauses, meter };
}

const accessClient = (endpoint: string) =>
  new EKSClient({ region, endpoint, credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }, maxAttempts: 1 });

describeAccessPorts('node:https and the SDK', async (world) => {
  const cluster = await loopbackCluster(pem, world);
  const aws = await loopbackAccessAws(world, { endpoint: cluster.endpoint, pem });
  const client = accessClient(aws.url);
  return {
    kubernetes: portTo(cluster.endpoint).port,
    accessEntries: eksAccessPort({ client, region, deadline: never }),
    async close() {
      client.destroy();
      await Promise.all([cluster.close(), aws.close()]);
    },
  };
});

describeAccessPorts('the world of the tests', async (world) => ({
  kubernetes: kubernetesAccessOf(world, principalArn),
  accessEntries: accessEntriesOf(world),
  close: async () => {},
}));

type Opened = ReturnType<typeof portTo> & { readonly requests: Awaited<ReturnType<typeof loopbackCluster>>['requests'] };

async function withCluster(
  intercept: Interceptor | undefined,
  test: (opened: Opened) => Promise<void>,
  world: AccessWorld = accessWorld(),
) {
  const cluster = await loopbackCluster(pem, world, intercept);
  try {
    await test({ ...portTo(cluster.endpoint), requests: cluster.requests });
  } finally {
    await cluster.close();
  }
}

describe('requests to the API server', () => {
  it('carry our name, the token, the field manager and never force', () =>
    withCluster(undefined, async ({ port, requests, meter }) => {
      await port.apply(path, { kind: 'ClusterRole', metadata: { name: 'eks-greenlight:scan' } }, { dryRun: true });
      const [sent] = requests;
      expect(sent).toMatchObject({
        method: 'PATCH',
        headers: { 'user-agent': userAgent, authorization: 'Bearer token-1', 'content-type': 'application/apply-patch+yaml' },
        body: '{"kind":"ClusterRole","metadata":{"name":"eks-greenlight:scan"}}',
      });
      expect(sent?.url.pathname).toBe(path);
      expect(Object.fromEntries(sent?.url.searchParams ?? [])).toEqual({ fieldManager: product.name, force: 'false', dryRun: 'All' });
      expect(meter.cost().requests).toEqual({ kubernetes: 1 });
      await port.apply(path, { kind: 'ClusterRole', metadata: { name: 'eks-greenlight:scan' } }, { dryRun: false });
      expect(requests[1]?.url.searchParams.has('dryRun')).toBe(false);
    }));

  it('are sent again when the API server is busy or hangs up, with the same body', () =>
    withCluster(
      (_, response, nth) => {
        if (nth === 1) return statusAnswer(response, 429, 'too many', { headers: { 'retry-after': '1' } });
        if (nth === 2) response.destroy();
        return nth === 2;
      },
      async ({ port, requests, pauses }) => {
        expect(await port.createSelfSubjectAccessReview(reviewSpec)).toMatchObject({ status: { allowed: false } });
        expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
        expect([requests.length, pauses.length]).toEqual([3, 2]);
      },
    ));

  it('renew a refused token once', () =>
    withCluster(
      (_, response, nth) => nth === 1 && statusAnswer(response, 401, 'Unauthorized'),
      async ({ port, requests }) => {
        await port.createSelfSubjectAccessReview(reviewSpec);
        expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
      },
    ));

  it.each([
    [403, 'Forbidden', 'AmazonEKSClusterAdminPolicy'],
    [409, 'Internal', 'greenlight access print --kubernetes'],
  ])('answered %i tell an administrator what to do', (status, code, advice) =>
    withCluster(
      (_, response) => statusAnswer(response, status, 'clusterroles says no'),
      async ({ port, requests }) => {
        const refused = port.apply(path, {}, { dryRun: false });
        await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(`answered ${status}: clusterroles says no`) });
        await expect(refused).rejects.toThrow(advice);
        expect(requests).toHaveLength(1);
      },
    ),
  );

  it('answered 403 to a review do not ask for an administrator', () =>
    withCluster(
      (_, response) => statusAnswer(response, 403, 'no'),
      async ({ port }) => {
        await expect(port.createSelfSubjectAccessReview(reviewSpec)).rejects.toThrow('system:basic-user');
      },
    ));

  it('end with the deadline', () =>
    withCluster(undefined, async () => {
      const { port } = portTo('https://127.0.0.1:1', { deadline: AbortSignal.abort() });
      await expect(port.get(path)).rejects.toMatchObject({ code: 'Timeout' });
    }));
});

describe('an access entry that may not be made', () => {
  it('names what an administrator needs, which is not in the policy of a scan', async () => {
    const aws = await loopbackAccessAws(accessWorld({ denied: new Set(['eks:CreateAccessEntry']) }), {
      endpoint: 'https://127.0.0.1:1',
      pem,
    });
    const client = accessClient(aws.url);
    try {
      const port = eksAccessPort({ client, region, deadline: never });
      const refused = port.createAccessEntry({ clusterName: 'payments', principalArn, kubernetesGroups: ['a'] });
      await expect(refused).rejects.toThrow('eks:DescribeAccessEntry, eks:CreateAccessEntry and eks:UpdateAccessEntry');
      await expect(refused).rejects.not.toThrow('permissions.md');
    } finally {
      client.destroy();
      await aws.close();
    }
  });
});
