import { type EvidenceChoice, type EvidenceKind, evidenceInUse, type OptIn } from './evidence-in-use.ts';

/** A rule of a ClusterRole, in the words of Kubernetes: over resources, or over URLs.
 *  @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-v1/ */
export type PolicyRule = ResourceRule | NonResourceRule;

export interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

export interface NonResourceRule {
  readonly nonResourceURLs: readonly string[];
  readonly verbs: readonly string[];
}

/** URLs that are no resource and that an option of greenlight.yaml opens. `/version` needs no rule: whoever is signed in may read it. */
const urlsOf: Readonly<Partial<Record<OptIn, string>>> = { metrics: '/metrics' };

/** What RBAC must allow so that a scan reads the evidence of a configuration: `get` and `list` on exactly its resources, no more.
 *  Rules with the same group and verbs are one; the same configuration gives the same rules in the same order.
 *  @param kinds what there is to collect. @default all evidence */
export function clusterRules(choice: EvidenceChoice, kinds?: readonly EvidenceKind[]): readonly PolicyRule[] {
  const used = evidenceInUse(choice, kinds);
  const rules = new Map<string, ResourceRule>();
  for (const { apiGroup, verbs, resources } of used.flatMap(({ kubernetes }) => kubernetes ?? [])) {
    const sorted = [...verbs].sort();
    const key = `${apiGroup} ${sorted}`;
    const known = rules.get(key)?.resources ?? [];
    rules.set(key, { apiGroups: [apiGroup], resources: [...new Set([...known, ...resources])], verbs: sorted });
  }
  const urls = [...new Set(used.flatMap(({ optIn }) => (optIn && urlsOf[optIn]) ?? []))];
  return [...rules.values(), ...(urls.length > 0 ? [{ nonResourceURLs: urls, verbs: ['get'] }] : [])];
}
