import * as z from 'zod';
import { CollectionError } from '../../inventory/error-codes.ts';
import { parseAnswer } from '../../inventory/parse.ts';
import type { ClusterEndpoint, KubernetesPort } from '../../inventory/ports.ts';
import type { Meter } from '../meter.ts';
import { errorOf, inconsistentContinue, jsonOf, unauthorized } from './answers.ts';
import { type Answer, apiServer, ConnectionLost } from './api-server.ts';
import { inFlightLimit } from './in-flight.ts';
import { pauseBeforeRetry, sleepUntilRetry } from './retries.ts';
import type { TokenSource } from './token-source.ts';

/** A guest's share: priority and fairness of the API server gives its own components the rest. */
const requestsInFlight = 2;

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

const accepts = {
  objects: 'application/json',
  metadata: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
};

/** The API server of one cluster: at most two requests in flight, throttling and short failures retried, an expired token renewed once. */
export function kubernetesPort(options: KubernetesPortOptions): KubernetesPort {
  const ask = requester(options);
  const what = (path: string) => `GET ${path} of cluster ${options.cluster.name}`;
  return {
    async get(path) {
      return okJson(await ask(path, accepts.objects), what(path));
    },
    list: (path, { limit, metadataOnly }) =>
      listPages(path, limit, what(path), (pagePath) => ask(pagePath, metadataOnly ? accepts.metadata : accepts.objects)),
  };
}

const listPage = z.looseObject({ metadata: z.object({ continue: z.string().nullish() }).nullish() });

/** A continue token lives five minutes or so. The 410 of an expired one carries another, with which the list goes on behind the last key in
 *  the newest state: nothing comes twice, as it could after a new start, and the snapshot spans the scan anyway.
 *  @see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
async function* listPages(path: string, limit: number, what: string, ask: (path: string) => Promise<Answer>): AsyncIterable<unknown> {
  let token: string | undefined;
  let expired = false;
  do {
    const answer: Answer = await ask(withQuery(path, { limit: String(limit), ...(token ? { continue: token } : {}) }));
    const goOn: string | undefined = answer.status === 410 && !expired ? inconsistentContinue(answer) : undefined;
    expired = goOn !== undefined;
    if (goOn) {
      token = goOn;
      continue;
    }
    const page = parseAnswer(listPage, okJson(answer, what), what);
    yield page;
    token = page.metadata?.continue ?? undefined;
  } while (token);
}

function withQuery(path: string, parameters: Record<string, string>): string {
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`;
}

function okJson(answer: Answer, what: string): unknown {
  if (answer.status !== 200) throw errorOf(answer, what);
  return jsonOf(answer, what);
}

/** One request with all its tries. */
function requester(options: KubernetesPortOptions): (path: string, accept: string) => Promise<Answer> {
  const { cluster, tokens, deadline, principalArn } = options;
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

  const attempt = async (path: string, accept: string): Promise<Answer | ConnectionLost> => {
    const token = await tokens.current();
    const send = async () => server.get(path, accept, { ca, headers: { authorization: `Bearer ${token}` } });
    const answer = await send().catch(orConnectionLost);
    if (answer instanceof ConnectionLost) return answer;
    if (answer.status === 401) tokens.refuse(token);
    else letInBefore = true;
    return answer;
  };

  return (path, accept) =>
    inTurn(async () => {
      const what = `GET ${path} of cluster ${cluster.name}`;
      let renewed = false;
      for (let tries = 1; ; tries += 1) {
        if (deadline.aborted) throw new CollectionError('Timeout', `${what}: not asked before the deadline of the scan`);
        const outcome = await attempt(path, accept);
        if (!(outcome instanceof ConnectionLost) && outcome.status === 401) {
          if (renewed)
            throw unauthorized(outcome, what, {
              clusterName: cluster.name,
              region: options.region,
              principalArn,
              letInBefore,
              now: clock(),
            });
          renewed = true;
          continue;
        }
        const wait = pauseBeforeRetry(outcome, tries, Math.random());
        if (wait !== undefined) await pause(wait, deadline).catch(() => {});
        else if (outcome instanceof ConnectionLost) throw outcome;
        else return outcome;
      }
    });
}

function orConnectionLost(error: unknown): ConnectionLost {
  if (error instanceof ConnectionLost) return error;
  throw error;
}
