import { type LabelSelector, selects } from './selectors.ts';

type Labels = Readonly<Record<string, string>>;

/** `RuleWithOperations` of admissionregistration/v1. */
interface WebhookRule {
  readonly apiGroups?: readonly string[] | null;
  readonly apiVersions?: readonly string[] | null;
  readonly resources?: readonly string[] | null;
  readonly operations?: readonly string[] | null;
  readonly scope?: string | null;
}

/** Which objects a webhook is asked about, beyond its rules. Selectors that are not there select everything. */
interface WebhookSelectors {
  readonly namespaceSelector?: LabelSelector | null;
  readonly objectSelector?: LabelSelector | null;
}

/** What happens to pods in a drain: they are evicted, deleted, and made again elsewhere. */
export type PodRequest = 'create' | 'evict' | 'delete';

/** The requests about pods that a webhook is asked about, by its rules. `*` stands for all resources but no subresource, `pods/*` for the
 *  subresources of pods alone, and an eviction is made (CREATE) as subresource `pods/eviction`.
 *  @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules */
export function podRequestsOf(rules: readonly WebhookRule[] | null | undefined): PodRequest[] {
  const asked = (operation: 'CREATE' | 'DELETE', resources: readonly string[]) =>
    (rules ?? []).some((rule) => reachesCoreV1(rule) && has(rule.operations, operation, '*') && has(rule.resources, ...resources));
  return [
    ...(asked('CREATE', pods) ? (['create'] as const) : []),
    ...(asked('CREATE', evictions) ? (['evict'] as const) : []),
    ...(asked('DELETE', pods) ? (['delete'] as const) : []),
  ];
}

const pods = ['pods', '*', '*/*'] as const;
const evictions = ['pods/eviction', 'pods/*', '*/eviction', '*/*'] as const;

/** Pods are of the core group, which has no name, in v1, and live in namespaces. */
function reachesCoreV1({ apiGroups, apiVersions, scope }: WebhookRule): boolean {
  return has(apiGroups, '', '*') && (apiVersions == null || has(apiVersions, 'v1', '*')) && scope !== 'Cluster';
}

function has(listed: readonly string[] | null | undefined, ...wanted: readonly string[]): boolean {
  return listed?.some((one) => wanted.includes(one)) ?? false;
}

/** Whether requests in a namespace with these labels are asked about. */
export function reachesNamespace({ namespaceSelector }: WebhookSelectors, labels: Labels | null | undefined): boolean {
  return namespaceSelector == null || selects(namespaceSelector, labels);
}

/** Whether objects with these labels are asked about. */
export function reachesObject({ objectSelector }: WebhookSelectors, labels: Labels | null | undefined): boolean {
  return objectSelector == null || selects(objectSelector, labels);
}

/** The labels of a namespace. Each has its name as a label, also one that was not read.
 *  @see https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name */
export function namespaceLabels(name: string, labels: Labels | null | undefined): Labels {
  return { 'kubernetes.io/metadata.name': name, ...labels };
}
