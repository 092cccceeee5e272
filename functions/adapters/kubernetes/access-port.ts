import type { KubernetesAccessPort } from '../../access/ports.ts';
import { product } from '../../config/product.ts';
import { CollectionError } from '../../inventory/error-codes.ts';
import { accessReview } from './access-review.ts';
import { describe, errorOf, jsonOf } from './answers.ts';
import type { Answer, Sent } from './api-server.ts';
import { type KubernetesPortOptions, nameOf, requester } from './requester.ts';

const json = 'application/json';

/** The API server of one cluster for `greenlight access`. All it sends may be sent twice: a review changes nothing, and an apply says how
 *  things should be; so throttling and lost connections are retried, and an expired token is renewed once, as in a scan. */
export function kubernetesAccessPort(options: KubernetesPortOptions): KubernetesAccessPort {
  const ask = requester(options);
  const answerTo = async (sent: Sent): Promise<unknown> => {
    const what = nameOf(sent, options.cluster);
    const answer = await ask(sent, json);
    if (answer.status !== 200 && answer.status !== 201) throw refusal(answer, what, sent, options.principalArn);
    return jsonOf(answer, what);
  };
  return {
    get: (path) => answerTo({ method: 'GET', path }),
    createSelfSubjectAccessReview: (spec) => answerTo(accessReview(spec)),
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
