import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import {
  type Interceptor as AwsInterceptor,
  eksError,
  type LoopbackAws,
  loopbackAws,
  type WireAnswer,
} from '../adapters/aws/loopback-aws.ts';
import * as fixture from '../contract/fixture.ts';
import { listening } from '../loopback.ts';
import { type AccessWorld, kubernetesAnswers } from './access-world.ts';

export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers instead of the world, and returns true. */
export type Interceptor = (request: SeenRequest, response: ServerResponse, nth: number) => boolean;

/** An API server over an access world, on a free port of 127.0.0.1. */
export async function loopbackCluster(pem: string, world: AccessWorld, intercept: Interceptor = () => false) {
  const requests: SeenRequest[] = [];
  const answers = kubernetesAnswers(world);
  const answerOf = ({ method, url, body, headers }: SeenRequest) => {
    if (world.unknownPrincipal) return { status: 401, body: { kind: 'Status', message: 'Unauthorized', code: 401 } };
    if (method === 'GET') return answers.get(url.pathname);
    if (method === 'POST')
      return answers.review(z.object({ kind: z.literal('SelfSubjectAccessReview'), spec: z.unknown() }).parse(JSON.parse(body)).spec);
    if (headers['content-type'] !== 'application/apply-patch+yaml')
      return { status: 415, body: { kind: 'Status', message: 'unsupported', code: 415 } };
    const manager = url.searchParams.get('fieldManager') ?? '';
    return answers.apply(url.pathname, z.looseObject({}).parse(JSON.parse(body)), {
      dryRun: url.searchParams.get('dryRun') === 'All',
      manager,
    });
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', headers } = request;
    const seen = { method, headers, url: new URL(request.url ?? '/', 'https://loopback'), body: await text(request) };
    requests.push(seen);
    if (intercept(seen, response, requests.length)) return;
    const { status, body } = answerOf(seen);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const server = createServer({ key: pem, cert: pem }, (request, response) => void serve(request, response));
  const { port, close } = await listening(server);
  return {
    endpoint: `https://127.0.0.1:${port}`,
    requests,
    close,
  };
}

const entryRequest = z.object({ principalArn: z.string().optional(), kubernetesGroups: z.array(z.string()) });

/** AWS over an access world: access entries and the denied actions of EKS; the cluster `payments` has the endpoint. Everything else is
 *  answered by the world of the contract tests. */
export function loopbackAccessAws(world: AccessWorld, cluster: { readonly endpoint: string; readonly pem: string }): Promise<LoopbackAws> {
  const intercept: AwsInterceptor = ({ method, url, form }) => {
    const parts = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
    const [collection, name, kind, principal] = parts;
    if (collection !== 'clusters' || name !== 'payments') return undefined;
    const operation = operationOf(method, kind, principal);
    if (operation && world.denied.has(`eks:${operation}`))
      return eksError(403, 'AccessDeniedException', `no identity-based policy allows eks:${operation}`);
    if (kind === undefined) return json({ cluster: describedCluster(world, cluster) });
    if (kind !== 'access-entries') return undefined;
    const body = method === 'GET' ? undefined : entryRequest.parse(JSON.parse([...form.keys()].join('')));
    return accessEntry(world, principal ?? body?.principalArn ?? '', operation, body?.kubernetesGroups ?? []);
  };
  return loopbackAws(intercept);
}

function operationOf(method: string, kind: string | undefined, item: string | undefined): string | undefined {
  if (kind === undefined) return 'DescribeCluster';
  if (kind === 'access-entries')
    return method === 'GET' ? 'DescribeAccessEntry' : item === undefined ? 'CreateAccessEntry' : 'UpdateAccessEntry';
  if (kind === 'addons') return item === undefined ? 'ListAddons' : 'DescribeAddon';
  return undefined;
}

function accessEntry(world: AccessWorld, principalArn: string, operation: string | undefined, groups: readonly string[]): WireAnswer {
  const present = world.entries.get(principalArn);
  if (operation === 'CreateAccessEntry' ? present : !present)
    return present
      ? eksError(409, 'ResourceInUseException', 'The specified access entry resource is already in use on this cluster.')
      : eksError(404, 'ResourceNotFoundException', `The specified principalArn could not be found: ${principalArn}`);
  if (operation !== 'DescribeAccessEntry') {
    world.writes.push(`${operation === 'CreateAccessEntry' ? 'create' : 'update'} ${principalArn}`);
    world.entries.set(principalArn, groups);
  }
  return json({ accessEntry: { principalArn, kubernetesGroups: world.entries.get(principalArn), type: 'STANDARD' } });
}

function describedCluster(world: AccessWorld, { endpoint, pem }: { readonly endpoint: string; readonly pem: string }): object {
  const certificateAuthority = { data: Buffer.from(pem).toString('base64') };
  const { authenticationMode } = world;
  const accessConfig = authenticationMode === undefined ? {} : { accessConfig: { authenticationMode } };
  return { ...fixture.cluster, createdAt: 0, endpoint, certificateAuthority, ...accessConfig };
}

function json(body: object): WireAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
