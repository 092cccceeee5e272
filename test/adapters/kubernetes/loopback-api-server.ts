import { execFileSync } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { gzipSync } from 'node:zlib';
import * as world from '../../contract/fixture.ts';
import { listening } from '../../loopback.ts';

export interface SeenRequest {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
}

/** Answers instead of the world, and returns true; false lets the world answer. */
export type Interceptor = (request: SeenRequest, response: ServerResponse, nth: number) => boolean;

export interface LoopbackApiServer {
  readonly endpoint: string;
  readonly requests: SeenRequest[];
  readonly connections: () => number;
  /** Bytes of bodies sent by the world, as compressed. */
  readonly bytes: () => number;
  close(): Promise<void>;
}

/** A self-signed certificate for 127.0.0.1, made on the spot: PEM with key and certificate. */
export function selfSigned(): string {
  const arguments_ = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=loopback -keyout - -out -';
  return execFileSync('openssl', [...arguments_.split(' '), '-addext', 'subjectAltName=IP:127.0.0.1'], { encoding: 'utf8', stdio: 'pipe' });
}

/** An HTTPS server on a free port of 127.0.0.1 that answers like a Kubernetes API server, over the world of fixture.ts. */
export async function loopbackApiServer(pem: string, intercept: Interceptor = () => false): Promise<LoopbackApiServer> {
  const requests: SeenRequest[] = [];
  let connections = 0;
  let bytes = 0;
  const server = createServer({ key: pem, cert: pem }, (request, response) => {
    const seen = { url: new URL(request.url ?? '/', 'https://loopback'), headers: request.headers };
    requests.push(seen);
    if (intercept(seen, response, requests.length)) return;
    const { status, type = 'application/json', text } = textAnswer(seen) ?? jsonAnswer(seen);
    const compressed = request.headers['accept-encoding'] === 'gzip';
    const raw = compressed ? gzipSync(text) : Buffer.from(text);
    bytes += raw.length;
    response.writeHead(status, { 'content-type': type, ...(compressed ? { 'content-encoding': 'gzip' } : {}) }).end(raw);
  });
  server.on('secureConnection', () => {
    connections += 1;
  });
  const { port, close } = await listening(server);
  return {
    endpoint: `https://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    bytes: () => bytes,
    close,
  };
}

/** An error as the Kubernetes API gives it. */
export function statusAnswer(
  response: ServerResponse,
  code: number,
  message: string,
  more: { headers?: object; metadata?: object } = {},
): true {
  const body = { kind: 'Status', apiVersion: 'v1', metadata: more.metadata ?? {}, status: 'Failure', message, code };
  response.writeHead(code, { 'content-type': 'application/json', ...more.headers }).end(JSON.stringify(body));
  return true;
}

interface Answered {
  readonly status: number;
  readonly type?: string;
  readonly text: string;
}

function textAnswer({ url }: SeenRequest): Answered | undefined {
  const text = new Map<string, string>(Object.entries(world.texts)).get(url.pathname);
  return text === undefined ? undefined : { status: 200, type: 'text/plain; version=0.0.4', text };
}

function jsonAnswer(request: SeenRequest): Answered {
  const { status, body } = answerOf(request);
  return { status, text: JSON.stringify(body) };
}

function answerOf({ url, headers }: SeenRequest): { readonly status: number; readonly body: object } {
  if (url.pathname === '/version') return { status: 200, body: world.kubernetesVersion };
  const all: Readonly<Record<string, readonly Listed[]>> = world.kubernetesObjects;
  const [, namespace] = /\/namespaces\/([^/]+)\//.exec(url.pathname) ?? [];
  const listed = all[url.pathname.replace(/\/namespaces\/[^/]+/, '')];
  if (!listed) return url.pathname.endsWith('/deployments/web') ? { status: 200, body: world.deployment } : notFound;
  const items = listed.filter(
    (object) => (namespace === undefined || object.metadata.namespace === namespace) && isSelected(object, url.searchParams),
  );
  const start = Number(url.searchParams.get('continue') ?? 0);
  const end = start + Number(url.searchParams.get('limit') ?? items.length);
  const metadata = { resourceVersion: '1', ...(end < items.length ? { continue: String(end) } : {}) };
  const some = items.slice(start, end);
  const metadataOnly = headers.accept === 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
  return { status: 200, body: { metadata, items: metadataOnly ? some.map((item) => ({ metadata: item.metadata })) : some } };
}

interface Listed {
  readonly type?: string;
  readonly metadata: { readonly namespace?: string; readonly labels?: object };
}

/** Labels by presence, absence, equality, inequality and sets; of the fields the type of a Secret. */
function isSelected({ type = '', metadata }: Listed, query: URLSearchParams): boolean {
  const labels = new Map<string, string>(Object.entries(metadata.labels ?? {}));
  const has = (requirement: string) => {
    const [, set, among] = /^(\S+) in \((.*)\)$/.exec(requirement) ?? [];
    if (set !== undefined) return among?.split(',').includes(labels.get(set) ?? '') ?? false;
    if (requirement.startsWith('!')) return !labels.has(requirement.slice(1));
    const [key = '', value] = requirement.split(/!?=/);
    if (value === undefined) return labels.has(key);
    return requirement.includes('!=') ? labels.get(key) !== value : labels.get(key) === value;
  };
  const wanted = (name: string) => query.get(name)?.split(/,(?![^(]*\))/) ?? [];
  return wanted('labelSelector').every(has) && wanted('fieldSelector').every((field) => field === `type=${type}`);
}

const notFound = {
  status: 404,
  body: { kind: 'Status', status: 'Failure', message: 'the server could not find the requested resource', code: 404 },
};
