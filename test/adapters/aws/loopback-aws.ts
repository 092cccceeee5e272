import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as world from '../../contract/fixture.ts';
import { listening } from '../../loopback.ts';
import { accountAnswer } from './loopback-account.ts';
import { eksError, page as pageOf, pageToken, type SeenRequest, type WireAnswer, xml } from './loopback-answers.ts';

export { ec2Error, eksError, queryError, type SeenRequest, type WireAnswer } from './loopback-answers.ts';

/** Answers instead of the world; undefined lets the world answer, `hang` nobody. */
export type Interceptor = (request: SeenRequest, nth: number) => WireAnswer | 'hang' | undefined;

export interface LoopbackAws {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** Bytes of bodies sent. */
  readonly bytes: () => number;
  close(): Promise<void>;
}

/** A server on a free port of 127.0.0.1 that speaks the protocols of EKS (REST JSON), EC2, Auto Scaling and STS (query), Systems Manager,
 *  CloudWatch and Service Quotas (JSON), over the world of fixture.ts. */
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

function answerOf(request: SeenRequest): WireAnswer {
  const action = request.form.get('Action');
  if (action === 'GetCallerIdentity') return callerIdentity;
  if (action === 'AssumeRole') return assumeRole(request.form);
  return accountAnswer(request) ?? eks(request);
}

function eks(request: SeenRequest): WireAnswer {
  const { url } = request;
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
  if (kind === 'insights') return insights(request, item);
  if (kind === 'updates') return updates(request.url, item);
  if (kind === 'addons') return item === undefined ? page(url, 'addons', [world.addon.addonName]) : one('addon', item, world.addon);
  if (item === undefined) return page(url, 'fargateProfileNames', [world.fargateProfile.fargateProfileName]);
  return one('fargateProfile', item, world.fargateProfile);
}

/** ListInsights is a POST, whose body has the token. */
function insights({ body }: SeenRequest, id: string | undefined): WireAnswer {
  if (id === undefined) {
    const summaries = world.insights.map(({ recommendation: _, resources: __, categorySpecificSummary: ___, ...summary }) => summary);
    const { items, next } = pageOf(summaries.map(withSeconds('lastRefreshTime')), JSON.parse(body || '{}').nextToken ?? null);
    return json({ insights: items, ...(next === undefined ? {} : { nextToken: pageToken(next) }) });
  }
  const found = world.insights.find((one) => one.id === id);
  if (!found) return notFound(`No insight found for id: ${id}.`);
  const [details] = found.categorySpecificSummary.deprecationDetails;
  const deprecationDetails = [{ ...details, clientStats: details?.clientStats.map(withSeconds('lastRequestTime')) }];
  return json({ insight: { ...withSeconds('lastRefreshTime')(found), categorySpecificSummary: { deprecationDetails } } });
}

function updates(url: URL, id: string | undefined): WireAnswer {
  if (id === undefined)
    return page(
      url,
      'updateIds',
      world.updates.map((update) => update.id),
    );
  return one(
    'update',
    id,
    world.updates.find((update) => update.id === id),
  );
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

function page(url: URL, member: string, all: readonly unknown[]): WireAnswer {
  const { items, next } = pageOf(all, url.searchParams.get('nextToken'));
  return json({ [member]: items, ...(next === undefined ? {} : { nextToken: pageToken(next) }) });
}

function json(body: object): WireAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function notFound(message: string): WireAnswer {
  return eksError(404, 'ResourceNotFoundException', message);
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
