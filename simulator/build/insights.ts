import type { Insight } from '../../functions/inventory/evidence/eks-insights.ts';
import type { Site } from './site.ts';
import { stableId } from './stable-names.ts';

interface InsightInput {
  readonly name: string;
  readonly category: 'UPGRADE_READINESS' | 'MISCONFIGURATION' | 'ROLLBACK_READINESS';
  readonly version: string;
  /** ISO 8601. */
  readonly refreshed: string;
  readonly reason: string;
}

/** An insight in which EKS has found nothing. */
export function passingInsight(site: Site, { name, category, version, refreshed, reason }: InsightInput): Insight {
  return {
    id: insightId(site, name),
    name,
    category,
    kubernetesVersion: version,
    lastRefreshTime: refreshed,
    lastTransitionTime: refreshed,
    description: `${name}.`,
    insightStatus: { status: 'PASSING', reason },
  };
}

interface DeprecatedApiInput {
  /** Minor in which the API is gone. */
  readonly version: string;
  /** `/apis/GROUP/VERSION/RESOURCE`, old and new. */
  readonly moves: readonly { readonly usage: string; readonly replacedWith: string; readonly servedSince: string }[];
  readonly clients: readonly { readonly userAgent: string; readonly requests: number; readonly lastRequest: string }[];
  readonly refreshed: string;
}

/** The insight of EKS about deprecated APIs that were requested in the last 30 days. */
export function deprecatedApiInsight(site: Site, { version, moves, clients, refreshed }: DeprecatedApiInput): Insight {
  const name = `Deprecated APIs removed in Kubernetes v${version}`;
  return {
    id: insightId(site, name),
    name,
    category: 'UPGRADE_READINESS',
    kubernetesVersion: version,
    lastRefreshTime: refreshed,
    lastTransitionTime: '2026-09-14T03:10:00.000Z',
    description: `Checks for usage of deprecated APIs that are scheduled for removal in Kubernetes v${version}.`,
    recommendation: `Update manifests and API clients to use newer Kubernetes APIs if applicable before upgrading to Kubernetes v${version}.`,
    insightStatus: {
      status: 'ERROR',
      reason: 'Deprecated API usage detected within last 30 days and your cluster is on Kubernetes v1.23 or later.',
    },
    resources: [],
    categorySpecificSummary: {
      deprecationDetails: moves.map(({ usage, replacedWith, servedSince }) => ({
        usage,
        replacedWith,
        stopServingVersion: version,
        startServingReplacementVersion: servedSince,
        clientStats: clients.map(({ userAgent, requests, lastRequest }) => ({
          userAgent,
          numberOfRequestsLast30Days: requests,
          lastRequestTime: lastRequest,
        })),
      })),
      addonCompatibilityDetails: [],
    },
  };
}

/** A UUID, as EKS names its insights. */
function insightId({ accountId, region, name }: Site, insight: string): string {
  const digits = `${stableId(`${accountId}/${region}/${name}/${insight}`)}${stableId(insight)}`.slice(1);
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`, digits.slice(20, 32)].join('-');
}
