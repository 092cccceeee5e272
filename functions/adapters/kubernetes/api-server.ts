import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request as startRequest } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { CollectionError, messageOf } from '../../inventory/error-codes.ts';
import type { Meter } from '../meter.ts';
import { systemCodeOf, unreachableReason } from '../network-errors.ts';
import { userAgent } from '../product.ts';

export interface ApiServerOptions {
  /** https URL */
  readonly endpoint: string;
  readonly maxSockets: number;
  readonly connectTimeoutMs: number;
  /** From the request to the last byte of the answer. */
  readonly requestTimeoutMs: number;
  readonly gzip: boolean;
  readonly deadline: AbortSignal;
  readonly meter: Meter;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: string;
}

/** The connection broke in the middle: worth another try, unlike one that never came about. */
export class ConnectionLost extends CollectionError {}

export interface ApiServer {
  /** One request on the wire. `tls` holds the CA and the Authorization header.
   *  @throws CollectionError EndpointUnreachable, Timeout; ConnectionLost */
  send(request: Sent, accept: string, tls: RequestOptions): Promise<Answer>;
}

/** A request with a body, or without one. */
export type Sent = BodyRequest | { readonly method: 'GET'; readonly path: string; readonly body?: undefined };

export interface BodyRequest {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

const unzip = promisify(gunzip);

export function apiServer(options: ApiServerOptions): ApiServer {
  const agent = new Agent({ keepAlive: true, maxSockets: options.maxSockets });
  const exchange = async (sent: Sent, accept: string, { ca, headers }: RequestOptions): Promise<Answer> => {
    const { endpoint, deadline, meter, gzip } = options;
    meter.request('kubernetes');
    const fixed = { accept, 'user-agent': userAgent, 'accept-encoding': gzip ? 'gzip' : 'identity' };
    const request = startRequest(new URL(sent.path, endpoint), {
      method: sent.method,
      agent,
      ca,
      rejectUnauthorized: true,
      headers: { ...headers, ...fixed, ...(sent.body === undefined ? {} : headersOfBody(sent)) },
      signal: deadline,
    });
    request.end(sent.body);
    const what = `${sent.method} ${sent.path} of ${endpoint}`;
    const watch = watchTimes(request, what, options);
    let response: IncomingMessage | undefined;
    try {
      response = await responseTo(request);
      const body = await bodyOf(response, meter);
      return { status: response.statusCode ?? 0, headers: response.headers, body: await textOf(body, response.headers, what) };
    } catch (error) {
      throw watch.expired() ?? failureOf(error, what, response !== undefined, deadline);
    } finally {
      watch.end();
    }
  };
  return { send: exchange };
}

/** With its length: Node.js sends the body of a DELETE without saying that there is one, and a server takes it for another request. */
function headersOfBody({ contentType, body }: BodyRequest) {
  return { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays for the life of the request: what comes after the response began is reported by the response.
    request.on('error', reject);
  });
}

async function bodyOf(response: IncomingMessage, meter: Meter): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    meter.answer('kubernetes', chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function textOf(body: Buffer, headers: IncomingHttpHeaders, what: string): Promise<string> {
  if (headers['content-encoding'] !== 'gzip') return body.toString('utf8');
  try {
    return (await unzip(body)).toString('utf8');
  } catch (error) {
    throw new CollectionError('InvalidResponse', `${what}: answered gzip that cannot be read`, { cause: error });
  }
}

/** Ends a request that takes too long to connect, or as a whole. */
function watchTimes(request: ClientRequest, what: string, { connectTimeoutMs, requestTimeoutMs }: ApiServerOptions) {
  let expired: CollectionError | undefined;
  const expire = (error: CollectionError) => {
    expired = error;
    request.destroy(error);
  };
  const whole = setTimeout(
    () => expire(new CollectionError('Timeout', `${what}: no complete answer within ${requestTimeoutMs / 1000} s`)),
    requestTimeoutMs,
  );
  let connecting: NodeJS.Timeout | undefined;
  request.once('socket', (socket) => {
    if (!socket.connecting) return;
    const unreachable = new CollectionError(
      'EndpointUnreachable',
      `${what}: no connection within ${connectTimeoutMs / 1000} s; is the endpoint private, or is this address not among its public access CIDRs?`,
    );
    connecting = setTimeout(() => expire(unreachable), connectTimeoutMs);
    // TCP only: a server that accepts and then says nothing has been reached.
    socket.once('connect', () => clearTimeout(connecting));
  });
  return {
    expired: () => expired,
    end: () => {
      clearTimeout(whole);
      clearTimeout(connecting);
    },
  };
}

function failureOf(error: unknown, what: string, answered: boolean, deadline: AbortSignal): CollectionError {
  if (error instanceof CollectionError) return error;
  const fail = { cause: error };
  if (deadline.aborted) return new CollectionError('Timeout', `${what}: not answered before the deadline`, fail);
  if (answered) return new ConnectionLost('InvalidResponse', `${what}: the answer broke off before its end`, fail);
  const code = systemCodeOf(error);
  const reason = unreachableReason(error) ?? messageOf(error);
  if (code === 'ECONNRESET' || code === 'EPIPE') return new ConnectionLost('EndpointUnreachable', `${what}: ${reason}`, fail);
  if (code === 'ETIMEDOUT')
    return new CollectionError('EndpointUnreachable', `${what}: the operating system gave up connecting (${reason})`, fail);
  return new CollectionError(unreachableReason(error) ? 'EndpointUnreachable' : 'Internal', `${what}: ${reason}`, fail);
}
