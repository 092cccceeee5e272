import { product } from '../../config/product.ts';
import { CollectionError } from '../../inventory/error-codes.ts';
import type { KubernetesAnswer, KubernetesReadPort, KubernetesWritePort, PodName } from '../../rotation/ports.ts';
import { accessReview } from './access-review.ts';
import { errorOf, jsonOf } from './answers.ts';
import { type Answer, type BodyRequest, ConnectionLost } from './api-server.ts';
import { kubernetesPort } from './kubernetes-port.ts';
import { type KubernetesPortOptions, nameOf, requester } from './requester.ts';
import { pauseBeforeRepeat } from './retries.ts';

const json = 'application/json';

/** Writes are small, and some wait for admission webhooks (10 s each by default): as many as evictions may be outstanding by default. */
const writesInFlight = 20;

/** The API server of one cluster for a rotation. Reads are those of a scan, with its retries. A write is sent again once after its
 *  connection was lost: all of them are conditional, on a uid or a version, or say how an object should be. */
export function kubernetesRotationPort(options: KubernetesPortOptions): KubernetesReadPort & KubernetesWritePort {
  const ask = requester(options, writesInFlight);
  const write = async (sent: BodyRequest): Promise<KubernetesAnswer> => {
    const what = nameOf(sent, options.cluster);
    const answer = await ask(sent, json, pauseBeforeRepeat).catch(unreachable);
    return { status: answer.status, body: bodyOf(answer, what) };
  };
  return {
    ...kubernetesPort(options),
    async createSelfSubjectAccessReview(spec) {
      const review = accessReview(spec);
      const what = nameOf(review, options.cluster);
      const answer = await ask(review, json);
      if (answer.status !== 201) throw errorOf(answer, what);
      return jsonOf(answer, what);
    },
    patch: (path, patch) =>
      write({
        method: 'PATCH',
        path: `${path}?${new URLSearchParams({ fieldManager: product.name })}`,
        contentType: 'application/merge-patch+json',
        body: JSON.stringify(patch),
      }),
    evictPod: (pod, { gracePeriodSeconds } = {}) =>
      write({
        method: 'POST',
        path: `${pathOf(pod)}/eviction`,
        contentType: json,
        body: JSON.stringify({
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { namespace: pod.namespace, name: pod.name },
          // 0 s would kill it at once: only what was asked for is passed on.
          deleteOptions: { preconditions: { uid: pod.uid }, ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) },
        }),
      }),
    deletePod: (pod) =>
      write({
        method: 'DELETE',
        path: pathOf(pod),
        contentType: json,
        body: JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: pod.uid } }),
      }),
  };
}

function pathOf({ namespace, name }: PodName): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
}

/** Who answers an error may be a proxy, which does not speak JSON: then it is the text. Success must be an object of the API.
 *  @throws CollectionError InvalidResponse when something claims success that is no API server */
function bodyOf(answer: Answer, what: string): unknown {
  try {
    return jsonOf(answer, what);
  } catch (error) {
    if (answer.status < 300) throw error;
    return answer.body;
  }
}

/** Whether the write was done is not known, however the connection broke. */
function unreachable(error: unknown): never {
  if (error instanceof ConnectionLost) throw new CollectionError('EndpointUnreachable', error.message, { cause: error });
  throw error;
}
