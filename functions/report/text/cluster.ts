import type { ClusterReport } from '../../analysis/cluster-report.ts';
import { type Finding, severities } from '../../checks/finding.ts';
import { count, flow, hanging, type Piece } from './layout.ts';
import { paint, severityLook, type TextOptions, verdictLook } from './style.ts';

export interface ClusterTextOptions extends TextOptions {
  /** In a fleet what blocks is shown, the first few of it, and the rest is counted; one cluster is shown in full. */
  readonly detail: 'fleet' | 'full';
}

const blockersPerCluster = 5;

/** One cluster: verdict first, then what blocks, then what to do. A healthy one is a single line. */
export function clusterText(report: ClusterReport, options: ClusterTextOptions): string[] {
  if (report.verdict === 'READY' && report.findings.length === 0 && report.suppressed.length === 0) return [healthyLine(report, options)];
  const { verdict, name, path, place } = headline(report, options);
  const lines = flow([verdict, name, path, place], options.columns, '  ');
  if (!isOfNoCluster(report)) lines.push(...hanging('  ', supportLine(report), options.columns));
  for (const severity of severities) {
    const findings = report.findings.filter((finding) => finding.severity === severity);
    if (findings.length === 0) continue;
    const brief = options.detail === 'fleet' && severity !== 'required';
    lines.push(...(brief ? countedText(severity, findings, options) : severityText(severity, findings, options)));
  }
  lines.push(...unknownText(report, options));
  lines.push(...footnotes(report, options));
  return lines;
}

/** Manifests that were judged alone have versions to be judged by and no control plane, so no support either. */
function isOfNoCluster({ cluster }: ClusterReport): boolean {
  return cluster.version === null && cluster.hops.length > 0;
}

/** As much as fits into one line; the verdict and the name always stand there. */
function healthyLine(report: ClusterReport, options: TextOptions): string {
  const { verdict, name, path, place } = headline(report, options);
  const support = { text: isOfNoCluster(report) ? 'no removed API' : supportLine(report) };
  const passed = { text: `${count(report.checks.filter(({ status }) => status === 'passed').length, 'check')} passed` };
  const shorter = [
    [verdict, name, path, place, support, passed],
    [verdict, name, path, place, support],
    [verdict, name, path, support],
    [verdict, name, path, place],
    [verdict, name, path],
    [verdict, name],
  ].map((pieces) => flow(pieces, options.columns, '  '));
  return shorter.find(({ length }) => length === 1)?.[0] ?? shorter.at(-1)?.join('') ?? '';
}

function headline(
  { verdict, cluster }: ClusterReport,
  options: TextOptions,
): Readonly<Record<'verdict' | 'name' | 'path' | 'place', Piece>> {
  const { sign, words, format } = verdictLook[verdict];
  return {
    verdict: { text: `${sign} ${words}`, decorate: (text) => paint(options, format, text) },
    name: { text: cluster.name, decorate: (text) => paint(options, 'bold', text) },
    path: { text: versionPath({ cluster }) },
    place: { text: `${cluster.accountName ?? cluster.accountId} ${cluster.region}`, decorate: (text) => paint(options, 'dim', text) },
  };
}

/** `1.34 → 1.35`, `1.36, the newest`, `for 1.36` of what is in no cluster yet, or that nobody knows. */
export function versionPath({ cluster }: Pick<ClusterReport, 'cluster'>): string {
  if (cluster.version === null) return cluster.hops.length === 0 ? 'version unknown' : `for ${cluster.hops.at(-1)}`;
  return cluster.hops.length === 0 ? `${cluster.version}, the newest` : [cluster.version, ...cluster.hops].join(' → ');
}

/** Where the cluster stands in the support of its version, in one sentence. */
export function supportLine({ support }: Pick<ClusterReport, 'support'>): string {
  const { endOfStandardSupport, endOfExtendedSupport, daysToEndOfStandardSupport, daysToEndOfExtendedSupport } = support;
  switch (support.status) {
    case 'standard':
      return `standard support until ${endOfStandardSupport} (${count(daysToEndOfStandardSupport ?? 0, 'day')})`;
    case 'extended':
      return `extended support since ${endOfStandardSupport}, until ${endOfExtendedSupport} (${count(daysToEndOfExtendedSupport ?? 0, 'day')}); ${support.monthlySurchargeUsd} USD a month on top`;
    case 'unsupported':
      return `not supported since ${endOfExtendedSupport} (${count(-(daysToEndOfExtendedSupport ?? 0), 'day')} ago)`;
    case 'unknown':
      return 'support status unknown';
  }
}

