import type { RequestOptions } from 'node:https';
import { CollectionError } from '../../inventory/error-codes.ts';
import type { ClusterEndpoint } from '../../inventory/ports.ts';
import type { Meter } from '../meter.ts';
import { unauthorized } from './answers.ts';
import { type Answer, apiServer, ConnectionLost, type Sent, type StreamedAnswer } from './api-server.ts';
import { inFlightLimit } from './in-flight.ts';
import { pauseBeforeRetry, sleepUntilRetry } from './retries.ts';
import type { TokenSource } from './token-source.ts';

export interface KubernetesPortOptions {
  readonly cluster: ClusterEndpoint;
  /** ARN of the IAM role or user behind the tokens, for messages. */
  readonly principalArn: string;
  /** Region of the cluster, for the commands in messages. */
  readonly region?: string | undefined;
  readonly tokens: TokenSource;
  readonly deadline: AbortSignal;
  readonly meter: Meter;
  /** For one request, from its beginning to the last byte of the answer. */
  readonly timeoutSeconds: number;
  /** For a TCP connection. @default 5 */
  readonly connectTimeoutSeconds?: number | undefined;
  /** Ask for compressed answers: about 17 times fewer bytes of a large list, for CPU time of the API server. @default true */
  readonly gzip?: boolean | undefined;
  /** Waits between tries; may fail when the signal aborts. @default real time */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly clock?: () => Date;
}

/** A guest's share: priority and fairness of the API server gives its own components the rest. */
const guestsShare = 2;

/** @param accept media type of the answer
 *  @param pauseBefore milliseconds before the next try, undefined when there is none
 *  @throws CollectionError EndpointUnreachable, Timeout, InvalidResponse where no answer came; Unauthorized, AccessNotConfigured for a
 *  fresh token. Every other answer comes back, whatever its status */
export type Requester = (sent: Sent, accept: string, pauseBefore?: typeof pauseBeforeRetry) => Promise<Answer>;

/** The same on a connection of its own; the body of a 200 arrives with `chunks`. An answer that breaks off is not asked for again: who
 *  reads has seen the beginning of it. `read` takes one place among the requests in flight until it ends. */
export type Streamer = <T>(sent: Sent, accept: string, read: (answer: StreamedAnswer) => AsyncIterable<T>) => AsyncIterable<T>;

/** Requests to one API server, with all their tries: so many in flight at most, and a refused token renewed once. */
export function requester(options: KubernetesPortOptions, requestsInFlight?: number): Requester {
  return requests(options, requestsInFlight).ask;
}

/** Both kinds of requests, which share what is in flight. */
export function requests(
  options: KubernetesPortOptions,
  requestsInFlight = guestsShare,
): { readonly ask: Requester; readonly stream: Streamer } {
  const { cluster, tokens, deadline, principalArn, region } = options;
  const { connectTimeoutSeconds = 5, gzip = true, pause = sleepUntilRetry, clock = () => new Date() } = options;
  const server = apiServer({
    endpoint: cluster.endpoint,
    maxSockets: requestsInFlight,
    connectTimeoutMs: connectTimeoutSeconds * 1000,
    requestTimeoutMs: options.timeoutSeconds * 1000,
    gzip,
    deadline,
    meter: options.meter,
  });
  const inTurn = inFlightLimit(requestsInFlight);
  const ca = Buffer.from(cluster.certificateAuthorityData, 'base64');
  let letInBefore = false;

  const attempt = async <A extends Answer>(send: (tls: RequestOptions) => Promise<A>): Promise<A | ConnectionLost> => {
    const token = await tokens.current();
    const answer = await send({ ca, headers: { authorization: `Bearer ${token}` } }).catch(orConnectionLost);
    if (answer instanceof ConnectionLost) return answer;
    if (answer.status === 401) tokens.refuse(token);
    else letInBefore = true;
    return answer;
  };

  const answered = async <A extends Answer>(
    sent: Sent,
    send: (tls: RequestOptions) => Promise<A>,
    pauseBefore = pauseBeforeRetry,
  ): Promise<A> => {
    const what = nameOf(sent, cluster);
    let renewed = false;
    for (let tries = 1; ; tries += 1) {
      if (deadline.aborted) throw new CollectionError('Timeout', `${what}: not asked before the deadline`);
      const outcome = await attempt(send);
      if (!(outcome instanceof ConnectionLost) && outcome.status === 401) {
        if (renewed) throw unauthorized(outcome, what, { clusterName: cluster.name, region, principalArn, letInBefore, now: clock() });
        renewed = true;
        continue;
      }
      const wait = pauseBefore(outcome, tries, Math.random());
      if (wait !== undefined) await pause(wait, deadline).catch(() => {});
      else if (outcome instanceof ConnectionLost) throw outcome;
      else return outcome;
    }
  };

  return {
    ask: (sent, accept, pauseBefore) => inTurn(() => answered(sent, (tls) => server.send(sent, accept, tls), pauseBefore)),
    async *stream(sent, accept, read) {
      const leave = await placeIn(inTurn);
      try {
        yield* read(await answered(sent, (tls) => server.stream(sent, accept, tls)));
      } finally {
        leave();
      }
    },
  };
}

/** A place among the requests in flight, held until it is left. */
async function placeIn(inTurn: ReturnType<typeof inFlightLimit>): Promise<() => void> {
  return new Promise((enter) => {
    void inTurn(() => new Promise<void>(enter));
  });
}

/** A request, as messages name it. */
export function nameOf({ method, path }: Sent, { name }: Pick<ClusterEndpoint, 'name'>): string {
  return `${method} ${path} of cluster ${name}`;
}

function orConnectionLost(error: unknown): ConnectionLost {
  if (error instanceof ConnectionLost) return error;
  throw error;
}
