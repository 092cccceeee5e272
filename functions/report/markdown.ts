import { type ClusterReport, worstFirst } from '../analysis/cluster-report.ts';
import { type Finding, severities } from '../checks/finding.ts';
import { placeWords } from '../fleet/coverage.ts';
import type { RunReport } from '../fleet/run-report.ts';
import { count } from './text/layout.ts';
import { verdictLook } from './text/style.ts';

const severityTitles = { required: 'Required', recommended: 'Recommended', info: 'For information' } as const;

/** A run as Markdown (GitHub flavour), for a pull request, a ticket or a wiki: the fleet as a table, then what to do cluster by cluster, then
 *  what nobody could see. */
export function runMarkdown(run: RunReport): string {
  const clusters = run.clusters.toSorted((a, b) => worstFirst.indexOf(a.verdict) - worstFirst.indexOf(b.verdict));
  const blocks = [
    '# EKS Greenlight',
    `${count(run.totals.clusters, 'cluster')}, as of ${run.clusters[0]?.analyzedAt ?? run.finishedAt}. Run ${code(run.runId)}.`,
    ...(clusters.length > 0 ? [fleetTable(clusters)] : []),
    ...clusters.filter((report) => report.verdict !== 'READY' || report.findings.length > 0).flatMap(clusterBlocks),
    ...notScanned(run),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function fleetTable(clusters: readonly ClusterReport[]): string {
  const header = ['Verdict', 'Cluster', 'Account', 'Region', 'Version', 'Support', 'Required', 'Recommended', 'USD a month'];
  const rows = clusters.map((report) => {
    const { cluster, verdict, support } = report;
    const target = cluster.targetVersion ? ` → ${cluster.targetVersion}` : '';
    return [
      `${verdictLook[verdict].sign} ${verdictLook[verdict].words}`,
      cluster.name,
      cluster.accountName ?? cluster.accountId,
      cluster.region,
      `${cluster.version ?? 'unknown'}${target}`,
      supportWords(support),
      String(ofSeverity(report, 'required').length),
      String(ofSeverity(report, 'recommended').length),
      support.monthlySurchargeUsd > 0 ? `+${support.monthlySurchargeUsd}` : '',
    ];
  });
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

function supportWords({ status, endOfStandardSupport, endOfExtendedSupport }: ClusterReport['support']): string {
  const until = status === 'standard' ? endOfStandardSupport : status === 'extended' ? endOfExtendedSupport : null;
  return until === null ? status : `${status} until ${until}`;
}

const ofSeverity = ({ findings }: ClusterReport, severity: Finding['severity']) => findings.filter((one) => one.severity === severity);

function clusterBlocks(report: ClusterReport): string[] {
  const { cluster, verdict, checks, suppressed } = report;
  const unknown = checks.filter(({ status }) => status === 'unknown');
  return [
    `## ${text(cluster.name)}: ${verdictLook[verdict].words}`,
    `${text(cluster.accountName ?? cluster.accountId)}, ${cluster.region}, ${cluster.version ?? 'unknown version'}${cluster.targetVersion ? ` to ${cluster.targetVersion}` : ''}`,
    ...severities.flatMap((severity) => {
      const findings = ofSeverity(report, severity);
      return findings.length === 0 ? [] : [`### ${severityTitles[severity]}`, findings.map(findingItem).join('\n')];
    }),
    ...(unknown.length === 0
      ? []
      : [
          '### Could not be judged',
          unknown
            .map(({ check, missing }) => `- ${code(check)}: ${text(missing.map((one) => `${one.evidence} (${one.code})`).join(', '))}`)
            .join('\n'),
        ]),
    ...(suppressed.length === 0
      ? []
      : [
          '### Suppressed',
          suppressed
            .map(({ message, suppression }) => `- ${text(message)} (until ${suppression.expires}: ${text(suppression.reason)})`)
            .join('\n'),
        ]),
  ];
}

/** A box to tick: in a pull request or an issue it is a list of work. */
function findingItem({ check, message, remediation, documentation, hop, owner }: Finding): string {
  const remarks = [hop === null ? null : `counts from ${hop}`, owner === null ? null : `owner ${owner}`].filter((one) => one !== null);
  const fence = '`'.repeat(Math.max(3, ...[...remediation.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [
    `- [ ] ${text(message)}${remarks.length > 0 ? ` (${text(remarks.join(', '))})` : ''} [${check}](<${documentation}>)`,
    '',
    ...[fence, ...remediation.split('\n'), fence].map((line) => `  ${line}`.trimEnd()),
    '',
  ].join('\n');
}

function notScanned({ coverage }: RunReport): string[] {
  const missed = [...coverage.targets, ...coverage.clusters].filter(({ status }) => status !== 'scanned');
  if (missed.length === 0) return [];
  const line = (one: (typeof missed)[number]) => {
    return `- ${text(placeWords(one))}: ${text([one.status, one.code, one.message ?? one.reason].filter(Boolean).join(', '))}`;
  };
  return ['## Not scanned', missed.map(line).join('\n')];
}

/** Text that means itself: no markup, no HTML, one line. */
export function text(given: string): string {
  return given
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/[\\`*_[\]<>|#~]/g, (sign) => `\\${sign}`)
    .replaceAll('&', '&amp;');
}

const cell = text;

/** Inline code, whatever is in it. */
export function code(given: string): string {
  const fence = '`'.repeat(1 + Math.max(0, ...[...given.matchAll(/`+/g)].map(([run]) => run.length)));
  const padding = given.startsWith('`') || given.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${given.replaceAll(/\s*\n\s*/g, ' ')}${padding}${fence}`;
}
