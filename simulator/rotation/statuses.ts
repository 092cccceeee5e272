import type { KubernetesAnswer } from '../../functions/rotation/ports.ts';

/** `Status` of the API server, the body of what is no object.
 *  @see https://github.com/kubernetes/apimachinery/blob/v0.34.4/pkg/api/errors/errors.go */
function failure(code: number, reason: string, message: string, details?: object): KubernetesAnswer {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason ? { reason } : {}),
    ...(details ? { details } : {}),
    code,
  };
  return { status: code, body };
}

export const created: KubernetesAnswer = {
  status: 201,
  body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
};

export function notFound(resource: string, name: string): KubernetesAnswer {
  return failure(404, 'NotFound', `${resource} "${name}" not found`, { name, kind: resource });
}

export function conflict(resource: string, name: string, why: string): KubernetesAnswer {
  return failure(409, 'Conflict', `Operation cannot be fulfilled on ${resource} "${name}": ${why}`, { name, kind: resource });
}

export function forbidden(resource: string, name: string, why: string): KubernetesAnswer {
  return failure(403, 'Forbidden', `${resource} "${name}" is forbidden: ${why}`, { name, kind: resource });
}

/** @see https://github.com/kubernetes/apiserver/blob/v0.34.4/pkg/admission/plugin/namespace/lifecycle/admission.go Admit */
export function namespaceTerminating(pod: string, namespace: string): KubernetesAnswer {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  return failure(403, 'Forbidden', `pods "${pod}" is forbidden: ${why}`, {
    name: pod,
    kind: 'pods',
    causes: [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }],
  });
}

/** @param retryAfterSeconds where the API server gives one */
export function tooManyRequests(cause: string, retryAfterSeconds?: number): KubernetesAnswer {
  return failure(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message: cause }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

export const twoBudgets: KubernetesAnswer = failure(
  500,
  '',
  'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
);

export function webhookFailed(name: string): KubernetesAnswer {
  const why = `failed calling webhook "${name}": failed to call webhook: Post "https://${name}.svc:443/?timeout=10s": no endpoints available for service`;
  return failure(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] });
}

/** Any status, where a test wants one. */
export function answerOf(status: number, message: string): KubernetesAnswer {
  return failure(status, reasons[status] ?? 'Unknown', message);
}

const reasons: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};
