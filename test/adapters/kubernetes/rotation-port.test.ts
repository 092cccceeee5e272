import { beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesPortOptions } from '../../../functions/adapters/kubernetes/requester.ts';
import { kubernetesRotationPort } from '../../../functions/adapters/kubernetes/rotation-port.ts';
import { tokenSource } from '../../../functions/adapters/kubernetes/token-source.ts';
import { createMeter } from '../../../functions/adapters/meter.ts';
import { accessWorld } from '../../access/access-world.ts';
import { type Interceptor, loopbackCluster, type SeenRequest } from '../../access/loopback-cluster.ts';
import { describeKubernetesPort } from '../../contract/kubernetes-port.ts';
import { loopbackApiServer, selfSigned, statusAnswer } from './loopback-api-server.ts';

let pem: string;
beforeAll(() => {
  pem = selfSigned();
});

const pod = { namespace: 'shop', name: 'web-1', uid: 'uid-1' };
const never = new AbortController().signal;

function portTo(endpoint: string, options: Partial<KubernetesPortOptions> = {}) {
  const pauses: number[] = [];
  const meter = createMeter();
  let made = 0;
  const sign = async () => {
    made += 1;
    return { token: `token-${made}`, renewAt: new Date('2100-01-01') };
  };
  const port = kubernetesRotationPort({
    cluster: { name: 'payments', endpoint, certificateAuthorityData: Buffer.from(pem).toString('base64') },
    principalArn: 'arn:aws:iam::111111111111:role/eks-greenlight-rotate',
    tokens: tokenSource(sign),
    deadline: never,
    meter,
    timeoutSeconds: 20,
    pause: async (milliseconds) => void pauses.push(milliseconds),
    ...options,
  });
  return { port, pauses, meter };
}

describeKubernetesPort('a rotation', async ({ fault, deadline }) => {
  const server = await loopbackApiServer(pem, (_request, response) => fault === 'denied' && statusAnswer(response, 403, 'forbidden'));
  const { port, meter } = portTo(server.endpoint, { deadline });
  return {
    port,
    close: server.close,
    requests: () => meter.cost().requests.kubernetes ?? 0,
    bytes: () => meter.cost().bytes.kubernetes ?? 0,
  };
});

type Opened = ReturnType<typeof portTo> & { readonly requests: readonly SeenRequest[] };

async function withCluster(intercept: Interceptor, test: (opened: Opened) => Promise<void>, options?: Partial<KubernetesPortOptions>) {
  const cluster = await loopbackCluster(pem, accessWorld(), intercept);
  try {
    await test({ ...portTo(cluster.endpoint, options), requests: cluster.requests });
  } finally {
    await cluster.close();
  }
}

/** Answers every request so. */
const answered =
  (status: number, body: unknown = {}): Interceptor =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return true;
  };

/** The connection breaks while the nth request is under way. */
const brokenAt =
  (...broken: readonly number[]): Interceptor =>
  (request, response, nth) => {
    if (!broken.includes(nth)) return answered(201)(request, response, nth);
    response.destroy();
    return true;
  };

const writes = {
  evictPod: ({ port }: Opened) => port.evictPod(pod),
  deletePod: ({ port }: Opened) => port.deletePod(pod),
  patch: ({ port }: Opened) => port.patch('/api/v1/nodes/a', { spec: { unschedulable: true } }),
};
const each = Object.entries(writes);

describe('writes on the wire', () => {
  it('evict by policy/v1 with the uid, and no grace of ours', () =>
    withCluster(answered(201, { kind: 'Status', status: 'Success' }), async ({ port, requests }) => {
      expect(await port.evictPod(pod)).toEqual({ status: 201, body: { kind: 'Status', status: 'Success' } });
      await port.evictPod(pod, { gracePeriodSeconds: 30 });
      expect(requests.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual(
        Array(2).fill('POST /api/v1/namespaces/shop/pods/web-1/eviction'),
      );
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace: 'shop', name: 'web-1' } };
      expect(requests.map(({ body }) => JSON.parse(body))).toEqual([
        { ...eviction, deleteOptions: { preconditions: { uid: 'uid-1' } } },
        { ...eviction, deleteOptions: { preconditions: { uid: 'uid-1' }, gracePeriodSeconds: 30 } },
      ]);
    }));

  it('delete with the uid, which arrives', () =>
    withCluster(answered(200), async ({ port, requests }) => {
      await port.deletePod(pod);
      expect(requests).toMatchObject([{ method: 'DELETE', url: { pathname: '/api/v1/namespaces/shop/pods/web-1' } }]);
      expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: 'uid-1' } });
      // The connection is still good: what was sent was one request.
      await port.deletePod(pod);
      expect(requests).toHaveLength(2);
    }));

  it('patch by merge, under our name', () =>
    withCluster(answered(200, { kind: 'Node' }), async ({ port, requests }) => {
      expect(await port.patch('/api/v1/nodes/a', { metadata: { resourceVersion: '7' } })).toEqual({ status: 200, body: { kind: 'Node' } });
      expect(requests).toMatchObject([
        { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' }, body: '{"metadata":{"resourceVersion":"7"}}' },
      ]);
      expect(requests[0]?.url.search).toBe('?fieldManager=eks-greenlight');
    }));

  it('review what is allowed', () =>
    withCluster(answered(201, { status: { allowed: true } }), async ({ port, requests }) => {
      const spec = { resourceAttributes: { resource: 'pods', subresource: 'eviction', verb: 'create' } };
      expect(await port.createSelfSubjectAccessReview(spec)).toEqual({ status: { allowed: true } });
      expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ kind: 'SelfSubjectAccessReview', spec });
    }));
});

