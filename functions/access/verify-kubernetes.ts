import * as z from 'zod';
import { parseAnswer } from '../inventory/parse.ts';
import { type AccessRequirement, accessRequirements, accessText, excessiveAccess } from './access-requirements.ts';
import type { EvidenceChoice } from './evidence-in-use.ts';
import type { KubernetesAccessPort } from './ports.ts';

export interface KubernetesAccess {
  /** What a scan needs and may not, e.g. `list pods`. */
  readonly missing: readonly string[];
  /** What a scan must not be able to do and may. */
  readonly excessive: readonly string[];
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/ */
const review = z.looseObject({ status: z.object({ allowed: z.boolean() }) });

/** Asks the API server, for whoever is signed in, about every verb that a scan needs, and about those that it must not have.
 *  @throws CollectionError when the API server cannot be asked */
export async function verifyKubernetes(port: KubernetesAccessPort, choice: EvidenceChoice): Promise<KubernetesAccess> {
  const allowed = async (access: AccessRequirement): Promise<boolean> => {
    const answer = await port.createSelfSubjectAccessReview(specOf(access));
    return parseAnswer(review, answer, `SelfSubjectAccessReview of ${accessText(access)}`).status.allowed;
  };
  const select = async (list: readonly AccessRequirement[], wanted: boolean): Promise<string[]> => {
    const answers = await Promise.all(list.map(allowed));
    return list.filter((_, index) => answers[index] === wanted).map(accessText);
  };
  const missing = await select(accessRequirements(choice), false);
  const [everything, ...others] = excessiveAccess(choice);
  // An administrator may do all of it: that is one thing to say, not thirteen.
  const all = everything === undefined ? [] : await select([everything], true);
  return { missing, excessive: all.length > 0 ? all : await select(others, true) };
}

/** All namespaces, which is what an absent `namespace` means. */
function specOf(access: AccessRequirement): object {
  if ('nonResourceURL' in access) return { nonResourceAttributes: { path: access.nonResourceURL, verb: access.verb } };
  const { apiGroup, resource, subresource, verb } = access;
  return { resourceAttributes: { group: apiGroup, resource, verb, ...(subresource === undefined ? {} : { subresource }) } };
}
