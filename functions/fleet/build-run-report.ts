import type { ClusterReport } from '../analysis/cluster-report.ts';
import { isoSeconds } from '../versions/days.ts';
import type { Change } from './change.ts';
import type { ClusterCoverage, Coverage, TargetCoverage } from './coverage.ts';
import { comparePlaces } from './places.ts';
import type { RunReport } from './run-report.ts';
import type { SuppressionReview } from './suppression-review.ts';
import { addToTotals, emptyTotals } from './totals.ts';

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
  /** Checks that gave a result nowhere before. @default none */
  readonly newChecks?: readonly string[];
  /** Whether it looked at a part of the fleet. @default false */
  readonly narrowed?: boolean;
  /** @default none */
  readonly suppressions?: SuppressionReview;
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
    coverage: coverageOf(parts),
    totals: totalsOf(clusters),
    suppressions: parts.suppressions ?? { expired: [], unmatched: [] },
    changes: [...(parts.changes ?? [])],
    ...(parts.narrowed ? { narrowed: true as const } : {}),
    newChecks: [...(parts.newChecks ?? [])],
    clusters,
  };
}

/** How accounts, regions and clusters ended, in the order of a report, and whether anything is missing. */
export function coverageOf({ targets, clusters }: Pick<RunParts, 'targets' | 'clusters'>): Coverage {
  const nothingFailed = [...targets, ...clusters].every(({ status }) => status !== 'failed');
  const nothingMissing = clusters.every(({ unavailable }) => Object.keys(unavailable).length === 0);
  return {
    complete: nothingFailed && nothingMissing,
    targets: targets.toSorted(comparePlaces),
    clusters: clusters.toSorted(comparePlaces),
  };
}

function totalsOf(clusters: readonly ClusterReport[]): RunReport['totals'] {
  const totals = emptyTotals();
  for (const report of clusters) addToTotals(totals, report);
  return totals;
}