describe('what a write is answered', () => {
  it.each(each.flatMap(([name, write]) => [403, 404, 409, 429, 500, 503].map((status) => ({ name, status, write }))))(
    '$status to $name comes back at once, after one request',
    ({ status, write }) =>
      withCluster(
        (_request, response) => statusAnswer(response, status, 'no', { headers: { 'retry-after': '1' } }),
        async (opened) => {
          expect(await write(opened)).toMatchObject({ status, body: { kind: 'Status', message: 'no' } });
          expect([opened.requests.length, opened.pauses.length]).toEqual([1, 0]);
        },
      ),
  );

  const html: (status: number) => Interceptor = (status) => (_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html>');
    return true;
  };

  it('is text where a proxy refuses it', () =>
    withCluster(html(502), async ({ port }) => {
      expect(await port.evictPod(pod)).toEqual({ status: 502, body: '<html>' });
    }));

  it('is no success where it is no answer of an API server', () =>
    withCluster(html(200), async ({ port }) => {
      await expect(port.evictPod(pod)).rejects.toMatchObject({ code: 'InvalidResponse' });
    }));

  it('is asked again with a fresh token once, when the token has expired', () =>
    withCluster(
      (request, response, nth) => (nth === 1 ? statusAnswer(response, 401, 'Unauthorized') : answered(201)(request, response, nth)),
      async ({ port, requests }) => {
        expect(await port.evictPod(pod)).toMatchObject({ status: 201 });
        expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
      },
    ));

  it('is Unauthorized when a fresh token is refused, too', () =>
    withCluster(
      (request, response, nth) => (nth > 1 ? statusAnswer(response, 401, 'Unauthorized') : answered(201)(request, response, nth)),
      async ({ port, requests }) => {
        await port.evictPod(pod);
        await expect(port.evictPod(pod)).rejects.toMatchObject({ code: 'Unauthorized' });
        expect(requests).toHaveLength(3);
      },
    ));
});

describe('a write whose connection is lost', () => {
  it.each(each)('%s is sent once more, with the same condition', (_name, write) =>
    withCluster(brokenAt(1), async (opened) => {
      expect(await write(opened)).toMatchObject({ status: 201 });
      expect(opened.requests).toHaveLength(2);
      expect(new Set(opened.requests.map(({ body }) => body)).size).toBe(1);
    }),
  );

  it.each(each)('%s again is EndpointUnreachable: nobody knows whether it was done', (_name, write) =>
    withCluster(brokenAt(1, 2), async (opened) => {
      await expect(write(opened)).rejects.toMatchObject({ code: 'EndpointUnreachable' });
      expect(opened.requests).toHaveLength(2);
    }),
  );

  it('in the middle of its answer is EndpointUnreachable as well', () =>
    withCluster(
      (_request, response) => {
        response.writeHead(201, { 'content-length': '1000' });
        response.write('{', () => response.destroy());
        return true;
      },
      async ({ port, requests }) => {
        await expect(port.evictPod(pod)).rejects.toMatchObject({ code: 'EndpointUnreachable' });
        expect(requests).toHaveLength(2);
      },
    ));

  it('by its deadline is not sent again', () => {
    const deadline = new AbortController();
    return withCluster(
      () => {
        deadline.abort();
        return true;
      },
      async ({ port, requests }) => {
        await expect(port.evictPod(pod)).rejects.toMatchObject({ code: 'Timeout' });
        expect(requests).toHaveLength(1);
      },
      { deadline: deadline.signal },
    );
  });
});

describe('reads', () => {
  it('are tried again as in a scan', () =>
    withCluster(
      (request, response, nth) => (nth < 3 ? statusAnswer(response, 503, 'no') : answered(201, { status: {} })(request, response, nth)),
      async ({ port, requests }) => {
        await port.createSelfSubjectAccessReview({});
        expect(requests).toHaveLength(3);
      },
    ));

  it('that are forbidden are an error', () =>
    withCluster(
      (_request, response) => statusAnswer(response, 403, 'no'),
      async ({ port }) => {
        await expect(port.createSelfSubjectAccessReview({})).rejects.toMatchObject({ code: 'Forbidden' });
        await expect(port.get('/version')).rejects.toMatchObject({ code: 'Forbidden' });
      },
    ));
});

it('has many writes outstanding, which may wait for webhooks, while reads stay at their two', async () => {
  const held: { readonly method: string; readonly end: () => void }[] = [];
  const full = Promise.withResolvers<void>();
  let released = false;
  const hold: Interceptor = ({ method }, response) => {
    const end = () => response.end('{}');
    if (released) end();
    else held.push({ method, end });
    if (held.length === 22) full.resolve();
    return true;
  };
  await withCluster(hold, async ({ port }) => {
    const reads = Array.from({ length: 5 }, () => port.get('/version'));
    const evictions = Array.from({ length: 25 }, (_, index) => port.evictPod({ ...pod, name: `web-${index}` }));
    await full.promise;
    expect(held.filter(({ method }) => method === 'GET')).toHaveLength(2);
    released = true;
    for (const { end } of held) end();
    await Promise.all([...reads, ...evictions]);
  });
});
