import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request as startRequest } from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import { userAgent } from '../../config/product.ts';
import { CollectionError, messageOf } from '../../inventory/error-codes.ts';
import type { Meter } from '../meter.ts';
import { systemCodeOf, unreachableReason } from '../network-errors.ts';

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
  /** The same on a connection of its own, with the body of a 200 left to who reads `chunks`: these are decompressed, fail like `send`, and
   *  must be read to the end or left, which closes the connection. The body of any other answer is read whole. */
  stream(request: Sent, accept: string, tls: RequestOptions): Promise<StreamedAnswer>;
}

export interface StreamedAnswer extends Answer {
  readonly chunks: AsyncIterable<Buffer>;
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
  return {
    async send(sent, accept, tls) {
      const opened = await open(sent, accept, tls, agent, options);
      return wholeAnswer(opened);
    },
    async stream(sent, accept, tls) {
      // No agent: a new connection, which a load balancer in front of several API servers may give to another of them.
      const opened = await open(sent, accept, tls, false, options);
      const { response } = opened;
      if (response.statusCode !== 200) return { ...(await wholeAnswer(opened)), chunks: Readable.from([]) };
      return { status: 200, headers: response.headers, body: '', chunks: decompressed(opened) };
    },
  };
}

/** An answer whose headers are there. */
interface Opened {
  readonly what: string;
  readonly response: IncomingMessage;
  /** The body as on the wire, counted; ends the request when it is left. */
  readonly chunks: AsyncIterable<Buffer>;
}

async function open(
  sent: Sent,
  accept: string,
  { ca, headers }: RequestOptions,
  agent: Agent | false,
  options: ApiServerOptions,
): Promise<Opened> {
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
  try {
    const response = await responseTo(request);
    return { what, response, chunks: chunksOf(response, what, watch, options) };
  } catch (error) {
    watch.end();
    throw watch.expired() ?? failureOf(error, what, false, deadline);
  }
}

async function* chunksOf(
  response: IncomingMessage,
  what: string,
  watch: Watch,
  { meter, deadline }: ApiServerOptions,
): AsyncIterable<Buffer> {
  try {
    for await (const chunk of response) {
      meter.answer('kubernetes', chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw watch.expired() ?? failureOf(error, what, true, deadline);
  } finally {
    watch.end();
  }
}

async function wholeAnswer({ response, chunks, what }: Opened): Promise<Answer> {
  const body = Buffer.concat(await Array.fromAsync(chunks));
  return { status: response.statusCode ?? 0, headers: response.headers, body: await textOf(body, response.headers, what) };
}

async function* decompressed({ response, chunks, what }: Opened): AsyncIterable<Buffer> {
  if (response.headers['content-encoding'] !== 'gzip') return yield* chunks;
  const unzipping = createGunzip();
  // What goes wrong on the wire comes out of the end that is read.
  pipeline(Readable.from(chunks), unzipping, () => {});
  try {
    yield* unzipping;
  } catch (error) {
    throw error instanceof CollectionError ? error : unreadableGzip(what, error);
  } finally {
    // Whoever leaves early does not wait for a server that has stopped sending.
    response.destroy();
  }
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

async function textOf(body: Buffer, headers: IncomingHttpHeaders, what: string): Promise<string> {
  if (headers['content-encoding'] !== 'gzip') return body.toString('utf8');
  try {
    return (await unzip(body)).toString('utf8');
  } catch (error) {
    throw unreadableGzip(what, error);
  }
}

function unreadableGzip(what: string, cause: unknown): CollectionError {
  return new CollectionError('InvalidResponse', `${what}: answered gzip that cannot be read`, { cause });
}

interface Watch {
  /** Why the request was ended, if it was. */
  expired(): CollectionError | undefined;
  end(): void;
}

/** Ends a request that takes too long to connect, or as a whole. */
function watchTimes(request: ClientRequest, what: string, { connectTimeoutMs, requestTimeoutMs }: ApiServerOptions): Watch {
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
