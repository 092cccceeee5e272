import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Post, slackWebhook } from '../../../functions/adapters/aws/slack-webhook.ts';
import type { SlackMessage } from '../../../functions/notifications/messages.ts';
import { selfSigned } from '../kubernetes/loopback-api-server.ts';
import { type LoopbackJson, loopbackJson } from './loopback-json.ts';

const credentials = async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' });
const secretArn = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:slack-AbCdEf';
const address = 'https://hooks.slack.com/services/T000/B000/very-secret-token';
const message: SlackMessage = { text: 'a test', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*bold*' } }] };

let secret: object;
let server: LoopbackJson;
beforeEach(async () => {
  secret = { SecretString: `${address}\n` };
  server = await loopbackJson(() => ({ body: { ARN: secretArn, ...secret } }));
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', server.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

type Answer = Awaited<ReturnType<Post>>;

/** A webhook that gets these answers in turn, the last one for ever. */
function webhook(...answers: (Partial<Answer> | Error)[]) {
  const posted: { readonly address: string; readonly body: unknown }[] = [];
  const waits: number[] = [];
  const post = slackWebhook({
    secretArn,
    region: 'eu-west-1',
    credentials,
    wait: async (milliseconds) => void waits.push(milliseconds),
    post: async (to, body) => {
      posted.push({ address: to.href, body: JSON.parse(body) });
      const answer = answers[Math.min(posted.length, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      return { status: 200, retryAfter: null, text: 'ok', ...answer };
    },
  });
  return { post, posted, waits };
}

const failureOf = (work: Promise<void>) =>
  work.then(
    () => 'no failure',
    (error: unknown) => `${error} ${error instanceof Error ? (error.stack ?? '') : ''}`,
  );

describe('a post', () => {
  it('goes to the address in the secret, which is read once', async () => {
    const { post, posted } = webhook({});
    await post(message);
    await post(message);
    expect(posted).toEqual([
      { address, body: message },
      { address, body: message },
    ]);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
      body: { SecretId: secretArn },
    });
  });

  it('is tried again after 429 and 5xx, as long as Slack asks, and without an answer', async () => {
    const lost = new TypeError('fetch failed', { cause: Object.assign(new Error('connect ECONNRESET'), { code: 'ECONNRESET' }) });
    const { post, posted, waits } = webhook({ status: 429, retryAfter: '7' }, { status: 503 }, lost, {});
    await post(message);
    expect(posted).toHaveLength(4);
    expect(waits).toEqual([7_000, 2_000, 4_000]);
  });

  it('waits half a minute at most', async () => {
    const { post, waits } = webhook({ status: 429, retryAfter: '3600' }, {});
    await post(message);
    expect(waits).toEqual([30_000]);
  });

  it.each([
    ['429 for ever', { status: 429, text: 'rate_limited' }, 4, 'answered 429 rate_limited'],
    ['503 for ever', { status: 503, text: `<html>${address}</html>` }, 4, 'answered 503'],
    ['no answer', Object.assign(new Error(`aborted ${address}`), { name: 'TimeoutError' }), 4, 'no answer within 10 seconds'],
    [
      'no connection',
      new TypeError(`fetch failed ${address}`, { cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }) }),
      4,
      'not reached (ENOTFOUND)',
    ],
    ['a payload it does not like', { status: 400, text: 'invalid_payload' }, 1, 'answered 400 invalid_payload'],
    ['a webhook that is gone', { status: 404, text: 'no_service' }, 1, 'answered 404 no_service; create the webhook again'],
    ['a redirect', { status: 302, text: '' }, 1, 'answered 302'],
  ])('that ends in %s fails, and never names the address', async (_, answer, times, outcome) => {
    const { post, posted } = webhook(answer);
    const failure = await failureOf(post(message));
    expect(failure).toContain(`Posting to the Slack webhook of ${secretArn}: ${outcome}`);
    expect(failure).not.toMatch(/hooks\.slack|very-secret/);
    expect(posted).toHaveLength(times);
  });

  it('that failed lets the secret be read again: it may have been changed', async () => {
    const { post, posted } = webhook({ status: 404, text: 'no_service' }, {});
    await failureOf(post(message));
    secret = { SecretString: 'https://hooks.slack.com/services/new' };
    await post(message);
    expect(posted.map((of) => of.address)).toEqual([address, 'https://hooks.slack.com/services/new']);
  });
});

describe('the secret', () => {
  it.each([
    ['plain http', { SecretString: 'http://hooks.slack.com/very-secret' }],
    ['JSON', { SecretString: `{"url":"${address}"}` }],
    ['nothing', { SecretString: '' }],
    ['bytes', { SecretBinary: 'aHR0cHM6Ly94' }],
  ])('that holds %s is refused, with what was expected and without what it is', async (_, value) => {
    secret = value;
    const { post, posted } = webhook({});
    const failure = await failureOf(post(message));
    expect(failure).toContain(
      `Reading the secret ${secretArn}: expected the address of a Slack incoming webhook, https://…, as plain text`,
    );
    expect(failure).not.toContain('very-secret');
    expect(posted).toEqual([]);
  });

  it('that may not be read is an error with the action and the ARN', async () => {
    await server.close();
    server = await loopbackJson(() => ({ status: 400, body: { __type: 'AccessDeniedException', message: 'not authorized' } }));
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', server.url);
    await expect(webhook({}).post(message)).rejects.toThrow(`secretsmanager:GetSecretValue of ${secretArn}: AccessDeniedException`);
  });
});

describe('on the wire', () => {
  it('it is a POST of JSON over TLS whose certificate is checked, and a redirect is not followed', async () => {
    const seen: {
      readonly method: string | undefined;
      readonly path: string | undefined;
      readonly type: string | undefined;
      readonly body: unknown;
    }[] = [];
    const pem = selfSigned();
    const slack = createServer({ key: pem, cert: pem }, async (request, response) => {
      seen.push({ method: request.method, path: request.url, type: request.headers['content-type'], body: await json(request) });
      if (request.url === '/moved') response.writeHead(302, { location: '/services/x' }).end();
      else response.writeHead(200).end('ok');
    });
    await new Promise<void>((ready) => slack.listen(0, '127.0.0.1', ready));
    const listening = slack.address();
    const port = typeof listening === 'object' ? listening?.port : undefined;
    const folder = await mkdtemp(join(tmpdir(), 'slack-'));
    try {
      const ca = join(folder, 'ca.pem');
      await writeFile(ca, pem);
      // The CA of the environment is read when a process starts.
      const post = async (path: string, environment: Readonly<Record<string, string>>) => {
        secret = { SecretString: `https://127.0.0.1:${port}${path}` };
        const module = new URL('../../../functions/adapters/aws/slack-webhook.ts', import.meta.url).href;
        const script = `import { slackWebhook } from ${JSON.stringify(module)};
          const post = slackWebhook({ secretArn: '${secretArn}', region: 'eu-west-1', wait: async () => {},
            credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }) });
          await post(${JSON.stringify(message)}).then(() => console.log('posted'), (error) => console.log(error.message));`;
        const env = { ...process.env, ...environment, AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url };
        return (await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env })).stdout.trim();
      };
      expect(await post('/services/x', { NODE_EXTRA_CA_CERTS: ca })).toBe('posted');
      expect(seen).toEqual([{ method: 'POST', path: '/services/x', type: 'application/json', body: message }]);
      expect(await post('/moved', { NODE_EXTRA_CA_CERTS: ca })).toContain('answered 302');
      expect(seen.map(({ path }) => path)).toEqual(['/services/x', '/moved']);
      expect(await post('/services/x', {})).toContain('not reached (DEPTH_ZERO_SELF_SIGNED_CERT)');
      expect(seen).toHaveLength(2);
    } finally {
      slack.close();
      slack.closeAllConnections();
      await rm(folder, { recursive: true });
    }
  });
});