function severityText(severity: Finding['severity'], findings: readonly Finding[], options: ClusterTextOptions): string[] {
  const { sign, heading, format } = severityLook[severity];
  const lines = ['', `  ${paint(options, format, heading)} (${findings.length})`];
  const limit = options.detail === 'fleet' ? blockersPerCluster : findings.length;
  for (const finding of findings.slice(0, limit)) {
    const [first = '', ...rest] = hanging(`  ${sign} `, finding.message, options.columns);
    lines.push(first.replace(sign, paint(options, format, sign)), ...rest);
    if (severity !== 'info') lines.push(...nextStep(finding.remediation, options.columns).map((line) => paint(options, 'dim', line)));
  }
  if (findings.length > limit) lines.push(`    and ${findings.length - limit} more`);
  return lines;
}

/** A single command that takes several lines goes on behind backslashes, so that it can be copied; prose is just wrapped. */
function nextStep(remediation: string, columns: number): string[] {
  const lead = '    → ';
  if (!/^(aws|kubectl) /.test(remediation) || /[,;] /.test(remediation)) return hanging(lead, remediation, columns);
  const continuation = ' \\';
  const lines = hanging(lead, remediation, columns - continuation.length);
  return lines.map((line, index) => (index < lines.length - 1 ? line + continuation : line));
}

/** How many findings of each check, in one paragraph. */
function countedText(severity: Finding['severity'], findings: readonly Finding[], options: TextOptions): string[] {
  const { heading, format } = severityLook[severity];
  const byCheck = new Map<string, number>();
  for (const { check } of findings) byCheck.set(check, (byCheck.get(check) ?? 0) + 1);
  const counted = [...byCheck].map(([check, number]) => (number === 1 ? check : `${check} ${number}`)).join(', ');
  const [first = '', ...rest] = hanging('  ', `${heading} (${findings.length}): ${counted}`, options.columns);
  return ['', first.replace(heading, paint(options, format, heading)), ...rest];
}

/** What is not known, by reason: all checks that miss the same evidence for the same reason stand together. */
function unknownText(report: ClusterReport, options: ClusterTextOptions): string[] {
  const unknown = report.checks.filter(({ status }) => status === 'unknown');
  if (unknown.length === 0) return [];
  const byReason = new Map<string, { readonly reason: string; readonly keys: Set<string>; readonly checks: string[] }>();
  for (const { check, missing } of unknown) {
    // What was not asked for is the lesser reason.
    const first = missing.find(({ code }) => code !== 'NotRequested') ?? missing[0];
    if (!first) continue;
    const reason = first.message ? `${first.code}: ${first.message}` : first.code;
    const known = byReason.get(reason) ?? { reason, keys: new Set(), checks: [] };
    known.keys.add(first.evidence);
    known.checks.push(check);
    byReason.set(reason, known);
  }
  const lines = ['', `  ${paint(options, 'magenta', 'Not known')} (${count(unknown.length, 'check')})`];
  for (const { reason, keys, checks } of byReason.values()) {
    lines.push(...hanging('  ? ', reason, options.columns));
    const without = hanging('    without ', `${[...keys].join(', ')}: ${checks.join(', ')}`, options.columns);
    lines.push(...without.map((line) => paint(options, 'dim', line)));
  }
  return lines;
}

/** What has no effect on the verdict and must not be forgotten: suppressions, and checks whose evidence was left out. */
function footnotes(report: ClusterReport, options: ClusterTextOptions): string[] {
  const skipped = report.checks.filter(({ status }) => status === 'skipped').map(({ check }) => check);
  const inside = Object.values(report.evidence)
    .flatMap(({ collectedAt }) => collectedAt ?? [])
    .sort();
  const notes = [
    ...(inside[0] === undefined ? [] : [`${count(inside.length, 'kind')} of evidence from the in-cluster collector, seen ${inside[0]}`]),
    ...(report.suppressed.length > 0 ? [`${count(report.suppressed.length, 'finding')} suppressed${suppressionEffect(report)}`] : []),
    ...(skipped.length > 0 ? [`${count(skipped.length, 'check')} skipped, evidence was not asked for: ${skipped.join(', ')}`] : []),
  ];
  return notes.length === 0 ? [] : ['', ...notes.flatMap((note) => hanging('  ', note, options.columns))];
}

function suppressionEffect({ verdictWithoutSuppressions }: ClusterReport): string {
  return verdictWithoutSuppressions ? `; without that it would be ${verdictLook[verdictWithoutSuppressions].words}` : '';
}
