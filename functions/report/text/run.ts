import { type ClusterReport, worstFirst } from '../../analysis/cluster-report.ts';
import { placeWords } from '../../fleet/coverage.ts';
import type { RunReport } from '../../fleet/run-report.ts';
import { changesText } from './changes.ts';
import { clusterText, versionPath } from './cluster.ts';
import { type Column, count, flow, hanging, table } from './layout.ts';
import { paint, type TextOptions, verdictLook } from './style.ts';
import { suppressionsText } from './suppressions.ts';

/** A run for people: the fleet as a table, what changed, then each cluster that is not simply fine, then what could not be read. */
export function runText(run: RunReport, options: TextOptions): string {
  const clusters = run.clusters.toSorted((a, b) => worstFirst.indexOf(a.verdict) - worstFirst.indexOf(b.verdict));
  const single = clusters.length === 1;
  const notScanned = coverageText(run, options);
  // Who asks for what changed wants to read nothing else.
  if (run.since !== undefined) return textOf([fleetLine(run, options), changesText(run, options), notScanned]);
  return textOf([
    ...(clusters.length > 1 ? [fleetLine(run, options), fleetTable(clusters, options)] : []),
    changesText(run, options),
    ...clusters
      .filter((report) => single || report.verdict !== 'READY')
      .map((report) => clusterText(report, { ...options, detail: single ? 'full' : 'fleet' })),
    clusters.length === 0 && notScanned.length === 0 ? ['There was no cluster to scan.'] : notScanned,
    suppressionsText(run, options),
    staleText(run, options),
  ]);
}

/** Sections with a line between them. */
function textOf(sections: readonly (readonly string[])[]): string {
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function fleetLine(run: RunReport, options: TextOptions): string[] {
  const accounts = new Set(run.clusters.map(({ cluster }) => cluster.accountId)).size;
  const verdicts = worstFirst.filter((verdict) => run.totals.verdicts[verdict] > 0);
  const counted = verdicts.map((verdict, index) => ({
    text: `${run.totals.verdicts[verdict]} ${verdictLook[verdict].words}${index < verdicts.length - 1 ? ',' : ''}`,
    decorate: (text: string) => paint(options, verdictLook[verdict].format, text),
  }));
  const { monthlySurchargeUsd, suppressed } = run.totals;
  const remarks = [
    ...(monthlySurchargeUsd > 0 ? [{ text: `(extended support costs ${monthlySurchargeUsd} USD a month)` }] : []),
    ...(suppressed > 0 ? [{ text: `(${count(suppressed, 'finding')} suppressed)` }] : []),
  ];
  return flow(
    [
      { text: `${count(run.totals.clusters, 'cluster')} in ${count(accounts, 'account')}${run.totals.clusters > 0 ? ':' : ''}` },
      ...counted,
      ...remarks,
    ],
    options.columns,
    ' ',
  );
}

const columns: readonly Column<ClusterReport>[] = [
  { title: 'VERDICT', priority: 0, text: ({ verdict }) => `${verdictLook[verdict].sign} ${verdictLook[verdict].words}` },
  { title: 'CLUSTER', priority: 0, text: ({ cluster }) => cluster.name },
  { title: 'ACCOUNT', priority: 3, text: ({ cluster }) => cluster.accountName ?? cluster.accountId },
  { title: 'REGION', priority: 2, text: ({ cluster }) => cluster.region },
  { title: 'VERSION', priority: 1, text: (report) => versionPath(report) },
  { title: 'SUPPORT', priority: 1, text: supportCell },
  { title: 'BLOCKS', priority: 0, align: 'right', text: (report) => severityCell(report, 'required') },
  { title: 'WARNS', priority: 4, align: 'right', text: (report) => severityCell(report, 'recommended') },
  {
    title: 'USD/MONTH',
    priority: 5,
    align: 'right',
    text: ({ support }) => (support.monthlySurchargeUsd > 0 ? `+${support.monthlySurchargeUsd}` : ''),
  },
];

const suppressedColumn: Column<ClusterReport> = {
  title: 'SUPPRESSED',
  priority: 6,
  align: 'right',
  text: ({ suppressed }) => (suppressed.length === 0 ? '' : String(suppressed.length)),
};

function fleetTable(clusters: readonly ClusterReport[], options: TextOptions): string[] {
  const anySuppressed = clusters.some(({ suppressed }) => suppressed.length > 0);
  return table(clusters, anySuppressed ? [...columns, suppressedColumn] : columns, options.columns, (cell, row, column) => {
    if (row === undefined) return paint(options, 'dim', cell);
    return column.title === 'VERDICT' ? paint(options, verdictLook[row.verdict].format, cell) : cell;
  });
}

function supportCell({ support }: ClusterReport): string {
  const days = support.status === 'standard' ? support.daysToEndOfStandardSupport : support.daysToEndOfExtendedSupport;
  if (support.status === 'unsupported') return 'unsupported';
  return days === null ? support.status : `${support.status}, ${count(days, 'day')}`;
}

function severityCell({ findings }: ClusterReport, severity: 'required' | 'recommended'): string {
  const number = findings.filter((finding) => finding.severity === severity).length;
  return number === 0 ? '' : String(number);
}

/** What the verdicts above do not speak of. */
function coverageText({ coverage }: RunReport, options: TextOptions): string[] {
  const failed = [...coverage.targets, ...coverage.clusters].filter(({ status }) => status === 'failed');
  const skipped = [...coverage.targets, ...coverage.clusters].filter(({ status }) => status === 'skipped');
  if (failed.length + skipped.length === 0) return [];
  return [
    paint(options, 'bold', 'Not scanned'),
    ...failed.flatMap((entry) =>
      hanging('  ? ', `${placeWords(entry)}: ${[entry.code, entry.message].filter(Boolean).join(': ')}`, options.columns),
    ),
    ...skipped.flatMap((entry) => hanging('  - ', `${placeWords(entry)}: ${entry.reason}`, options.columns)),
  ];
}

function staleText(run: RunReport, options: TextOptions): string[] {
  const tables = new Map(run.clusters.flatMap(({ staleFacts }) => staleFacts.map((fact) => [fact.table, fact] as const)));
  return [...tables.values()].flatMap(({ table: name, asOf, days }) =>
    hanging('', `The table ${name} is of ${asOf} (${days} days old): upgrade eks-greenlight to judge by newer facts.`, options.columns),
  );
}
