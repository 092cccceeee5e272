import type { CheckResult, ClusterReport } from '../analysis/cluster-report.ts';
import { byCodeUnit, compareFindings } from '../analysis/order.ts';
import { type Finding, severities } from '../checks/finding.ts';
import { supportEnding } from '../checks/support-ending.ts';
import type { Change } from './change.ts';
import { changeOf, type Occasion } from './cluster-changes.ts';
import type { ClusterState } from './cluster-state.ts';

type Known = Pick<ClusterState, 'checks' | 'findings'>;
type KnownFinding = Known['findings'][number];

/** Checks whose findings are told although the cluster or the check is new: who meets a cluster whose support is over must hear of it. */
const supportChecks: readonly string[] = [supportEnding.id];

/** What became of the findings of a cluster since it was last seen, and what is known of them from now on.
 *  @param known undefined for a cluster that is seen for the first time */
export function compareFindingsOf(
  report: Pick<ClusterReport, 'checks' | 'findings' | 'suppressed'>,
  known: Known | undefined,
  occasion: Occasion,
): { readonly changes: readonly Change[]; readonly next: Known } {
  const before = new Map(known?.findings.map((one) => [one.finding.id, one]));
  const appeared: Change[] = [];
  const worsened: Change[] = [];
  const findings: KnownFinding[] = [];
  for (const finding of report.findings) {
    const earlier = before.get(finding.id);
    if (earlier === undefined) {
      const baseline = known === undefined || !known.checks.includes(finding.check);
      if (!baseline || endsSupport(finding)) appeared.push(changeOf(occasion, 'appeared', { finding }));
    } else if (earlier.suppressed) appeared.push(changeOf(occasion, 'appeared', { finding, from: 'suppressed' }));
    else if (isWorse(finding, earlier.finding))
      worsened.push(changeOf(occasion, 'worsened', { finding, from: earlier.finding.severity, to: finding.severity }));
    const since = earlier === undefined || earlier.suppressed ? occasion.runId : earlier.since;
    findings.push({ finding, since, suppressed: false });
  }
  for (const { suppression: _, ...finding } of report.suppressed)
    findings.push({ finding, since: before.get(finding.id)?.since ?? occasion.runId, suppressed: true });

  const { carried, resolved } = partGone(report, known?.findings ?? [], new Set(findings.map(({ finding }) => finding.id)));
  return {
    changes: [
      ...appeared.toSorted(byFinding),
      ...worsened.toSorted(byFinding),
      ...resolved
        .filter(({ suppressed }) => !suppressed)
        .map(({ finding, since }) => changeOf(occasion, 'resolved', { finding, since }))
        .toSorted(byFinding),
    ],
    next: {
      checks: checksWithResult(report, known?.checks ?? []),
      findings: [...findings, ...carried].toSorted((a, b) => compareFindings(a.finding, b.finding)),
    },
  };
}

/** Checks that gave a result in this report. */
export function resultsIn({ checks }: Pick<ClusterReport, 'checks'>): string[] {
  return checks.filter(({ status }) => isResult(status)).map(({ check }) => check);
}

/** Of what the report no longer has: what its check could not look for is carried, what it looked for is resolved, and what no check
 *  stands for any more is forgotten. */
function partGone({ checks }: Pick<ClusterReport, 'checks'>, known: readonly KnownFinding[], present: ReadonlySet<string>) {
  const statusOf = new Map(checks.map(({ check, status }) => [check, status]));
  const carried: KnownFinding[] = [];
  const resolved: KnownFinding[] = [];
  for (const one of known) {
    const status = statusOf.get(one.finding.check);
    if (present.has(one.finding.id) || status === undefined) continue;
    (isResult(status) ? resolved : carried).push(one);
  }
  return { carried, resolved };
}

/** A check that is turned off leaves: turned on again it is new. */
function checksWithResult(report: Pick<ClusterReport, 'checks'>, before: readonly string[]): string[] {
  const present = report.checks.map(({ check }) => check);
  return [...new Set([...resultsIn(report), ...before.filter((check) => present.includes(check))])].toSorted(byCodeUnit);
}

function isResult(status: CheckResult['status']): boolean {
  return status === 'passed' || status === 'failed' || status === 'not-applicable';
}

/** Before the end of standard support the milestones speak. */
function endsSupport({ check, severity, facts }: Finding): boolean {
  return supportChecks.includes(check) && severity === 'required' && facts.status !== 'standard';
}

function isWorse(now: Finding, before: Finding): boolean {
  return severities.indexOf(now.severity) < severities.indexOf(before.severity);
}

function byFinding({ finding: a }: Change, { finding: b }: Change): number {
  return a && b ? compareFindings(a, b) : 0;
}
