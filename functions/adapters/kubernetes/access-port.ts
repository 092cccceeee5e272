import type { KubernetesAccessPort } from '../../access/ports.ts';
import { CollectionError } from '../../inventory/error-codes.ts';
import { product } from '../product.ts';
import { describe, errorOf, jsonOf, unauthorized } from './answers.ts';
import { type Answer, apiServer, type BodyRequest, ConnectionLost } from './api-server.ts';
import { inFlightLimit } from './in-flight.ts';
import type { KubernetesPortOptions } from './kubernetes-port.ts';
import { pauseBeforeRetry, sleepUntilRetry } from './retries.ts';

const requestsInFlight = 2;
const json = 'application/json';

type Sent = BodyRequest | { readonly method: 'GET'; readonly path: string };

/** The API server of one cluster for `greenlight access`. All it sends may be sent twice: a review changes nothing, and an apply says how
 *  things should be; so throttling and lost connections are retried, and an expired token is renewed once, as in a scan. */
export function kubernetesAccessPort(options: KubernetesPortOptions): KubernetesAccessPort {
  const ask = requester(options);
  const answerTo = async (sent: Sent): Promise<unknown> => {
    const what = `${sent.method} ${sent.path} of cluster ${options.cluster.name}`;
    const answer = await ask(sent, what);
    if (answer.status !== 200 && answer.status !== 201) throw refusal(answer, what, sent, options.principalArn);
    return jsonOf(answer, what);
  };
  return {
    get: (path) => answerTo({ method: 'GET', path }),
    createSelfSubjectAccessReview: (spec) =>
      answerTo({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        contentType: json,
        body: JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec }),
      }),
    apply: (path, manifest, { dryRun }) =>
      answerTo({
        method: 'PATCH',
        path: `${path}?${new URLSearchParams({ fieldManager: product.name, force: 'false', ...(dryRun ? { dryRun: 'All' } : {}) })}`,
        // JSON is YAML.
        contentType: 'application/apply-patch+yaml',
        body: JSON.stringify(manifest),
      }),
  };
}

/** What a scan would do about it is not what an administrator does. */
function refusal(answer: Answer, what: string, { method }: Sent, principalArn: string): CollectionError {
  const error = errorOf(answer, what);
  const said = `${what}: ${describe(answer)}`;
  if (answer.status === 409)
    return new CollectionError(
      error.code,
      `${said}; somebody else manages these fields, and they are not taken away: bring the ClusterRole in the way they do, from greenlight access print --kubernetes`,
    );
  if (answer.status === 403)
    return new CollectionError(
      error.code,
      method === 'POST'
        ? `${said}; Kubernetes lets everybody who is signed in ask this (ClusterRole system:basic-user): is its binding gone?`
        : `${said}; ${principalArn} is no administrator of the cluster: an access entry with the policy AmazonEKSClusterAdminPolicy makes it one`,
    );
  return error;
}

/** One request with all its tries. */
function requester(options: KubernetesPortOptions): (sent: Sent, what: string) => Promise<Answer> {
  const { cluster, tokens, deadline, principalArn } = options;
  const { connectTimeoutSeconds = 5, gzip = true, pause = sleepUntilRetry, clock = () => new Date() } = options;
  const times = { connectTimeoutMs: connectTimeoutSeconds * 1000, requestTimeoutMs: options.timeoutSeconds * 1000 };
  const server = apiServer({ endpoint: cluster.endpoint, maxSockets: requestsInFlight, ...times, gzip, deadline, meter: options.meter });
  const inTurn = inFlightLimit(requestsInFlight);
  const ca = Buffer.from(cluster.certificateAuthorityData, 'base64');
  let letInBefore = false;

  const attempt = async (sent: Sent, token: string): Promise<Answer | ConnectionLost> => {
    const tls = { ca, headers: { authorization: `Bearer ${token}` } };
    try {
      return await (sent.method === 'GET' ? server.get(sent.path, json, tls) : server.send(sent, json, tls));
    } catch (error) {
      if (error instanceof ConnectionLost) return error;
      throw error;
    }
  };

  return (sent, what) =>
    inTurn(async () => {
      let refused = 0;
      for (let tries = 1; ; tries += 1) {
        if (deadline.aborted) throw new CollectionError('Timeout', `${what}: not asked before the deadline`);
        const token = await tokens.current();
        const outcome = await attempt(sent, token);
        if (!(outcome instanceof ConnectionLost)) {
          if (outcome.status !== 401) letInBefore = true;
          else {
            tokens.refuse(token);
            refused += 1;
            if (refused > 1)
              throw unauthorized(outcome, what, {
                clusterName: cluster.name,
                region: options.region,
                principalArn,
                letInBefore,
                now: clock(),
              });
            continue;
          }
        }
        const wait = pauseBeforeRetry(outcome, tries, Math.random());
        if (wait !== undefined) await pause(wait, deadline).catch(() => {});
        else if (outcome instanceof ConnectionLost) throw outcome;
        else return outcome;
      }
    });
}
