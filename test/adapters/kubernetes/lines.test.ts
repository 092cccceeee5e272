import type { ServerResponse } from 'node:http';
import { constants, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf } from '../../../functions/adapters/kubernetes/lines-of.ts';
import { text } from '../../contract/fixture.ts';
import { all } from '../../contract/port-under-test.ts';
import { type Interceptor, statusAnswer } from './loopback-api-server.ts';
import { withServer } from './port-to-loopback.ts';

describe('lines', () => {
  it('are those of the text, however it is cut', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '😀', '"', '\r', ' '), maxLength: 6 }), { maxLength: 6 }),
        fc.boolean(),
        fc.array(fc.nat({ max: 40 }), { maxLength: 6 }),
        async (lines, ended, cuts) => {
          const whole = Buffer.from(lines.map((line) => `${line}\n`).join('') + (ended ? '' : 'rest'));
          const edges = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
          async function* chunks() {
            for (const [nth, edge] of edges.entries()) yield whole.subarray(edges[nth - 1] ?? 0, edge);
          }
          expect(await all(linesOf(chunks()))).toEqual(ended ? lines : [...lines, 'rest']);
        },
      ),
    ));
});

/** Sends the beginning of a text, and calls back when that has left. */
function begin(response: ServerResponse, beginning: string, sent: () => void = () => {}): true {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.write(beginning, sent);
  return true;
}

