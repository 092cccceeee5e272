import { verdicts } from '../../analysis/cluster-report.ts';
import { type Change, urgencyOf } from '../../fleet/change.ts';
import type { RunReport } from '../../fleet/run-report.ts';
import { count, flow, hanging } from './layout.ts';
import { paint, severityLook, type TextOptions, verdictLook } from './style.ts';

/** More than this is counted; who asks for the changes since a run gets all of them. */
const clustersShown = 10;
const changesPerCluster = 5;

/** What changed since the last run, cluster by cluster, the most urgent first. Nothing where there was no run before. */
export function changesText(run: Pick<RunReport, 'changes' | 'clusters' | 'since'>, options: TextOptions): string[] {
  const { changes, since } = run;
  const title = since === undefined ? 'Since the last run' : `Since the run ${since}`;
  if (since !== undefined && changes.length === 0) return [`${paint(options, 'bold', title)}: nothing changed`];
  if (changes.every(({ base }) => base === null)) return [];
  const told = [...byCluster(changes.filter(({ kind }) => kind !== 'discovered'))].toSorted(
    ([, a], [, b]) => mostUrgent(a) - mostUrgent(b),
  );
  const lines = [paint(options, 'bold', title)];
  const shown = told.slice(0, since === undefined ? clustersShown : undefined);
  for (const [arn, ofCluster] of shown) lines.push(...clusterLines(arn, ofCluster, run, options));
  if (told.length > shown.length) lines.push(`  and ${count(told.length - shown.length, 'more cluster')}`);
  const found = changes.filter(({ kind }) => kind === 'discovered').map(({ clusterArn }) => placeOf(clusterArn, run).name);
  if (found.length > 0) lines.push(...hanging('  + ', `seen for the first time: ${listed(found)}`, options.columns));
  return lines;
}

function byCluster(changes: readonly Change[]): ReadonlyMap<string, readonly Change[]> {
  const clusters = new Map<string, Change[]>();
  for (const change of changes) clusters.set(change.clusterArn, [...(clusters.get(change.clusterArn) ?? []), change]);
  return clusters;
}

function clusterLines(arn: string, changes: readonly Change[], run: Pick<RunReport, 'clusters' | 'since'>, options: TextOptions): string[] {
  const { name, where } = placeOf(arn, run);
  const heading = [
    { text: name, decorate: (text: string) => paint(options, 'bold', text) },
    { text: where, decorate: (text: string) => paint(options, 'dim', text) },
  ];
  const lines = flow(heading, options.columns - 2, '  ').map((line) => `  ${line}`);
  const shown = changes.toSorted((a, b) => urgencyOf(a) - urgencyOf(b)).slice(0, run.since === undefined ? changesPerCluster : undefined);
  for (const change of shown) {
    const { sign, format } = lookOf(change);
    const [first = '', ...rest] = hanging(`    ${sign} `, sentenceOf(change), options.columns);
    lines.push(first.replace(sign, paint(options, format, sign)), ...rest);
  }
  if (changes.length > shown.length) lines.push(`      and ${changes.length - shown.length} more`);
  return lines;
}

/** A cluster that is in no report of this run is known by its ARN. */
function placeOf(arn: string, { clusters }: Pick<RunReport, 'clusters'>): { readonly name: string; readonly where: string } {
  const cluster = clusters.find((report) => report.cluster.arn === arn)?.cluster;
  if (cluster) return { name: cluster.name, where: `${cluster.accountName ?? cluster.accountId} ${cluster.region}` };
  const [, , , region = '', accountId = '', resource = ''] = arn.split(':');
  return { name: resource.split('/').at(-1) || arn, where: `${accountId} ${region}` };
}

function sentenceOf({ kind, finding, from, to, milestone }: Change): string {
  switch (kind) {
    case 'appeared':
      return `${from === 'suppressed' ? 'its suppression ended' : 'new'}: ${finding?.message}`;
    case 'worsened':
      return `was ${from}, is ${to}: ${finding?.message}`;
    case 'resolved':
      return `resolved: ${finding?.message}`;
    case 'verdict-changed':
      return `${verdictWords(to)}, was ${verdictWords(from)}`;
    case 'version-changed':
      return `Kubernetes ${to}, was ${from}`;
    case 'vanished':
      return `no longer there; last seen ${from}`;
    case 'stale':
      return `could not be scanned for several runs; last seen ${from}`;
    case 'milestone':
      return milestone ? milestoneSentence(milestone) : '';
    case 'discovered':
      return 'seen for the first time';
  }
}

function milestoneSentence({ end, endDate, daysLeft }: NonNullable<Change['milestone']>): string {
  if (daysLeft > 0) return `${count(daysLeft, 'day')} left: ${end} support ends on ${endDate}`;
  return `${end} support ended on ${endDate}${daysLeft === 0 ? ', today' : `, ${count(-daysLeft, 'day')} ago`}`;
}

function verdictWords(verdict: string | null): string {
  const known = verdicts.find((one) => one === verdict);
  return known ? verdictLook[known].words : String(verdict);
}

interface Look {
  readonly sign: string;
  readonly format: Parameters<typeof paint>[1];
}

function lookOf({ kind, finding, to }: Change): Look {
  switch (kind) {
    case 'appeared':
    case 'worsened':
      return severityLook[finding?.severity ?? 'info'];
    case 'resolved':
      return verdictLook.READY;
    case 'verdict-changed':
      return verdictLook[verdicts.find((one) => one === to) ?? 'CANNOT_DETERMINE'];
    case 'milestone':
      return severityLook.recommended;
    case 'stale':
      return verdictLook.CANNOT_DETERMINE;
    case 'vanished':
      return { sign: '-', format: 'dim' };
    default:
      return severityLook.info;
  }
}

/** The most urgent of them. */
function mostUrgent(changes: readonly Change[]): number {
  return Math.min(...changes.map(urgencyOf));
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, clustersShown).join(', ');
  return names.length > clustersShown ? `${shown} and ${names.length - clustersShown} more` : shown;
}
