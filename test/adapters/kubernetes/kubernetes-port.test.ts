import type { ServerResponse } from 'node:http';
import { createServer, Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { sleepUntilRetry } from '../../../functions/adapters/kubernetes/retries.ts';
import { product } from '../../../functions/config/product.ts';
import type { KubernetesPort } from '../../../functions/inventory/ports.ts';
import { describeKubernetesPort, describeKubernetesTexts } from '../../contract/kubernetes-port.ts';
import { all, type MakePort } from '../../contract/port-under-test.ts';
import { type Interceptor, loopbackApiServer, selfSigned, statusAnswer } from './loopback-api-server.ts';
import { open, pem, principalArn, withServer } from './port-to-loopback.ts';

const overHttps: MakePort<KubernetesPort> = async ({ fault, deadline }) => {
  const server = await loopbackApiServer(pem, (_request, response) => fault === 'denied' && statusAnswer(response, 403, 'forbidden'));
  const { port, meter } = open(server.endpoint, { deadline });
  return {
    port,
    close: server.close,
    requests: () => meter.cost().requests.kubernetes ?? 0,
    bytes: () => meter.cost().bytes.kubernetes ?? 0,
  };
};
describeKubernetesPort('node:https', overHttps);
describeKubernetesTexts('node:https', overHttps);

describe('requests to an API server', () => {
  it('carry user agent, token, page size and what is accepted', () =>
    withServer(undefined, async ({ port, server }) => {
      await all(port.list('/api/v1/nodes?pretty=false', { limit: 3, labelSelector: 'zone!=f' }));
      await all(port.list('/apis/apps/v1/replicasets', { limit: 3, metadataOnly: true }));
      const [first, second, third] = server.requests;
      expect(first?.url.search).toBe('?pretty=false&labelSelector=zone%21%3Df&limit=3');
      expect(second?.url.search).toBe('?pretty=false&labelSelector=zone%21%3Df&limit=3&continue=3');
      expect(first?.headers).toMatchObject({
        'user-agent': `eks-greenlight/${product.version}`,
        authorization: 'Bearer token-1',
        accept: 'application/json',
      });
      expect(third?.headers.accept).toBe('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
    }));

  it.each([
    [true, 'gzip'],
    [false, 'identity'],
  ])('with gzip %s ask for %s, and count bytes as on the wire', (gzip, encoding) =>
    withServer(
      undefined,
      async ({ port, meter, server }) => {
        expect(await all(port.list('/api/v1/nodes', { limit: 10 }))).toMatchObject([{ items: { length: 5 } }]);
        expect(server.requests[0]?.headers['accept-encoding']).toBe(encoding);
        expect(meter.cost()).toEqual({ requests: { kubernetes: 1 }, bytes: { kubernetes: server.bytes() } });
      },
      { gzip },
    ),
  );

  it('are two in flight at most, all lists together, and wait in their order', async () => {
    const held: { path: string; response: ServerResponse }[] = [];
    let arrived = () => {};
    const hold: Interceptor = ({ url }, response) => {
      held.push({ path: url.pathname, response });
      arrived();
      return true;
    };
    const next = () => new Promise<void>((seen) => (arrived = seen));
    await withServer(hold, async ({ port, server }) => {
      const first = next();
      const answers = ['/1', '/2', '/3', '/4', '/5'].map((path) => port.get(path));
      await first;
      const order: string[] = [];
      let most = 0;
      while (order.length < 5) {
        if (held.length < Math.min(2, 5 - order.length)) await next();
        most = Math.max(most, held.length);
        const done = held.shift();
        order.push(done?.path ?? '');
        done?.response.end('{}');
      }
      await Promise.all(answers);
      expect(most).toBe(2);
      expect(order.slice(2)).toEqual(['/3', '/4', '/5']);
      expect(server.connections()).toBe(2);
    });
  });
});

describe('a token that is refused', () => {
  const refuse = (response: ServerResponse, headers = {}) => statusAnswer(response, 401, 'Unauthorized', { headers });

  it('is renewed once, for all requests that it failed', () =>
    withServer(
      ({ headers }, response) => headers.authorization === 'Bearer token-1' && refuse(response),
      async ({ port, server }) => {
        await Promise.all([port.get('/version'), port.get('/version'), port.get('/version')]);
        expect(new Set(server.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer token-1', 'Bearer token-2']));
      },
    ));

  it('again means that the principal has no access entry, and how to make one', () =>
    withServer(
      (_request, response) => refuse(response),
      async ({ port, server }) => {
        await expect(port.get('/version')).rejects.toMatchObject({
          code: 'AccessNotConfigured',
          message: expect.stringContaining(`aws eks create-access-entry --cluster-name payments --principal-arn ${principalArn}`),
        });
        expect(server.requests).toHaveLength(2);
      },
    ));

  it('again, after another was accepted, is Unauthorized', () =>
    withServer(
      (_request, response, nth) => nth > 1 && refuse(response),
      async ({ port }) => {
        await port.get('/version');
        await expect(port.get('/version')).rejects.toMatchObject({
          code: 'Unauthorized',
          message: expect.stringContaining('accepted before'),
        });
      },
    ));

  it('again, when the clocks differ, is Unauthorized and says so', () =>
    withServer(
      (_request, response) => refuse(response, { date: new Date('2026-11-21T06:00:00Z').toUTCString() }),
      async ({ port }) => {
        await expect(port.get('/version')).rejects.toMatchObject({
          code: 'Unauthorized',
          message: expect.stringContaining('20 minutes off'),
        });
      },
      { clock: () => new Date('2026-11-21T06:20:00Z') },
    ));
});

describe('an API server that says no', () => {
  it('with 403 is Forbidden, in the words of its Status', () =>
    withServer(
      (_request, response) => statusAnswer(response, 403, 'nodes is forbidden: User "x" cannot list resource "nodes"'),
      async ({ port, meter }) => {
        await expect(all(port.list('/api/v1/nodes', { limit: 2 }))).rejects.toMatchObject({
          code: 'Forbidden',
          message:
            'GET /api/v1/nodes of cluster payments: answered 403: nodes is forbidden: User "x" cannot list resource "nodes"; ' +
            'apply docs/reference/cluster-role.yaml',
        });
        expect(meter.cost().requests.kubernetes).toBe(1);
      },
    ));

  it('with 429 is asked again after the time it names', () =>
    withServer(
      (_request, response, nth) => nth < 3 && statusAnswer(response, 429, 'too many requests', { headers: { 'retry-after': '7' } }),
      async ({ port, pauses }) => {
        expect(await port.get('/version')).toHaveProperty('gitVersion');
        expect(pauses).toHaveLength(2);
        for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(7000);
      },
    ));

  it.each([
    [429, 'Throttled', 4],
    [500, 'Internal', 4],
    [503, 'EndpointUnreachable', 4],
    [400, 'Internal', 1],
    [302, 'InvalidResponse', 1],
  ])('with %i each time is %s after %i requests', (status, code, times) =>
    withServer(
      (_request, response) => statusAnswer(response, status, 'no'),
      async ({ port, meter }) => {
        await expect(port.get('/version')).rejects.toMatchObject({ code });
        expect(meter.cost().requests.kubernetes).toBe(times);
      },
    ),
  );

  it('with a Retry-After beyond a scan is not waited for', () =>
    withServer(
      (_request, response) => statusAnswer(response, 503, 'maintenance', { headers: { 'retry-after': '3600' } }),
      async ({ port, pauses }) => {
        await expect(port.get('/version')).rejects.toMatchObject({ code: 'EndpointUnreachable' });
        expect(pauses).toEqual([]);
      },
    ));
});

describe('a continue token that ran out', () => {
  const expired: (metadata: object) => Interceptor = (metadata) => (request, response) =>
    request.url.searchParams.get('continue') === '2' &&
    statusAnswer(response, 410, 'The provided continue parameter is too old', { metadata });

  it('is replaced by the one that comes with the 410: nothing twice, nothing left out', () =>
    withServer(expired({ continue: '02' }), async ({ port }) => {
      const names = JSON.stringify(await all(port.list('/api/v1/nodes', { limit: 2 }))).match(/node-./g);
      expect(names).toEqual(['node-a', 'node-b', 'node-c', 'node-d', 'node-e']);
    }));

  it('without another ends the list with an error', () =>
    withServer(expired({}), async ({ port }) => {
      await expect(all(port.list('/api/v1/nodes', { limit: 2 }))).rejects.toMatchObject({
        code: 'InvalidResponse',
        message: expect.stringContaining('too old'),
      });
    }));

  it('that is replaced by one that ran out, too, ends the list', () =>
    withServer(expired({ continue: '2' }), async ({ port, server }) => {
      await expect(all(port.list('/api/v1/nodes', { limit: 2 }))).rejects.toMatchObject({ code: 'InvalidResponse' });
      expect(server.requests).toHaveLength(3);
    }));
});

describe('an answer that is none', () => {
  it.each([
    ['HTML', 'text/html', '<html>Sign in</html>', 'proxy'],
    ['half of a JSON', 'application/json', '{"items": [', 'not JSON'],
    ['JSON of another shape', 'application/json', '{"metadata": 7}', 'metadata'],
  ])('%s is InvalidResponse', (_what, type, body, message) =>
    withServer(
      (_request, response) => {
        response.writeHead(200, { 'content-type': type }).end(body);
        return true;
      },
      async ({ port }) => {
        const failure = { code: 'InvalidResponse', message: expect.stringContaining(message) };
        await expect(all(port.list('/api/v1/nodes', { limit: 2 }))).rejects.toMatchObject(failure);
      },
    ),
  );

  const breakOff = (response: ServerResponse): true => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"items":', () => response.destroy());
    return true;
  };

  it('because it broke off is asked for again', () =>
    withServer(
      (_request, response, nth) => nth === 1 && breakOff(response),
      async ({ port, meter, pauses, server }) => {
        expect(await port.get('/version')).toHaveProperty('gitVersion');
        expect(pauses).toHaveLength(1);
        expect(meter.cost()).toEqual({ requests: { kubernetes: 2 }, bytes: { kubernetes: server.bytes() + '{"items":'.length } });
      },
    ));

  it('because it breaks off each time is InvalidResponse', () =>
    withServer(
      (_request, response) => breakOff(response),
      async ({ port }) => {
        await expect(port.get('/version')).rejects.toMatchObject({
          code: 'InvalidResponse',
          message: expect.stringContaining('broke off'),
        });
      },
    ));

  it('because the connection is dropped is EndpointUnreachable, after some tries', () =>
    withServer(
      (_request, response) => {
        response.destroy();
        return true;
      },
      async ({ port, meter }) => {
        await expect(port.get('/version')).rejects.toMatchObject({ code: 'EndpointUnreachable' });
        expect(meter.cost().requests.kubernetes).toBe(4);
      },
    ));
});

describe('an endpoint that cannot be reached', () => {
  it('because nobody listens', async () => {
    const server = await loopbackApiServer(pem);
    await server.close();
    const { port, meter } = open(server.endpoint);
    await expect(port.get('/version')).rejects.toMatchObject({ code: 'EndpointUnreachable', message: expect.stringContaining('refused') });
    expect(meter.cost().requests.kubernetes).toBe(1);
  });

  it('because its name does not resolve', async () => {
    const { port } = open('https://api-server.invalid');
    await expect(port.get('/version')).rejects.toMatchObject({ code: 'EndpointUnreachable', message: expect.stringContaining('resolve') });
  });

  it('because another certificate answers', () =>
    withServer(undefined, async ({ server }) => {
      const other = selfSigned();
      const cluster = { name: 'payments', endpoint: server.endpoint, certificateAuthorityData: Buffer.from(other).toString('base64') };
      const { port } = open(server.endpoint, { cluster });
      await expect(port.get('/version')).rejects.toMatchObject({
        code: 'EndpointUnreachable',
        message: expect.stringContaining('not trusted'),
      });
      expect(server.requests).toEqual([]);
    }));

  it('because packets vanish: no connection within the time allowed', async () => {
    const connect = vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket) {
      Object.assign(this, { connecting: true });
      return this;
    });
    try {
      const { port } = open('https://127.0.0.1:1', { connectTimeoutSeconds: 0.01 });
      await expect(port.get('/version')).rejects.toMatchObject({
        code: 'EndpointUnreachable',
        message: expect.stringContaining('no connection within 0.01 s'),
      });
    } finally {
      connect.mockRestore();
    }
  });
});

describe('an endpoint that never answers', () => {
  const impatient = { timeoutSeconds: 0.05 };

  it('after TLS is Timeout', () =>
    withServer(
      () => true,
      async ({ port, meter }) => {
        await expect(port.get('/version')).rejects.toMatchObject({ code: 'Timeout' });
        expect(meter.cost().requests.kubernetes).toBe(1);
      },
      impatient,
    ));

  it('to the end is Timeout', () =>
    withServer(
      (_request, response) => {
        response.writeHead(200).write('{');
        return true;
      },
      async ({ port }) => {
        await expect(port.get('/version')).rejects.toMatchObject({
          code: 'Timeout',
          message: expect.stringContaining('no complete answer'),
        });
      },
      impatient,
    ));

  it('in TLS is Timeout, since the connection came about', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    try {
      const { port } = open(`https://127.0.0.1:${address.port}`, { timeoutSeconds: 0.1, connectTimeoutSeconds: 0.05 });
      await expect(port.get('/version')).rejects.toMatchObject({ code: 'Timeout' });
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => silent.close(closed));
    }
  });
});

