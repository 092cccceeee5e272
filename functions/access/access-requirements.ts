import { clusterRules } from './cluster-rules.ts';
import type { EvidenceChoice } from './evidence-in-use.ts';

/** One thing that RBAC allows or not, in all namespaces: a verb on a resource, or on a URL. */
export type AccessRequirement = ResourceAccess | NonResourceAccess;

export interface ResourceAccess {
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly verb: string;
}

export interface NonResourceAccess {
  readonly nonResourceURL: string;
  readonly verb: string;
}

/** Everything that a scan does in a cluster, one verb at a time: what `access verify` asks for. */
export function accessRequirements(choice: EvidenceChoice): readonly AccessRequirement[] {
  return clusterRules(choice).flatMap((rule): AccessRequirement[] => {
    if ('nonResourceURLs' in rule) return rule.nonResourceURLs.flatMap((url) => rule.verbs.map((verb) => ({ nonResourceURL: url, verb })));
    const { apiGroups, resources, verbs } = rule;
    return apiGroups.flatMap((apiGroup) => resources.flatMap((resource) => verbs.map((verb) => ({ apiGroup, resource, verb }))));
  });
}

/** What a scan never does, and what whoever can do it could use to take over workloads or the cluster. */
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

/** What a scan must not be able to do: `access verify` says where it is. Without what the configuration asks for. */
export function excessiveAccess(choice: EvidenceChoice): readonly ResourceAccess[] {
  const needed = new Set(accessRequirements(choice).map(accessText));
  return harmful.filter((access) => !needed.has(accessText(access)));
}

/** `list deployments.apps`, `create pods/eviction`, `get /metrics`, `* *.*` */
export function accessText(access: AccessRequirement): string {
  if ('nonResourceURL' in access) return `${access.verb} ${access.nonResourceURL}`;
  const { apiGroup, resource, subresource, verb } = access;
  return `${verb} ${resource}${subresource ? `/${subresource}` : ''}${apiGroup === '' ? '' : `.${apiGroup}`}`;
}
