import type { ClusterView } from './cluster-view.ts';
import { table } from './components.ts';
import { findingGroups, type TitleOf } from './findings.ts';
import type { OwnerRow } from './fleet-data.ts';
import { type Html, html } from './html.ts';
import { badge, count, grouped } from './words.ts';

/** The fragment of one owner's findings; nobody is an empty name. */
export function ownerFragment(owner: string | null): string {
  return `#/owners/${encodeURIComponent((owner ?? '').toWellFormed())}`;
}

/** All owners with what is theirs. */
export function ownerTable(owners: readonly OwnerRow[]): Html {
  if (owners.length === 0) return html`<p>No finding.</p>`;
  return table(
    'Findings by owner, as tags and labels name them',
    [
      { title: 'Owner', kind: 'text', of: ({ owner }) => html`<a href="${ownerFragment(owner)}">${owner ?? 'nobody'}</a>` },
      { title: 'Blocks', kind: 'number', of: ({ required }) => grouped(required) },
      { title: 'Warnings', kind: 'number', of: ({ recommended }) => grouped(recommended) },
      { title: 'Good to know', kind: 'number', of: ({ info }) => grouped(info) },
      { title: 'Clusters', kind: 'number', of: ({ rows }) => grouped(rows.length) },
    ],
    owners,
  );
}

/** What is one owner's in one cluster. */
export function ownerFindings(owner: string | null, view: ClusterView, link: string, titleOf: TitleOf): Html {
  const findings = view.findings.filter((finding) => finding.owner === owner);
  const groups = findingGroups(findings, { titleOf, tick: false, level: 4 });
  return html`<section><h3><a href="${link}">${view.cluster.name}</a> <span class="muted">${view.cluster.accountName ?? view.cluster.accountId} ${view.cluster.region}, ${count(findings.length, 'finding')}</span></h3><p>The whole cluster: ${badge(view.verdict)}</p>${groups}</section>`;
}
