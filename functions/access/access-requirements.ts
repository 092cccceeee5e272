import { clusterRules, type PolicyRule } from './cluster-rules.ts';
import type { EvidenceChoice } from './evidence-in-use.ts';

/** One thing that RBAC allows or not, in all namespaces: a verb on a resource, or on a URL. */
export type AccessRequirement = ResourceAccess | NonResourceAccess;

export interface ResourceAccess {
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource?: string;
  /** One object only. @default all */
  readonly name?: string;
  readonly verb: string;
}

export interface NonResourceAccess {
  readonly nonResourceURL: string;
  readonly verb: string;
}

/** Everything that rules allow, one verb at a time: what `access verify` asks for. */
export function requirementsOf(rules: readonly PolicyRule[]): readonly AccessRequirement[] {
  return rules.flatMap((rule): AccessRequirement[] => {
    if ('nonResourceURLs' in rule) return rule.nonResourceURLs.flatMap((url) => rule.verbs.map((verb) => ({ nonResourceURL: url, verb })));
    const { apiGroups, resources, verbs, resourceNames } = rule;
    const objects = resourceNames?.map((name) => ({ name })) ?? [{}];
    return apiGroups.flatMap((apiGroup) =>
      resources.flatMap((resource) =>
        objects.flatMap((object) => verbs.map((verb) => ({ apiGroup, ...parsed(resource), ...object, verb }))),
      ),
    );
  });
}

/** Everything that a scan does in a cluster. */
export function accessRequirements(choice: EvidenceChoice): readonly AccessRequirement[] {
  return requirementsOf(clusterRules(choice));
}

/** `pods/eviction` names a resource and a subresource. */
function parsed(text: string): Pick<ResourceAccess, 'resource' | 'subresource'> {
  const [resource = text, subresource] = text.split('/');
  return subresource === undefined ? { resource } : { resource, subresource };
}

/** What whoever can do it could use to take over workloads or the cluster. */
const harmful: readonly ResourceAccess[] = [
  { apiGroup: '*', resource: '*', verb: '*' },
  { apiGroup: '', resource: 'secrets', verb: 'get' },
  { apiGroup: '', resource: 'secrets', verb: 'list' },
  { apiGroup: '', resource: 'pods', subresource: 'eviction', verb: 'create' },
  { apiGroup: '', resource: 'pods', subresource: 'exec', verb: 'create' },
  { apiGroup: '', resource: 'pods', verb: 'create' },
  { apiGroup: '', resource: 'pods', verb: 'delete' },
  { apiGroup: '', resource: 'nodes', verb: 'patch' },
  { apiGroup: '', resource: 'configmaps', verb: 'update' },
  { apiGroup: '', resource: 'serviceaccounts', subresource: 'token', verb: 'create' },
  { apiGroup: '', resource: 'groups', verb: 'impersonate' },
  { apiGroup: 'apps', resource: 'deployments', verb: 'patch' },
  { apiGroup: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings', verb: 'create' },
];

/** What nobody must be able to do who has these rules: `access verify` says where it is. Without what the rules themselves allow. */
export function excessOver(rules: readonly PolicyRule[]): readonly ResourceAccess[] {
  const needed = new Set(requirementsOf(rules).map(accessText));
  return harmful.filter((access) => !needed.has(accessText(access)));
}

/** What a scan must not be able to do. */
export function excessiveAccess(choice: EvidenceChoice): readonly ResourceAccess[] {
  return excessOver(clusterRules(choice));
}

/** `list deployments.apps`, `get configmaps kube-proxy-config`, `create pods/eviction`, `get /metrics`, `* *.*` */
export function accessText(access: AccessRequirement): string {
  if ('nonResourceURL' in access) return `${access.verb} ${access.nonResourceURL}`;
  const { apiGroup, resource, subresource, name, verb } = access;
  return `${verb} ${resource}${subresource ? `/${subresource}` : ''}${apiGroup === '' ? '' : `.${apiGroup}`}${name ? ` ${name}` : ''}`;
}
