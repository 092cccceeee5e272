import type { ClusterReport, Verdict } from '../analysis/cluster-report.ts';
import { verdictOf } from '../analysis/verdict.ts';
import { checks as allChecks } from '../checks/list.ts';
import type { ClusterState } from './cluster-state.ts';

const essentialChecks: ReadonlySet<string> = new Set(allChecks.filter(({ essential }) => essential).map(({ id }) => id));

/** The verdict that a cluster left, if it has another one now. What only checks say that never gave a result there before is a baseline
 *  like their findings: a new release does not turn a fleet red in everybody's mail. */
export function verdictLeft(report: Pick<ClusterReport, 'verdict' | 'checks' | 'findings'>, state: ClusterState): Verdict | undefined {
  if (report.verdict === state.verdict) return undefined;
  const isKnown = ({ check }: { readonly check: string }) => state.checks.includes(check);
  const unknown = report.checks.filter(({ status }) => status === 'unknown');
  if ([...report.findings, ...unknown].every(isKnown)) return state.verdict;
  const withoutNewChecks = verdictOf(
    report.findings.filter(isKnown),
    unknown.filter(isKnown).map(({ check }) => ({ essential: essentialChecks.has(check) })),
  );
  return withoutNewChecks === state.verdict ? undefined : state.verdict;
}
