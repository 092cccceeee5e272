import { passingInsight } from '../build/insights.ts';
import type { Site } from '../build/site.ts';
import { stableId } from '../build/stable-names.ts';
import type { SimulatedCluster } from '../world.ts';

const refreshed = '2026-11-21T02:30:00.000Z';

/** An upgrade of three days ago that can still be taken back, and the insights by which EKS says so. */
export function upgradedThreeDaysAgo(site: Site, { from, to }: { readonly from: string; readonly to: string }) {
  return {
    updates: [
      {
        id: stableId(`${site.name}/${to}`),
        type: 'VersionUpdate',
        status: 'Successful',
        params: [
          { type: 'Version', value: to },
          { type: 'PlatformVersion', value: 'eks.4' },
        ],
        createdAt: '2026-11-18T09:40:00.000Z',
        errors: [],
      },
    ],
    insights: [
      passingInsight(site, {
        name: 'Deprecated APIs removed in the next Kubernetes version',
        category: 'UPGRADE_READINESS',
        version: to,
        refreshed,
        reason: 'No deprecated API usage detected within the last 30 days.',
      }),
      passingInsight(site, {
        name: 'Rollback: kubelet version skew',
        category: 'ROLLBACK_READINESS',
        version: from,
        refreshed,
        reason: `All nodes can run with Kubernetes ${from}.`,
      }),
      passingInsight(site, {
        name: 'Rollback: EKS add-on compatibility',
        category: 'ROLLBACK_READINESS',
        version: from,
        refreshed,
        reason: `All add-ons are compatible with Kubernetes ${from}.`,
      }),
    ],
  } satisfies Partial<SimulatedCluster>;
}
