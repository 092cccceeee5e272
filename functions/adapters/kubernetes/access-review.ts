import type { BodyRequest } from './api-server.ts';

/** Asks whether we may do something. It changes nothing, so it may be sent twice. */
export function accessReview(spec: object): BodyRequest {
  return {
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    contentType: 'application/json',
    body: JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec }),
  };
}