describe('a text of an API server', () => {
  it('is asked for as text, with token and user agent, each time on a new connection', () =>
    withServer(undefined, async ({ port, server }) => {
      await port.get('/version');
      for (let nth = 0; nth < 3; nth += 1) await all(port.lines('/metrics'));
      await port.get('/version');
      expect(server.requests[1]?.headers).toMatchObject({
        accept: 'text/plain',
        authorization: 'Bearer token-1',
        'user-agent': expect.stringContaining('eks-greenlight/'),
        connection: 'close',
      });
      expect(server.connections()).toBe(4);
    }));

  it.each([
    [true, 'gzip'],
    [false, 'identity'],
  ])('with gzip %s comes as %s; bytes are counted as on the wire', (gzip, encoding) =>
    withServer(
      undefined,
      async ({ port, server, meter }) => {
        await all(port.lines('/metrics'));
        expect(server.requests[0]?.headers['accept-encoding']).toBe(encoding);
        expect(meter.cost()).toEqual({ requests: { kubernetes: 1 }, bytes: { kubernetes: server.bytes() } });
        expect(server.bytes()).toBe((gzip ? gzipSync(text) : Buffer.from(text)).length);
      },
      { gzip },
    ),
  );

  it('arrives line by line, before its end', () => {
    let rest = () => {};
    const slowly: Interceptor = (_request, response) => {
      rest = () => response.end('wo\n');
      return begin(response, 'one\nt');
    };
    return withServer(slowly, async ({ port }) => {
      const lines = port.lines('/metrics')[Symbol.asyncIterator]();
      expect(await lines.next()).toEqual({ done: false, value: 'one' });
      rest();
      expect(await lines.next()).toEqual({ done: false, value: 'two' });
      expect(await lines.next()).toMatchObject({ done: true });
    });
  });

  it.each([true, false])('is left early without waiting for the rest; its place is free then (gzip %s)', (gzip) => {
    const stalls: Interceptor = ({ url }, response) => {
      if (url.pathname !== '/metrics') return false;
      response.writeHead(200, gzip ? { 'content-encoding': 'gzip' } : {});
      response.write(gzip ? gzipSync('one\ntwo', { finishFlush: constants.Z_SYNC_FLUSH }) : 'one\ntwo');
      return true;
    };
    const closed: Promise<void>[] = [];
    return withServer(
      (request, response, nth) => {
        closed.push(new Promise((end) => response.once('close', end)));
        return stalls(request, response, nth);
      },
      async ({ port }) => {
        for (let nth = 0; nth < 3; nth += 1) for await (const _line of port.lines('/metrics')) break;
        await Promise.all(closed);
        expect(await port.get('/version')).toHaveProperty('gitVersion');
      },
      // Far longer than a test may take.
      { gzip, timeoutSeconds: 600 },
    );
  });

  it('takes one of the two places in flight until it is read', () =>
    withServer(undefined, async ({ port, meter }) => {
      const first = port.lines('/metrics')[Symbol.asyncIterator]();
      const second = port.lines('/metrics')[Symbol.asyncIterator]();
      await Promise.all([first.next(), second.next()]);
      const version = port.get('/version');
      // Whoever has a place is counted before anything is sent.
      await new Promise(setImmediate);
      expect(meter.cost().requests.kubernetes).toBe(2);
      await first.return?.();
      expect(await version).toHaveProperty('gitVersion');
      await second.return?.();
    }));

  it('is asked for again when the server is busy, or the connection is lost before it begins', () =>
    withServer(
      (_request, response, nth) => {
        if (nth === 1) return statusAnswer(response, 429, 'too many requests', { headers: { 'retry-after': '1' } });
        if (nth === 2) response.destroy();
        return nth === 2;
      },
      async ({ port, pauses, meter }) => {
        expect(await all(port.lines('/metrics'))).toContain('last 2');
        expect(pauses).toHaveLength(2);
        expect(meter.cost().requests.kubernetes).toBe(3);
      },
    ));

  it('is asked for again with a new token when the old one is refused', () =>
    withServer(
      ({ headers }, response) => headers.authorization === 'Bearer token-1' && statusAnswer(response, 401, 'Unauthorized'),
      async ({ port, server }) => {
        expect(await all(port.lines('/metrics'))).toContain('last 2');
        expect(server.requests).toHaveLength(2);
      },
    ));

  it('is Forbidden in the words of the Status', () =>
    withServer(
      (_request, response) => statusAnswer(response, 403, 'User "x" cannot get path "/metrics"'),
      async ({ port }) => {
        await expect(all(port.lines('/metrics'))).rejects.toMatchObject({
          code: 'Forbidden',
          message: expect.stringContaining('GET /metrics of cluster payments: answered 403: User "x" cannot get path "/metrics"'),
        });
      },
    ));

  it('that breaks off is InvalidResponse after what came, and not asked for again', () =>
    withServer(
      (_request, response) => begin(response, 'one\ntw', () => response.destroy()),
      async ({ port, meter, server }) => {
        const seen: string[] = [];
        const reading = async () => {
          for await (const line of port.lines('/metrics')) seen.push(line);
        };
        await expect(reading()).rejects.toMatchObject({ code: 'InvalidResponse', message: expect.stringContaining('broke off') });
        expect(seen).toEqual(['one']);
        expect(server.requests).toHaveLength(1);
        expect(meter.cost().bytes.kubernetes).toBe('one\ntw'.length);
      },
    ));

  it.each([
    ['is none', Buffer.from('one\n')],
    ['ends too early', gzipSync('one\n').subarray(0, 12)],
  ])('whose gzip %s is InvalidResponse', (_how, body) =>
    withServer(
      (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
        return true;
      },
      async ({ port }) => {
        await expect(all(port.lines('/metrics'))).rejects.toMatchObject({
          code: 'InvalidResponse',
          message: expect.stringContaining('gzip'),
        });
      },
    ),
  );

  it('that does not end in time is Timeout', () =>
    withServer(
      (_request, response) => begin(response, 'one\n'),
      async ({ port }) => {
        await expect(all(port.lines('/metrics'))).rejects.toMatchObject({ code: 'Timeout', message: expect.stringContaining('0.05 s') });
      },
      { timeoutSeconds: 0.05 },
    ));

  it('ends with the deadline, as Timeout', () => {
    const deadline = new AbortController();
    return withServer(
      (_request, response) => begin(response, 'one\n'),
      async ({ port, server }) => {
        const lines = port.lines('/metrics')[Symbol.asyncIterator]();
        await lines.next();
        const next = lines.next();
        deadline.abort();
        await expect(next).rejects.toMatchObject({ code: 'Timeout', message: expect.stringContaining('deadline') });
        await expect(all(port.lines('/metrics'))).rejects.toMatchObject({ code: 'Timeout', message: expect.stringContaining('not asked') });
        expect(server.requests).toHaveLength(1);
      },
      { deadline: deadline.signal },
    );
  });
});
