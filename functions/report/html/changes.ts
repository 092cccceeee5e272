import { urgencyOf } from '../../fleet/change.ts';
import type { StoredRun } from '../../fleet/run-report.ts';
import { changeCounts, changeSentence } from './change-words.ts';
import { list, section } from './components.ts';
import { type Html, html } from './html.ts';
import { count, someOf } from './words.ts';

const [clustersAtOnce, clustersInAll, changesPerCluster] = [10, 200, 12] as const;

type Changes = StoredRun['changes'];

/** What changed since the last run, cluster by cluster, the most urgent first. Nothing where there was no run before.
 *  @param linkOf where a cluster of this run is shown */
export function changesSection({ changes, since }: StoredRun, linkOf: (arn: string) => string | undefined): Html {
  const title = since === undefined ? 'What changed since the last run' : `What changed since the run ${since}`;
  if (since === undefined && changes.every(({ base }) => base === null)) return html``;
  const told = changes.filter(({ kind }) => kind !== 'discovered');
  const found = changes.filter(({ kind }) => kind === 'discovered').map(({ clusterArn }) => nameOf(clusterArn));
  const clusters = [...Map.groupBy(told, ({ clusterArn }) => clusterArn)].toSorted(([, a], [, b]) => urgency(a) - urgency(b));
  const item = ([arn, ofCluster]: (typeof clusters)[number]) => clusterItem(arn, ofCluster, linkOf(arn));
  const [first, more] = [clusters.slice(0, clustersAtOnce), clusters.slice(clustersAtOnce, clustersInAll)];
  const beyond = clusters.length - first.length - more.length;
  return section(
    'changes',
    title,
    changes.length === 0 ? html`<p>Nothing.</p>` : html`<p>${changeCounts(changes)}.</p>`,
    html`<div class="changes">${first.map(item)}</div>`,
    more.length === 0
      ? null
      : html`<details class="more"><summary>${count(more.length + beyond, 'more cluster')}</summary><div class="changes">${more.map(item)}</div>${beyond > 0 ? html`<p>and ${count(beyond, 'more cluster')}; all of them are in run.json.</p>` : null}</details>`,
    found.length === 0 ? null : html`<p>Seen for the first time: ${someOf(found, 20)}.</p>`,
  );
}

function clusterItem(arn: string, changes: Changes, link: string | undefined): Html {
  const [, , , region = '', accountId = ''] = arn.split(':');
  const sorted = changes.toSorted((a, b) => urgencyOf(a) - urgencyOf(b));
  const rest = sorted.length - changesPerCluster;
  const items = sorted.slice(0, changesPerCluster).map(changeSentence);
  const name = link === undefined ? html`${nameOf(arn)}` : html`<a href="${link}">${nameOf(arn)}</a>`;
  return html`<article><h3>${name} <span class="muted">${accountId} ${region}</span></h3>${list(rest > 0 ? [...items, html`and ${rest} more`] : items)}</article>`;
}

function urgency(changes: Changes): number {
  return changes.reduce((least, change) => Math.min(least, urgencyOf(change)), 9);
}

function nameOf(arn: string): string {
  return arn.split('/').at(-1) || arn;
}
