import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as world from '../../contract/fixture.ts';
import { listening } from '../../loopback.ts';

/** One request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Parameters of the query protocol (EC2, STS). */
  readonly form: URLSearchParams;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers instead of the world; undefined lets the world answer, `hang` nobody. */
export type Interceptor = (request: SeenRequest, nth: number) => WireAnswer | 'hang' | undefined;

export interface LoopbackAws {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** Bytes of bodies sent. */
  readonly bytes: () => number;
  close(): Promise<void>;
}

/** A server on a free port of 127.0.0.1 that speaks the protocols of EKS (REST JSON), EC2 and STS (query), over the world of fixture.ts. */
export async function loopbackAws(intercept: Interceptor = () => undefined): Promise<LoopbackAws> {
  const requests: SeenRequest[] = [];
  let bytes = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    const seen: SeenRequest = {
      body,
      method: request.method ?? '',
      url: new URL(request.url ?? '/', 'http://loopback'),
      headers: request.headers,
      form: new URLSearchParams(body),
    };
    requests.push(seen);
    const reply = intercept(seen, requests.length) ?? answerOf(seen);
    if (reply === 'hang') return;
    bytes += Buffer.byteLength(reply.body);
    response.writeHead(reply.status, reply.headers).end(reply.body);
  };
  const server = createServer((request, response) => void answer(request, response));
  const { port, close } = await listening(server);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    bytes: () => bytes,
    close,
  };
}

export function eksError(status: number, code: string, message: string): WireAnswer {
  return { status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': code }, body: JSON.stringify({ message }) };
}

export function queryError(status: number, code: string, message: string): WireAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: xml, body: `<ErrorResponse>${error}<RequestId>r-1</RequestId></ErrorResponse>` };
}

export function ec2Error(status: number, code: string, message: string): WireAnswer {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: xml, body: `<Response><Errors>${error}</Errors><RequestID>r-1</RequestID></Response>` };
}

const xml = { 'content-type': 'text/xml' };

function answerOf(request: SeenRequest): WireAnswer {
  const action = request.form.get('Action');
  if (action === 'DescribeSubnets') return describeSubnets(request.form);
  if (action === 'GetCallerIdentity') return callerIdentity;
  if (action === 'AssumeRole') return assumeRole(request.form);
  return eks(request);
}

function eks({ url }: SeenRequest): WireAnswer {
  const parts = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const [collection, name, kind, item] = parts;
  if (collection === 'cluster-versions')
    return page(url, 'clusterVersions', world.clusterVersions.map(withSeconds('endOfStandardSupportDate')));
  if (collection === 'addons') return page(url, 'addons', world.addonVersions);
  if (name === undefined) return page(url, 'clusters', world.clusterNames);
  if (name !== world.cluster.name) return notFound(`No cluster found for name: ${name}.`);
  if (kind === undefined) return json({ cluster: withSeconds('createdAt')(world.cluster) });
  if (kind === 'node-groups') {
    if (item === undefined)
      return page(
        url,
        'nodegroups',
        world.nodegroups.map(({ nodegroupName }) => nodegroupName),
      );
    return one(
      'nodegroup',
      item,
      world.nodegroups.find(({ nodegroupName }) => nodegroupName === item),
    );
  }
  if (kind === 'addons') return item === undefined ? page(url, 'addons', [world.addon.addonName]) : one('addon', item, world.addon);
  if (item === undefined) return page(url, 'fargateProfileNames', [world.fargateProfile.fargateProfileName]);
  return one('fargateProfile', item, world.fargateProfile);
}

/** REST JSON carries times as seconds since 1970. */
const withSeconds =
  (field: string) =>
  (value: object): object => ({
    ...value,
    [field]: Date.parse(String(Object.entries(value).find(([name]) => name === field)?.[1])) / 1000,
  });

function one(member: string, name: string, found: object | undefined): WireAnswer {
  if (!found) return notFound(`No ${member} found for name: ${name}.`);
  return json({ [member]: 'createdAt' in found ? withSeconds('createdAt')(found) : found });
}

function page(url: URL, member: string, items: readonly unknown[]): WireAnswer {
  const start = Number(url.searchParams.get('nextToken') ?? 0);
  const end = start + world.pageSize;
  return json({ [member]: items.slice(start, end), ...(end < items.length ? { nextToken: String(end) } : {}) });
}

function json(body: object): WireAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function notFound(message: string): WireAnswer {
  return eksError(404, 'ResourceNotFoundException', message);
}

function describeSubnets(form: URLSearchParams): WireAnswer {
  const wanted = [...form].filter(([name]) => name.startsWith('Filter.1.Value.')).map(([, value]) => value);
  const items = world.subnets
    .filter(({ SubnetId }) => wanted.includes(SubnetId))
    .map(
      (subnet) =>
        `<item><subnetId>${subnet.SubnetId}</subnetId><vpcId>${subnet.VpcId}</vpcId>` +
        `<availableIpAddressCount>${subnet.AvailableIpAddressCount}</availableIpAddressCount></item>`,
    );
  return { status: 200, headers: xml, body: `<DescribeSubnetsResponse><subnetSet>${items.join('')}</subnetSet></DescribeSubnetsResponse>` };
}

const callerIdentity: WireAnswer = {
  status: 200,
  headers: xml,
  body:
    '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::111111111111:assumed-role/platform-admin/jane</Arn>' +
    '<UserId>AROA:jane</UserId><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
};

function assumeRole(form: URLSearchParams): WireAnswer {
  const credentials =
    '<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>' +
    `<Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>`;
  return {
    status: 200,
    headers: xml,
    body:
      `<AssumeRoleResponse><AssumeRoleResult><Credentials>${credentials}</Credentials><AssumedRoleUser><Arn>${form.get('RoleArn')}</Arn>` +
      '<AssumedRoleId>x</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>',
  };
}
