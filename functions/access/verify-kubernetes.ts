import * as z from 'zod';
import { parseAnswer } from '../inventory/parse.ts';
import { type AccessRequirement, accessText, excessOver, requirementsOf } from './access-requirements.ts';
import type { PolicyRule } from './cluster-rules.ts';
import type { KubernetesAccessPort } from './ports.ts';

export interface KubernetesAccess {
  /** What is needed and may not be done, e.g. `list pods`. */
  readonly missing: readonly string[];
  /** What must not be possible and is. */
  readonly excessive: readonly string[];
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/ */
const review = z.looseObject({ status: z.object({ allowed: z.boolean() }) });

/** Asks the API server, for whoever is signed in, about every verb of the rules, and about those that nobody must have besides.
 *  @throws CollectionError when the API server cannot be asked */
export async function verifyKubernetes(port: KubernetesAccessPort, rules: readonly PolicyRule[]): Promise<KubernetesAccess> {
  const allowed = async (access: AccessRequirement): Promise<boolean> => {
    const answer = await port.createSelfSubjectAccessReview(specOf(access));
    return parseAnswer(review, answer, `SelfSubjectAccessReview of ${accessText(access)}`).status.allowed;
  };
  const select = async (list: readonly AccessRequirement[], wanted: boolean): Promise<string[]> => {
    const answers = await Promise.all(list.map(allowed));
    return list.filter((_, index) => answers[index] === wanted).map(accessText);
  };
  const missing = await select(requirementsOf(rules), false);
  const [everything, ...others] = excessOver(rules);
  // An administrator may do all of it: that is one thing to say, not thirteen.
  const all = everything === undefined ? [] : await select([everything], true);
  return { missing, excessive: all.length > 0 ? all : await select(others, true) };
}

/** All namespaces, which is what an absent `namespace` means. */
function specOf(access: AccessRequirement): object {
  if ('nonResourceURL' in access) return { nonResourceAttributes: { path: access.nonResourceURL, verb: access.verb } };
  const { apiGroup, resource, subresource, name, verb } = access;
  const optional = { ...(subresource === undefined ? {} : { subresource }), ...(name === undefined ? {} : { name }) };
  return { resourceAttributes: { group: apiGroup, resource, verb, ...optional } };
}
