import { stringify } from 'csv-stringify/sync';
import type { ClusterReport } from '../analysis/cluster-report.ts';
import type { Finding } from '../checks/finding.ts';
import type { RunReport } from '../fleet/run-report.ts';

type Suppression = ClusterReport['suppressed'][number]['suppression'];

/** A line of the table: a finding of a cluster, or a cluster without any. */
interface Row {
  readonly report: ClusterReport;
  readonly finding?: Finding;
  readonly suppression?: Suppression;
}

/** Public: spreadsheets and scripts name these columns. New ones are added at the end. */
const columns: Readonly<Record<string, (row: Row) => string | number | null | undefined>> = {
  account_id: ({ report }) => report.cluster.accountId,
  account_name: ({ report }) => report.cluster.accountName,
  region: ({ report }) => report.cluster.region,
  cluster: ({ report }) => report.cluster.name,
  version: ({ report }) => report.cluster.version,
  target_version: ({ report }) => report.cluster.targetVersion,
  verdict: ({ report }) => report.verdict,
  severity: ({ finding }) => finding?.severity,
  check: ({ finding }) => finding?.check,
  kind: ({ finding }) => finding?.subject.kind,
  namespace: ({ finding }) => finding?.subject.namespace,
  name: ({ finding }) => finding?.subject.name,
  discriminator: ({ finding }) => finding?.discriminator,
  hop: ({ finding }) => finding?.hop,
  message: ({ finding }) => finding?.message,
  remediation: ({ finding }) => finding?.remediation,
  documentation: ({ finding }) => finding?.documentation,
  owner: ({ finding }) => finding?.owner,
  suppressed_until: ({ suppression }) => suppression?.expires,
  suppression_reason: ({ suppression }) => suppression?.reason,
  support_status: ({ report }) => report.support.status,
  end_of_standard_support: ({ report }) => report.support.endOfStandardSupport,
  end_of_extended_support: ({ report }) => report.support.endOfExtendedSupport,
  monthly_surcharge_usd: ({ report }) => report.support.monthlySurchargeUsd,
  cluster_arn: ({ report }) => report.cluster.arn,
  finding_id: ({ finding }) => finding?.id,
};

/** A run as CSV (RFC 4180, header, CRLF): one finding a line, suppressed ones too, and one line for a cluster without any, so that every
 *  cluster is there. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function runCsv({ clusters }: Pick<RunReport, 'clusters'>): string {
  const rows = clusters.flatMap(rowsOf).map((row) => Object.values(columns).map((cell) => cell(row) ?? ''));
  return stringify([Object.keys(columns), ...rows], { escape_formulas: true, record_delimiter: 'windows' });
}

function rowsOf(report: ClusterReport): Row[] {
  const rows: Row[] = [
    ...report.findings.map((finding) => ({ report, finding })),
    ...report.suppressed.map(({ suppression, ...finding }) => ({ report, finding, suppression })),
  ];
  return rows.length > 0 ? rows : [{ report }];
}
