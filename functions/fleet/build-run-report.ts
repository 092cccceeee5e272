import { type ClusterReport, supportStatuses, verdicts } from '../analysis/cluster-report.ts';
import { byCodeUnit } from '../analysis/order.ts';
import { severities } from '../checks/finding.ts';
import { isoSeconds } from '../versions/days.ts';
import type { Change } from './change.ts';
import type { ClusterCoverage, Coverage, TargetCoverage } from './coverage.ts';
import type { RunReport } from './run-report.ts';
import type { SuppressionReview } from './suppression-review.ts';

export interface RunParts {
  readonly runId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly configurationHash: string;
  readonly targets: readonly TargetCoverage[];
  readonly clusters: readonly ClusterCoverage[];
  readonly reports: readonly ClusterReport[];
  /** @default none */
  readonly changes?: readonly Change[];
  /** @default none */
  readonly suppressions?: SuppressionReview;
}

interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly name?: string;
}

/** Account, region, name, by code unit. */
function comparePlaces(a: Place, b: Place): number {
  return byCodeUnit(a.accountId, b.accountId) || byCodeUnit(a.region, b.region) || byCodeUnit(a.name ?? '', b.name ?? '');
}

/** The report of a run from its parts, in the order that makes the same inputs the same bytes. */
export function buildRunReport(parts: RunParts): RunReport {
  const clusters = parts.reports.toSorted((a, b) => comparePlaces(a.cluster, b.cluster));
  return {
    schemaVersion: '1',
    runId: parts.runId,
    startedAt: isoSeconds(parts.startedAt),
    finishedAt: isoSeconds(parts.finishedAt),
    configurationHash: parts.configurationHash,
    coverage: coverageOf(parts.targets.toSorted(comparePlaces), parts.clusters.toSorted(comparePlaces)),
    totals: totalsOf(clusters),
    suppressions: parts.suppressions ?? { expired: [], unmatched: [] },
    changes: [...(parts.changes ?? [])],
    clusters,
  };
}

function coverageOf(targets: TargetCoverage[], clusters: ClusterCoverage[]): Coverage {
  const nothingFailed = [...targets, ...clusters].every(({ status }) => status !== 'failed');
  const nothingMissing = clusters.every(({ unavailable }) => Object.keys(unavailable).length === 0);
  return { complete: nothingFailed && nothingMissing, targets, clusters };
}

function totalsOf(clusters: readonly ClusterReport[]): RunReport['totals'] {
  return {
    clusters: clusters.length,
    verdicts: countBy(verdicts, clusters, ({ verdict }) => verdict),
    support: countBy(supportStatuses, clusters, ({ support }) => support.status),
    findings: countBy(
      severities,
      clusters.flatMap(({ findings }) => findings),
      ({ severity }) => severity,
    ),
    suppressed: clusters.reduce((sum, { suppressed }) => sum + suppressed.length, 0),
    monthlySurchargeUsd: clusters.reduce((sum, { support }) => sum + support.monthlySurchargeUsd, 0),
  };
}

/** Every name is there, with 0 where nothing counts: a dashboard needs no special case. */
function countBy<N extends string, T>(names: readonly N[], items: readonly T[], nameOf: (item: T) => N): Record<N, number> {
  const counts = Object.fromEntries(names.map((name) => [name, 0])) as Record<N, number>;
  for (const item of items) counts[nameOf(item)] += 1;
  return counts;
}
