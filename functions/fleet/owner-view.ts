import type { ClusterReport } from '../analysis/cluster-report.ts';
import type { RunReport } from './run-report.ts';
import { addToTotals, emptyTotals } from './totals.ts';

/** What a run says to one owner: the findings and changes that are hers, of the clusters that have any. A verdict stays that of the whole
 *  cluster, and what could not be scanned stays too: it may hide something of hers. */
export function forOwner(run: RunReport, owner: string): RunReport {
  const isHers = (one: { readonly owner: string | null }) => one.owner === owner;
  const clusters = run.clusters
    .map((report): ClusterReport => {
      const findings = report.findings.filter(isHers);
      const checks = report.checks.map((result) => ({
        ...result,
        findings: findings.filter(({ check }) => check === result.check).length,
      }));
      return { ...report, findings, suppressed: report.suppressed.filter(isHers), checks };
    })
    .filter(({ findings, suppressed }) => findings.length + suppressed.length > 0);
  const totals = emptyTotals();
  for (const report of clusters) addToTotals(totals, report);
  return { ...run, owner, changes: run.changes.filter(isHers), totals, clusters };
}

/** All owners that a run names, ascending. */
export function ownersIn({ clusters }: Pick<RunReport, 'clusters'>): string[] {
  const named = clusters.flatMap(({ findings, suppressed }) => [...findings, ...suppressed]).flatMap(({ owner }) => owner ?? []);
  return [...new Set(named)].sort();
}
