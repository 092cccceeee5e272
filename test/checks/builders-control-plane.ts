import type { Insight } from '../../functions/inventory/evidence/eks-insights.ts';
import type { Update } from '../../functions/inventory/evidence/eks-updates.ts';
import type { ClusterRoleBinding } from '../../functions/inventory/evidence/kubernetes-cluster-role-bindings.ts';

/** An insight as DescribeInsight answers it, refreshed an hour before the inventory of builders.ts; `status` is that of the insight. */
export function createInsight({ status = 'ERROR', ...overrides }: Partial<Insight> & { readonly status?: string | null } = {}): Insight {
  return {
    id: 'a1b2c3d4-0001',
    name: 'Deprecated APIs removed in Kubernetes v1.35',
    category: 'UPGRADE_READINESS',
    kubernetesVersion: '1.35',
    lastRefreshTime: '2026-11-21T05:00:04Z',
    lastTransitionTime: '2026-11-01T05:00:00Z',
    insightStatus: { status, reason: 'Deprecated API usage detected within last 30 days.' },
    recommendation: 'Update manifests and API clients to use newer Kubernetes APIs.',
    resources: [],
    ...overrides,
  };
}

/** A client of a deprecated API, as an insight counts it. */
export function createDeprecation(
  clients: Readonly<Record<string, string | null>>,
  overrides: { readonly usage?: string; readonly replacedWith?: string | null } = {},
): NonNullable<Insight['categorySpecificSummary']> {
  return {
    deprecationDetails: [
      {
        usage: '/apis/flowcontrol.apiserver.k8s.io/v1beta3/flowschemas',
        replacedWith: '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas',
        stopServingVersion: '1.35',
        startServingReplacementVersion: '1.29',
        clientStats: Object.entries(clients).map(([userAgent, lastRequestTime]) => ({
          userAgent,
          numberOfRequestsLast30Days: 10,
          lastRequestTime,
        })),
        ...overrides,
      },
    ],
  };
}

/** An upgrade of the control plane to `version`, successful unless told otherwise. */
export function createUpdate({ version = '1.34', ...overrides }: Partial<Update> & { readonly version?: string } = {}): Update {
  return {
    id: 'b5f0ba18-9a87-4450-b5a0-825e6e84496f',
    type: 'VersionUpdate',
    status: 'Successful',
    params: [
      { type: 'Version', value: version },
      { type: 'PlatformVersion', value: 'eks.1' },
    ],
    createdAt: '2026-11-18T09:10:00Z',
    errors: [],
    ...overrides,
  };
}

/** A binding to the group of all requests without credentials, unless told otherwise. */
export function createClusterRoleBinding(
  overrides: {
    readonly name?: string;
    readonly role?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly subjects?: ClusterRoleBinding['subjects'];
  } = {},
): ClusterRoleBinding {
  const { name = 'public-dashboard', role = 'view', labels = {}, subjects } = overrides;
  return {
    metadata: { name, labels: { ...labels } },
    roleRef: { kind: 'ClusterRole', name: role },
    subjects: subjects === undefined ? [{ kind: 'Group', name: 'system:unauthenticated' }] : subjects,
  };
}
