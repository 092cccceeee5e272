import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { collectCommand } from '../../../bin/commands/collect.ts';
import type { Environment } from '../../../bin/environment.ts';
import { withInbox } from '../../../functions/fleet/merge-inbox.ts';
import { parseInventory } from '../../../functions/inventory/inventory.ts';
import { type Interceptor, loopbackApiServer, selfSigned, statusAnswer } from '../../adapters/kubernetes/loopback-api-server.ts';
import { createDescribedInventory } from '../../analysis/builders.ts';
import { unavailable } from '../../checks/builders.ts';
import { runCommand } from './run-command.ts';

const clusterArn = 'arn:aws:eks:eu-west-1:111111111111:cluster/payments';
let pem: string;
let folder: string;
const closing: (() => Promise<void>)[] = [];

beforeAll(() => {
  pem = selfSigned();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'in-cluster-'));
  for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) vi.stubEnv(name, undefined);
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, join(folder, 'none'));
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(closing.splice(0).map((close) => close()));
  await rm(folder, { recursive: true });
});

/** A cluster of five nodes and nothing else. */
const emptyLists: Interceptor = ({ url }, response) => {
  if (['/version', '/api/v1/nodes'].includes(url.pathname)) return false;
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"metadata":{},"items":[]}');
  return true;
};

/** An API server, and a pod in front of it. */
async function pod(intercept: Interceptor = emptyLists) {
  const server = await loopbackApiServer(pem, intercept);
  closing.push(server.close);
  await writeFile(join(folder, 'ca.crt'), pem);
  await writeFile(join(folder, 'token'), 'the-token\n');
  const { hostname: host, port } = new URL(server.endpoint);
  return { server, environment: { pod: { host, port, serviceAccountFolder: folder } } };
}

const collect = (environment: Partial<Environment>, ...more: string[]) =>
  runCommand(collectCommand, ['collect', '--in-cluster', '--cluster-arn', clusterArn, ...more], environment);

describe('collect --in-cluster', () => {
  it('writes what a service account sees to a file', async () => {
    const { server, environment } = await pod();
    const file = join(folder, 'payments.json.gz');
    const { code, out, err } = await collect(environment, '-o', file);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: '',
      err: [expect.stringMatching(/^wrote .*payments\.json\.gz: (\d+) of \1 kinds of evidence$/)],
    });
    const inventory = parseInventory(JSON.parse(gunzipSync(await readFile(file)).toString()));
    expect(inventory.cluster).toEqual({ accountId: '111111111111', region: 'eu-west-1', name: 'payments', arn: clusterArn });
    expect(inventory.evidence['kubernetes.nodes']).toMatchObject({ status: 'collected', data: { length: 5 } });
    expect(server.requests.every(({ headers }) => headers.authorization === 'Bearer the-token')).toBe(true);
  });

  it('prints one line of JSON for a log pipeline', async () => {
    const { environment } = await pod();
    const { code, out, err } = await collect(environment, '-o', '-');
    expect(code).toBe(0);
    expect(out.endsWith('}\n')).toBe(true);
    expect(out.trimEnd()).not.toContain('\n');
    expect(parseInventory(JSON.parse(out)).evidence['kubernetes.nodes']).toMatchObject({ status: 'collected' });
    expect(err).toEqual([expect.stringContaining('wrote standard output')]);
  });

  it('says what it could not read, and writes the rest', async () => {
    const { environment } = await pod((request, response, nth) =>
      request.url.pathname === '/api/v1/pods' ? statusAnswer(response, 403, 'pods is forbidden') : emptyLists(request, response, nth),
    );
    const { code, err } = await collect(environment, '-o', join(folder, 'payments.json'));
    expect(code).toBe(0);
    expect(err[0]).toMatch(/not read: kubernetes\.pods \(Forbidden: .*pods is forbidden.*deploy\/in-cluster\)$/);
  });

  it('writes nothing when it could read nothing: an older inventory is better', async () => {
    const { environment } = await pod((_, response) => statusAnswer(response, 401, 'Unauthorized'));
    const file = join(folder, 'payments.json');
    const { code, err } = await collect(environment, '-o', file);
    expect(code).toBe(1);
    expect(err).toEqual([expect.stringMatching(/^cannot collect payments: Unauthorized: .*service account/)]);
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('follows its configuration', async () => {
    const { server, environment } = await pod();
    const config = join(folder, 'greenlight.yaml');
    await writeFile(config, 'accounts: { explicit: [{ id: "111111111111" }] }\nkubernetes: { pods: false }\n');
    expect(await collect(environment, '-o', join(folder, 'a.json'), '--config', config, '--quiet')).toEqual({ code: 0, out: '', err: [] });
    const paths = server.requests.map(({ url }) => url.pathname);
    expect(paths).toContain('/api/v1/nodes');
    expect(paths).not.toContain('/api/v1/pods');
  });

  it.each([
    ['outside of a pod', ['--in-cluster', '--cluster-arn', clusterArn], 'this is no pod'],
    ['without an ARN', ['--in-cluster'], '--cluster-arn ARN need each other'],
    ['with an ARN alone', ['--cluster-arn', clusterArn], '--cluster-arn ARN need each other'],
    ['with the ARN of something else', ['--in-cluster', '--cluster-arn', 'arn:aws:s3:::bucket'], 'expected the ARN of an EKS cluster'],
    ['of a live cluster into an inbox', ['--cluster', 'payments', '-o', 's3://store'], 'only --in-cluster writes to an inbox'],
    ['into no bucket', ['--in-cluster', '-o', 's3://'], 'expected a path, or s3://BUCKET/KEY'],
  ])('%s is refused', async (_, args, message) => {
    const { code, err } = await runCommand(collectCommand, ['collect', ...args]);
    expect(code).toBe(1);
    expect(err.join('\n')).toContain(message);
  });

  it('in a pod without a service account says so', async () => {
    const environment = { pod: { host: '127.0.0.1', port: '1', serviceAccountFolder: join(folder, 'none') } };
    const { code, err } = await collect(environment);
    expect(code).toBe(1);
    expect(err[0]).toContain('works in a pod that mounts its service account');
  });
});

