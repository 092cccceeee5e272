import type { ClusterReport } from '../analysis/cluster-report.ts';
import { errorCodeOf, messageOf } from '../inventory/error-codes.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import type { ClusterCoverage } from './coverage.ts';

type Place = Pick<ClusterIdentity, 'accountId' | 'region' | 'name'>;

/** How a cluster that was looked at ends in the coverage: scanned once DescribeCluster answered, with what else was missing. */
export function coverageOfReport({ cluster, evidence }: Pick<ClusterReport, 'cluster' | 'evidence'>): ClusterCoverage {
  const unavailable: ClusterCoverage['unavailable'] = {};
  for (const { code } of Object.values(evidence)) {
    if (code !== null && code !== 'NotRequested') unavailable[code] = (unavailable[code] ?? 0) + 1;
  }
  const described = evidence['eks.cluster'];
  if (described?.status === 'collected')
    return { ...placeOf(cluster), status: 'scanned', code: null, message: null, reason: null, unavailable };
  return {
    ...placeOf(cluster),
    status: 'failed',
    code: described?.code ?? 'NotRequested',
    message: described?.message ?? null,
    reason: null,
    unavailable,
  };
}

export function failedCluster(cluster: Place, error: unknown): ClusterCoverage {
  return { ...placeOf(cluster), status: 'failed', code: errorCodeOf(error), message: messageOf(error), reason: null, unavailable: {} };
}

export function skippedCluster(cluster: Place, reason: string): ClusterCoverage {
  return { ...placeOf(cluster), status: 'skipped', code: null, message: null, reason, unavailable: {} };
}

function placeOf({ accountId, region, name }: Place): Place {
  return { accountId, region, name };
}