describe('the deadline of the scan', () => {
  it('ends a request in flight, and those that wait are not sent', () => {
    const deadline = new AbortController();
    const abortAtSecond: Interceptor = (_request, _response, nth) => {
      if (nth === 2) deadline.abort();
      return true;
    };
    return withServer(
      abortAtSecond,
      async ({ port, server, meter }) => {
        const all = await Promise.allSettled(['/1', '/2', '/3'].map((path) => port.get(path)));
        expect(all).toMatchObject(Array(3).fill({ status: 'rejected', reason: { code: 'Timeout' } }));
        expect(server.requests).toHaveLength(2);
        expect(meter.cost().requests.kubernetes).toBe(2);
      },
      { deadline: deadline.signal },
    );
  });

  it('ends the wait between two tries', () => {
    const deadline = new AbortController();
    const pause = async (milliseconds: number, signal: AbortSignal) => {
      deadline.abort();
      await sleepUntilRetry(milliseconds, signal);
    };
    return withServer(
      (_request, response) => statusAnswer(response, 429, 'no', { headers: { 'retry-after': '25' } }),
      async ({ port, server }) => {
        await expect(port.get('/version')).rejects.toMatchObject({ code: 'Timeout' });
        expect(server.requests).toHaveLength(1);
      },
      { deadline: deadline.signal, pause },
    );
  });
});
