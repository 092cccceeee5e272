import { isOurUserAgent } from '../config/product.ts';
import type { Insight } from '../inventory/evidence/eks-insights.ts';
import type { DeprecatedApiRequest } from '../inventory/evidence/kubernetes-deprecated-api-requests.ts';
import { compareVersions, formatVersion, type KubernetesVersion, parseVersion } from '../versions/kubernetes-version.ts';
import { removedApiOfResource } from '../versions/removed-apis.ts';
import { type Doubt, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { count, someOf } from './phrases.ts';

/** Requests that somebody sends to an API that the target no longer serves.
 *  @see https://kubernetes.io/blog/2020/09/03/warnings/#metrics */
export const removedApiRequests = defineCheck({
  id: 'removed-api-requests',
  title: 'Requests to removed APIs',
  scope: 'upgrade',
  needs: ['kubernetes.deprecatedApiRequests'],
  uses: ['eks.insights'],
  explanation: {
    rule:
      'An API that was requested since the start of an API server and that is removed on the way to the target is recommended to leave; where the insights of EKS name who ' +
      'requested it in the last 30 days it is required, with their user agents. Requests of EKS Greenlight itself do not count. EKS runs several API servers and a reading shows one of them, so ' +
      'nothing seen passes only if the upgrade insights of EKS were read too.',
    sources: [
      'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
      'https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html',
    ],
  },
  documentation: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/#locate-use-of-deprecated-apis',
  run: ({ identity, deprecatedApiRequests, insights, target }) => {
    const upgradeInsights = insights?.filter(({ category }) => category === 'UPGRADE_READINESS') ?? [];
    const judged = deprecatedApiRequests.filter(({ value }) => value !== 0).map((request) => ({ request, removedIn: removalOf(request) }));
    const findings = judged.flatMap(({ request, removedIn }): FindingDraft[] => {
      if (typeof removedIn !== 'object' || !target || compareVersions(removedIn, target) > 0) return [];
      const clients = clientsOf(request, upgradeInsights);
      const others = clients?.filter(({ userAgent }) => !isOurUserAgent(userAgent));
      return clients && clients.length > 0 && others?.length === 0 ? [] : [findingOf(request, removedIn, others ?? [], identity.name)];
    });
    const unreadable = judged.flatMap(({ request, removedIn }): Doubt[] =>
      removedIn === 'unreadable'
        ? [
            {
              evidence: 'kubernetes.deprecatedApiRequests',
              code: 'InvalidResponse',
              message: `${pathOf(request)}: removed_release "${request.removedRelease}" is no version`,
            },
          ]
        : [],
    );
    const alone = findings.length === 0 && upgradeInsights.length === 0;
    return { findings, unknown: [...unreadable, ...(alone ? [oneServerOfSeveral] : [])] };
  },
});

const oneServerOfSeveral: Doubt = {
  evidence: 'eks.insights',
  code: 'NotYetAvailable',
  message: 'there are no upgrade insights to go with the metric: a reading shows one API server of several',
};

/** When the API is removed, by the API server itself or else by the table; undefined where no removal is planned. */
function removalOf({
  group,
  version,
  resource,
  subresource,
  removedRelease,
}: DeprecatedApiRequest): KubernetesVersion | 'unreadable' | undefined {
  if (removedRelease) return parseVersion(removedRelease) ?? 'unreadable';
  return group === '' ? undefined : removedApiOfResource(`${group}/${version}`, resource, subresource)?.removedIn;
}

/** `/apis/policy/v1beta1/poddisruptionbudgets`, as insights name it; of a subresource the path of its resource. */
function pathOf({ group, version, resource }: DeprecatedApiRequest): string {
  return `${group === '' ? '/api' : `/apis/${group}`}/${version}/${resource}`;
}

interface Client {
  readonly userAgent: string;
  readonly requests: number | null;
  readonly lastRequestTime: string | null;
}

/** Who requested it in the last 30 days, by the insights; undefined where they do not speak of it. */
function clientsOf(request: DeprecatedApiRequest, insights: readonly Insight[]): Client[] | undefined {
  const details = insights
    .flatMap(({ categorySpecificSummary }) => categorySpecificSummary?.deprecationDetails ?? [])
    .filter(({ usage }) => usage === pathOf(request));
  if (details.length === 0) return undefined;
  const clients = details
    .flatMap(({ clientStats }) => clientStats ?? [])
    .filter(({ numberOfRequestsLast30Days }) => numberOfRequestsLast30Days !== 0)
    .map((stat) => ({
      userAgent: stat.userAgent ?? '(no user agent)',
      requests: stat.numberOfRequestsLast30Days ?? null,
      lastRequestTime: stat.lastRequestTime ?? null,
    }));
  return [...Map.groupBy(clients, ({ userAgent }) => userAgent).values()]
    .flatMap((same) => same.toSorted((a, b) => (b.requests ?? 0) - (a.requests ?? 0))[0] ?? [])
    .sort((a, b) => (b.requests ?? 0) - (a.requests ?? 0) || (a.userAgent < b.userAgent ? -1 : 1));
}

function findingOf(request: DeprecatedApiRequest, removedIn: KubernetesVersion, clients: readonly Client[], cluster: string): FindingDraft {
  const { group, version, resource, subresource } = request;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const name = `${resource}${subresource ? `/${subresource}` : ''}`;
  const removed = formatVersion(removedIn);
  const replacement = removedApiOfResource(apiVersion, resource, subresource)?.replacement ?? null;
  const agents = clients.map(({ userAgent }) => userAgent);
  const who =
    clients.length === 0
      ? 'were requested since an API server started, by whom the metric does not say'
      : `were requested in the last 30 days by ${count(clients.length, 'client')}: ${someOf(agents)}`;
  return {
    severity: clients.length === 0 ? 'recommended' : 'required',
    subject: { kind: 'APIResource', name: `${name}.${apiVersion}` },
    hop: removed,
    message: `${name} of ${apiVersion} ${who}; Kubernetes no longer serves them from ${removed} on`,
    facts: {
      apiVersion,
      resource: name,
      removedIn: removed,
      replacement,
      value: request.value ?? null,
      clients: clients.map((client) => ({ ...client })),
    },
    remediation: `${replacement === null ? 'Have the clients do without it' : `Have the clients use ${replacement}`}; the audit log of the control plane names each, by CloudWatch Logs Insights over log group /aws/eks/${cluster}/cluster: ${auditQuery(apiVersion, resource)}`,
  };
}

/** A query for CloudWatch Logs Insights. */
function auditQuery(apiVersion: string, resource: string): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return (
    'fields @timestamp, userAgent, user.username | filter @logStream like "kube-apiserver-audit" ' +
    `| filter objectRef.apiGroup = "${group}" and objectRef.apiVersion = "${version}" and objectRef.resource = "${resource}" | stats count(*) by userAgent`
  );
}
