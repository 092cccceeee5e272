import type { Change } from '../../fleet/change.ts';
import { type Html, html } from './html.ts';
import { badge, count, fromNow, severityLook, verdictOrder } from './words.ts';

/** One change in one sentence. */
export function changeSentence({ kind, finding, from, to, milestone }: Change): Html {
  switch (kind) {
    case 'appeared':
      return html`${from === 'suppressed' ? 'Its suppression ended' : 'New'}, ${severityWord(finding)}: ${finding?.message}`;
    case 'worsened':
      return html`Was ${from}, is ${to}: ${finding?.message}`;
    case 'resolved':
      return html`Resolved: ${finding?.message}`;
    case 'verdict-changed':
      return html`${verdictBadge(to)} was ${verdictBadge(from)}`;
    case 'version-changed':
      return html`Kubernetes ${to}, was ${from}`;
    case 'vanished':
      return html`No longer there; last seen ${from}`;
    case 'stale':
      return html`Could not be scanned for several runs; last seen ${from}`;
    case 'milestone':
      return milestone
        ? html`${milestone.end === 'standard' ? 'Standard' : 'Extended'} support ${milestone.daysLeft > 0 ? 'ends' : 'ended'} on ${milestone.endDate}, ${fromNow(milestone.daysLeft)}`
        : html``;
    case 'discovered':
      return html`Seen for the first time`;
  }
}

function severityWord(finding: Change['finding']): string {
  return finding ? severityLook[finding.severity].heading.toLowerCase() : 'finding';
}

function verdictBadge(verdict: string | null): Html {
  const known = verdictOrder.find((one) => one === verdict);
  return known ? badge(known) : html`${verdict}`;
}

/** `3 appeared, 1 resolved` */
export function changeCounts(changes: readonly Change[]): string {
  const byKind = Map.groupBy(changes, ({ kind }) => kind);
  return [...byKind]
    .map(([kind, { length }]) => (kind === 'milestone' ? count(length, 'milestone') : `${length} ${kind.replace('-', ' ')}`))
    .join(', ');
}
