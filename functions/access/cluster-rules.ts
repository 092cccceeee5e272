import { type EvidenceChoice, type EvidenceKind, evidenceInUse } from './evidence-in-use.ts';

/** A rule of a ClusterRole, in the words of Kubernetes: over resources, or over URLs.
 *  @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-v1/ */
export type PolicyRule = ResourceRule | NonResourceRule;

export interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** @default objects of all names */
  readonly resourceNames?: readonly string[];
}

export interface NonResourceRule {
  readonly nonResourceURLs: readonly string[];
  readonly verbs: readonly string[];
}

/** What RBAC must allow so that a scan reads the evidence of a configuration: `get` and `list` on exactly its resources and URLs, no more.
 *  Rules with the same group, verbs and names are one; the same configuration gives the same rules in the same order. `/version` needs no rule:
 *  whoever is signed in may read it.
 *  @param kinds what there is to collect. @default all evidence */
export function clusterRules(choice: EvidenceChoice, kinds?: readonly EvidenceKind[]): readonly PolicyRule[] {
  const rules = new Map<string, ResourceRule>();
  const urls = new Set<string>();
  for (const permission of evidenceInUse(choice, kinds).flatMap(({ kubernetes }) => kubernetes ?? [])) {
    if ('nonResourceURLs' in permission) {
      for (const url of permission.nonResourceURLs) urls.add(url);
      continue;
    }
    const { apiGroup, resources, resourceNames } = permission;
    const verbs = [...permission.verbs].sort();
    const key = `${apiGroup} ${verbs} ${resourceNames}`;
    const known = rules.get(key)?.resources ?? [];
    const all = [...new Set([...known, ...resources])];
    rules.set(key, { apiGroups: [apiGroup], resources: all, ...(resourceNames ? { resourceNames } : {}), verbs });
  }
  return [...rules.values(), ...(urls.size > 0 ? [{ nonResourceURLs: [...urls], verbs: ['get'] }] : [])];
}
