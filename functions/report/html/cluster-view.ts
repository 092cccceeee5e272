import type { CheckResult, ClusterReport } from '../../analysis/cluster-report.ts';
import { verdictOf } from '../../analysis/verdict.ts';
import type { Finding } from '../../checks/finding.ts';
import { checks as catalogue } from '../../checks/list.ts';
import { extendedSupportSurchargeUsdPerMonth } from '../../versions/extended-support-price.ts';
import { supportLine, versionPath } from '../text/cluster.ts';
import { grouped } from './words.ts';

/** A finding as the report shows it. */
export interface FindingView extends Omit<Finding, 'facts'> {
  /** Absent where they are on the page of the cluster only. */
  readonly facts?: Finding['facts'];
}

export interface CheckView extends CheckResult {
  /** Whether its `unknown` leaves the verdict undetermined. */
  readonly essential: boolean;
}

/** What a section shows of one cluster: made once, written into the document as data, rendered in the browser. */
export interface ClusterView
  extends Pick<
    ClusterReport,
    | 'cluster'
    | 'support'
    | 'verdict'
    | 'verdictWithoutSuppressions'
    | 'collectedAt'
    | 'analyzedAt'
    | 'evidence'
    | 'collection'
    | 'staleFacts'
  > {
  /** `1.34 → 1.35` */
  readonly path: string;
  readonly supportText: string;
  /** What extended support costs now, or from when on. */
  readonly costText: string;
  readonly checks: readonly CheckView[];
  readonly findings: readonly FindingView[];
  readonly suppressed: readonly (FindingView & Pick<ClusterReport['suppressed'][number], 'suppression'>)[];
  /** Whether all that the verdict was made of is here, so that another one can be made of a part of it. */
  readonly preview: boolean;
  /** Address of the page that has facts, drain forecast, evidence and all checks but the unknown ones, where they are left out here. */
  readonly page: string | null;
}

export interface ViewOptions {
  /** @default facts are in the view */
  readonly page?: string | null;
  /** Whose findings these are, if not all of them: then they do not make the verdict. */
  readonly owner?: string | undefined;
}

export function clusterView(report: ClusterReport, { page = null, owner }: ViewOptions = {}): ClusterView {
  const { cluster, support, verdict, verdictWithoutSuppressions, collectedAt, analyzedAt, staleFacts } = report;
  const whole = page === null;
  const checks = report.checks.map((check) => ({ ...check, essential: isEssential(check, report) }));
  const unknown = checks.filter(({ status }) => status === 'unknown');
  const shown = <F extends FindingView>(finding: F): F => (whole ? finding : { ...finding, facts: undefined });
  return {
    cluster,
    support,
    verdict,
    ...(verdictWithoutSuppressions ? { verdictWithoutSuppressions } : {}),
    collectedAt,
    analyzedAt,
    evidence: whole ? report.evidence : {},
    collection: whole ? report.collection : null,
    staleFacts,
    path: versionPath(report),
    supportText: supportLine(report),
    costText: costText(support),
    checks: whole ? checks : unknown,
    findings: report.findings.map(shown),
    suppressed: report.suppressed.map(shown),
    preview: owner === undefined && verdictOf(report.findings, unknown) === verdict,
    page,
  };
}

function costText({ status, supportType, endOfStandardSupport, monthlySurchargeUsd }: ClusterReport['support']): string {
  if (monthlySurchargeUsd > 0) return `${grouped(monthlySurchargeUsd)} USD a month on top`;
  if (status === 'unknown') return 'unknown';
  if (status !== 'standard' || supportType === 'STANDARD') return 'none';
  return `none now; ${grouped(extendedSupportSurchargeUsdPerMonth)} USD a month from ${endOfStandardSupport}, if nobody upgrades`;
}

const titles = new Map(catalogue.map(({ id, title }) => [id, title]));

/** A check of another release has no title here. */
export function titleOf(check: string): string {
  return titles.get(check) ?? check;
}

/** A report that was written before checks told it leaves open which unknown checks are essential: as far as its verdict allows, all. */
function isEssential(check: CheckResult & { readonly essential?: boolean }, { verdict }: ClusterReport): boolean {
  if (check.status !== 'unknown') return false;
  return check.essential ?? (verdict === 'NOT_READY' || verdict === 'CANNOT_DETERMINE');
}
