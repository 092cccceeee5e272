import { type ClusterReport, supportStatuses, verdicts } from '../analysis/cluster-report.ts';
import { severities } from '../checks/finding.ts';
import type { Totals } from './run-report.ts';

/** Counts of a run without clusters. Every name is there, with 0 where nothing counts: a dashboard needs no special case. */
export function emptyTotals(): Totals {
  return {
    clusters: 0,
    verdicts: zeros(verdicts),
    support: zeros(supportStatuses),
    findings: zeros(severities),
    suppressed: 0,
    monthlySurchargeUsd: 0,
  };
}

/** Adds one cluster; a fleet is counted while its reports are read, one in memory at a time. */
export function addToTotals(totals: Totals, { verdict, support, findings, suppressed }: ClusterReport): void {
  totals.clusters += 1;
  totals.verdicts[verdict] += 1;
  totals.support[support.status] += 1;
  for (const { severity } of findings) totals.findings[severity] += 1;
  totals.suppressed += suppressed.length;
  totals.monthlySurchargeUsd += support.monthlySurchargeUsd;
}

/** How many findings of each severity a report has. */
export function severityCounts({ findings }: Pick<ClusterReport, 'findings'>): Totals['findings'] {
  const counts = zeros(severities);
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

function zeros<N extends string>(names: readonly N[]): Record<N, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<N, number>;
}
