import type { Verdict } from '../analysis/cluster-report.ts';
import type { Change } from '../fleet/change.ts';
import { utcDay } from '../versions/days.ts';
import { extendedSupportSurchargeUsdPerMonth } from '../versions/extended-support-price.ts';
import { accountLabel, type ClusterFacts } from './cluster-facts.ts';
import { digestText, digestTitle } from './digest-text.ts';
import { type ChangeItem, isChange, type MessageItem } from './item.ts';
import { daysAhead, oneLine } from './words.ts';

/** One item in words, for mail and chats to lay out. Every text is one line without control characters. */
export interface ItemText {
  /** What happened, the most important thing first. */
  readonly headline: string;
  /** Which cluster; null for what is said of the fleet. */
  readonly place: string | null;
  /** What it means and what it costs, one sentence each. */
  readonly notes: readonly string[];
  /** What to do, in words. */
  readonly advice: string | null;
  /** What to do, to be copied. */
  readonly command: string | null;
  readonly documentation: string | null;
  /** Lists under headings: only of the digest. */
  readonly sections: readonly TextSection[];
}

export interface TextSection {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Failures that are named before the rest is counted. */
const failuresNamed = 10;

const plain = { place: null, notes: [], advice: null, command: null, documentation: null, sections: [] };

export function itemText(item: MessageItem): ItemText {
  const text = isChange(item)
    ? { ...changeText(item), place: placeText(item.cluster, item.kind === 'verdict-changed' ? null : item.cluster.verdict) }
    : fleetText(item);
  return {
    headline: oneLine(text.headline),
    place: text.place === null ? null : oneLine(text.place),
    notes: text.notes.map(oneLine),
    advice: text.advice === null ? null : oneLine(text.advice),
    command: text.command === null ? null : oneLine(text.command),
    documentation: text.documentation === null ? null : oneLine(text.documentation),
    sections: text.sections.map(({ title, lines }) => ({ title: oneLine(title), lines: lines.map(oneLine) })),
  };
}

function fleetText(item: Exclude<MessageItem, ChangeItem>): ItemText {
  if (item.kind === 'digest') return { ...plain, headline: digestTitle(item.digest), sections: digestText(item.digest) };
  const texts = item.failures.map(({ text }) => text);
  const rest = texts.length - failuresNamed;
  return {
    ...plain,
    headline: texts.length === 1 ? `Scan incomplete: ${texts[0]}` : `Scan incomplete: ${texts.length} new gaps`,
    notes: [
      ...(texts.length === 1 ? [] : texts.slice(0, failuresNamed)),
      ...(rest > 0 ? [`and ${rest} more, which the report lists`] : []),
      'Where nothing could be read, the last known findings are kept, but not refreshed.',
    ],
    advice: 'Fix the cause; the next scan reads it again.',
  };
}

function changeText({ change, cluster }: ChangeItem): Omit<ItemText, 'place'> {
  switch (change.kind) {
    case 'milestone':
      return milestoneText(change, cluster);
    case 'verdict-changed':
      return verdictText(change, cluster);
    case 'stale':
      return staleText(change, cluster);
    default:
      return findingText(change, cluster);
  }
}

function milestoneText({ milestone }: Change, cluster: ClusterFacts): Omit<ItemText, 'place'> {
  const { end, endDate, daysLeft } = milestone ?? { end: 'standard', endDate: '', daysLeft: 0 };
  const ends = daysLeft > 0 ? 'ends' : 'ended';
  return {
    ...plain,
    headline: `${cluster.name}: ${end} support ${ends} ${daysAhead(daysLeft)} (${endDate})`,
    notes: [end === 'standard' ? afterStandard(cluster, daysLeft) : afterExtended(cluster, daysLeft)],
    ...upgradeSteps(cluster),
    documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html',
  };
}

function afterStandard({ support }: ClusterFacts, daysLeft: number): string {
  const from = daysLeft > 0 ? 'From 00:00 UTC of that day' : 'Since 00:00 UTC of that day';
  return support?.supportType === 'STANDARD'
    ? `${from} EKS may upgrade the control plane by itself at any time (the upgrade policy is STANDARD); nodes and add-ons stay behind.`
    : `${from} extended support is billed: ${extendedSupportSurchargeUsdPerMonth} USD a month more for this cluster, until it is upgraded.`;
}

function afterExtended({ support }: ClusterFacts, daysLeft: number): string {
  const from = daysLeft > 0 ? 'From 00:00 UTC of that day' : 'Since 00:00 UTC of that day';
  const surcharge = support?.monthlySurchargeUsd ?? 0;
  const until = surcharge > 0 ? ` Until the upgrade, extended support costs ${surcharge} USD a month for this cluster.` : '';
  return `${from} EKS may upgrade the control plane by itself at any time; nodes and add-ons stay behind.${until}`;
}

/** The upgrade of the control plane by one minor version, which is all that EKS does at a time. */
function upgradeSteps({ region, name, hops, verdict, counts }: ClusterFacts): Pick<ItemText, 'advice' | 'command'> {
  const [next] = hops;
  if (next === undefined)
    return { advice: 'See which versions EKS offers:', command: `aws eks describe-cluster-versions --region ${region}` };
  const required = counts?.required ?? 0;
  const before =
    verdict === 'NOT_READY' && required > 0
      ? `Fix the ${required === 1 ? 'required finding' : `${required} required findings`} in the report, then upgrade to ${next}:`
      : verdict === 'CANNOT_DETERMINE'
        ? `The scan did not see everything it needs: read the report, then upgrade to ${next}:`
        : `Upgrade the control plane to ${next}:`;
  return { advice: before, command: `aws eks update-cluster-version --region ${region} --name ${name} --kubernetes-version ${next}` };
}

function findingText({ kind, from, finding }: Change, cluster: ClusterFacts): Omit<ItemText, 'place'> {
  const message = finding?.message ?? '';
  const remediation = finding?.remediation ?? '';
  const isCommand = /^(aws|kubectl) /.test(remediation);
  const ended = kind === 'appeared' && from === 'suppressed';
  return {
    ...plain,
    headline: `${cluster.name}: ${message}`,
    notes: [
      ...(ended ? ['It was suppressed until now; the suppression no longer holds.'] : []),
      ...(kind === 'worsened' ? [`This was ${from}, and is required now.`] : []),
      finding?.hop ? `It stands in the way of Kubernetes ${finding.hop}.` : 'It matters now, whether you upgrade or not.',
    ],
    advice: isCommand || remediation === '' ? null : remediation,
    command: isCommand ? remediation : null,
    documentation: finding?.documentation ?? null,
  };
}

const verdictWords: Readonly<Record<Verdict, string>> = {
  READY: 'READY',
  READY_WITH_WARNINGS: 'READY, WITH WARNINGS',
  NOT_READY: 'NOT READY',
  CANNOT_DETERMINE: 'CANNOT DETERMINE',
};

function wordsOf(verdict: string | null): string {
  return Object.entries(verdictWords).find(([name]) => name === verdict)?.[1] ?? 'unknown';
}

function verdictText({ from, to }: Change, cluster: ClusterFacts): Omit<ItemText, 'place'> {
  const goal = cluster.targetVersion === null ? '' : ` for Kubernetes ${cluster.targetVersion}`;
  const { required = 0, recommended = 0 } = cluster.counts ?? {};
  return {
    ...plain,
    headline: `${cluster.name}: ${wordsOf(to)}${goal} (was ${wordsOf(from)})`,
    notes: cluster.counts === null ? [] : [`${required} required and ${recommended} recommended findings.`],
    ...verdictSteps(to, cluster),
  };
}

function verdictSteps(to: string | null, cluster: ClusterFacts): Pick<ItemText, 'advice' | 'command'> {
  if (to === 'NOT_READY') return { advice: 'Fix what is required; the report has the command for each finding.', command: null };
  if (to === 'CANNOT_DETERMINE')
    return { advice: 'The scan did not see everything it needs; the report says what was missing and why.', command: null };
  return cluster.hops.length === 0 ? { advice: null, command: null } : upgradeSteps(cluster);
}

function staleText({ from }: Change, cluster: ClusterFacts): Omit<ItemText, 'place'> {
  return {
    ...plain,
    headline: `${cluster.name}: not scanned since ${from === null ? 'long' : dayOf(from)}`,
    notes: [
      ...(cluster.failure === null ? [] : [`The last attempt failed with ${cluster.failure}.`]),
      'Its findings and its support dates are as of that day.',
    ],
    advice: 'Fix the cause; the next scan reads it again.',
  };
}

function dayOf(time: string): string {
  try {
    return utcDay(time);
  } catch {
    return time;
  }
}

/** `account shop (111111111111), eu-west-1, Kubernetes 1.34, NOT READY`. */
function placeText(cluster: ClusterFacts, shown: Verdict | null): string {
  const version = cluster.version === null ? [] : [`Kubernetes ${cluster.version}`];
  const verdict = shown === null ? [] : [verdictWords[shown]];
  return [`account ${accountLabel(cluster)}`, cluster.region, ...version, ...verdict].filter((part) => part !== 'account ').join(', ');
}