interface Put {
  readonly path: string;
  readonly method: string;
  readonly accessKeyId: string | undefined;
  readonly body: Uint8Array;
}

/** S3, STS and the agent of Pod Identity at one address of 127.0.0.1, as far as a collector asks them. */
async function loopbackCloud() {
  const puts: Put[] = [];
  const others: string[] = [];
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  const answer = async (request: IncomingMessage): Promise<string> => {
    const { url = '', method = '', headers } = request;
    const body = await buffer(request);
    if (url === '/v1/credentials') {
      others.push(`agent ${headers.authorization}`);
      return JSON.stringify({ AccessKeyId: 'ASIAPOD', SecretAccessKey: 'secret', Token: 'session', Expiration: expiration });
    }
    const form = new URLSearchParams(body.toString());
    if (form.get('Action') === 'AssumeRoleWithWebIdentity') {
      others.push(`sts ${form.get('RoleArn')} ${form.get('WebIdentityToken')}`);
      const keys = '<AccessKeyId>ASIAIRSA</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>';
      return (
        '<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>' +
        `${keys}<Expiration>${expiration}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`
      );
    }
    const accessKeyId = /Credential=(?<id>\w+)\//.exec(headers.authorization ?? '')?.groups?.id;
    puts.push({ path: url.replace(/\?.*$/, ''), method, accessKeyId, body });
    return '';
  };
  const server = createServer((request, response) => void answer(request).then((text) => response.end(text)));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(
    () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, puts, others };
}

describe('collect --in-cluster into a bucket', () => {
  const irsa = async (url: string) => {
    await writeFile(join(folder, 'web-identity'), 'web-identity-token');
    vi.stubEnv('AWS_ENDPOINT_URL_STS', url);
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', join(folder, 'web-identity'));
    vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::111111111111:role/collector');
  };
  const podIdentity = async (url: string) => {
    await writeFile(join(folder, 'agent-token'), 'agent-token');
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${url}/v1/credentials`);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', join(folder, 'agent-token'));
  };

  it.each([
    ['IRSA', irsa, 'ASIAIRSA', 'sts arn:aws:iam::111111111111:role/collector web-identity-token'],
    ['Pod Identity', podIdentity, 'ASIAPOD', 'agent agent-token'],
  ])('puts one object into the inbox with the credentials of %s, and asks AWS nothing else', async (_, prepare, accessKeyId, asked) => {
    const { environment } = await pod();
    const cloud = await loopbackCloud();
    vi.stubEnv('AWS_ENDPOINT_URL_S3', cloud.url);
    await prepare(cloud.url);
    const { code, err } = await collect(environment, '-o', 's3://store');
    expect({ code, err }).toEqual({
      code: 0,
      err: [expect.stringContaining('wrote s3://store/inbox/111111111111/eu-west-1/payments.json.gz: ')],
    });
    expect(cloud.others).toEqual([asked]);
    expect(cloud.puts).toEqual([
      { method: 'PUT', path: '/store/inbox/111111111111/eu-west-1/payments.json.gz', accessKeyId, body: expect.anything() },
    ]);
    const inventory = parseInventory(JSON.parse(gunzipSync(cloud.puts[0]?.body ?? '').toString()));
    const scanned = createDescribedInventory({ 'kubernetes.nodes': unavailable('EndpointUnreachable') });
    expect(withInbox(scanned, { status: 'filled', inventory }, new Date()).evidence['kubernetes.nodes']).toMatchObject({
      data: { length: 5 },
    });
  });

  it.each([
    ['s3://store/', '/store/inbox/111111111111/eu-west-1/payments.json.gz'],
    ['s3://store/inbox', '/store/inbox/111111111111/eu-west-1/payments.json.gz'],
    ['s3://store/inbox/', '/store/inbox/111111111111/eu-west-1/payments.json.gz'],
    ['s3://store/team/', '/store/team/inbox/111111111111/eu-west-1/payments.json.gz'],
    ['s3://store/some/object.json.gz', '/store/some/object.json.gz'],
  ])('takes %s for %s', async (output, path) => {
    const { environment } = await pod();
    const cloud = await loopbackCloud();
    vi.stubEnv('AWS_ENDPOINT_URL_S3', cloud.url);
    await podIdentity(cloud.url);
    expect(await collect(environment, '--quiet', '-o', output)).toEqual({ code: 0, out: '', err: [] });
    expect(cloud.puts.map((put) => put.path)).toEqual([path]);
  });
});
