import type { StoredRun } from '../../fleet/run-report.ts';
import { changeCounts } from './change-words.ts';
import { changesSection } from './changes.ts';
import { checksSection } from './checks-section.ts';
import { clusterSection } from './cluster-section.ts';
import { clusterView, titleOf } from './cluster-view.ts';
import { section, time } from './components.ts';
import { coverageSection } from './coverage.ts';
import { fleetData } from './fleet-data.ts';
import { fleetTable, verdictCounts } from './fleet-table.ts';
import { type Html, html } from './html.ts';
import { ownerTable } from './owners.ts';
import { type Page, page } from './page.ts';
import { nextEvents, outlookOf, supportSection } from './support-ahead.ts';
import { suppressionsSection } from './suppressions.ts';
import { count, grouped } from './words.ts';

/** More clusters than this have pages of their own beside the page of the fleet, where these are written. */
export const clustersInOnePage = 200;

export interface RunHtmlOptions {
  /** gzip: the data of a big fleet is many times smaller that way. The same bytes must give the same bytes. */
  readonly compress: (bytes: Uint8Array) => Uint8Array;
  /** Whether `clusterHtml` of every cluster lies beside this document: then what is long is there, and linked. A cluster of which the run
   *  holds a summary only is linked in any case. @default for more than 200 clusters */
  readonly clusterPages?: boolean;
}

/** The report of a run for people: one HTML document that needs no network, no server and no other file.
 *
 *  The overview is in the document as it is; clusters are compressed data, made into sections when they are opened. */
export function runHtml(run: StoredRun, { compress, clusterPages = run.clusters.length > clustersInOnePage }: RunHtmlOptions): string {
  const { data, blocks } = fleetData(run, clusterPages);
  const links = new Map(run.clusters.map(({ cluster }, row) => [cluster.arn, data.rows[row]?.link]));
  const encode = (json: string) => Buffer.from(compress(new TextEncoder().encode(json))).toString('base64');
  const [first, ...others] = run.clusters;
  const single =
    first && others.length === 0 && 'findings' in first ? clusterSection(clusterView(first, { owner: run.owner }), titleOf) : undefined;
  return page({
    title: documentTitle(run),
    header: header(run),
    main: html`<div data-view="fleet">${single ?? html`${summary(run)}${fleetTable(data.rows)}`}${changesSection(run, (arn) => links.get(arn))}${supportSection(outlookOf(run))}${coverageSection(run.coverage)}${checksSection(run)}${suppressionsSection(run)}${staleSection(run)}</div>
<div data-view="cluster" hidden></div>
<div data-view="owners" hidden>${section('owners', 'Findings by owner', data.complete ? null : html`<p>Clusters that are on pages of their own are not counted here.</p>`, ownerTable(data.owners))}</div>
<div data-view="owner" hidden></div>
<div data-view="everything" class="everything" hidden></div>`,
    data: [
      ['fleet-data', encode(JSON.stringify(data))],
      ...blocks.map((json, index): NonNullable<Page['data']>[number] => [`block-${index}`, encode(json)]),
    ],
  });
}

function documentTitle({ clusters, runId, owner }: StoredRun): string {
  const [first] = clusters;
  const what = clusters.length === 1 && first ? first.cluster.name : count(clusters.length, 'cluster');
  return `EKS Greenlight: ${what}${owner === undefined ? '' : `, findings of ${owner}`}, ${runId}`;
}

function header({ runId, startedAt, finishedAt, clusters, owner, narrowed }: StoredRun): Html {
  const [first] = clusters;
  const accounts = new Set(clusters.map(({ cluster }) => cluster.accountId)).size;
  const remarks = [
    ...(owner === undefined ? [] : [`Only findings of ${owner}; each verdict is that of the whole cluster.`]),
    ...(narrowed ? ['A part of the fleet was asked for.'] : []),
  ];
  return html`<p class="brand">EKS Greenlight</p><h1>Upgrade readiness of ${clusters.length === 1 && first ? first.cluster.name : `${count(clusters.length, 'cluster')} in ${count(accounts, 'account')}`}</h1>
<p class="muted">Scanned ${time(startedAt)}${finishedAt === startedAt ? null : html` to ${time(finishedAt)}`} UTC · run ${runId}</p>${remarks.map((remark) => html`<p class="note">${remark}</p>`)}
<nav class="js" aria-label="Report"><a href="#/" data-nav="fleet">${clusters.length === 1 ? 'Cluster' : 'Fleet'}</a><a href="#/owners" data-nav="owners">By owner</a>${clusters.length > 1 && clusters.length <= clustersInOnePage ? html`<a href="#/everything" data-nav="everything">Everything, to print</a>` : null}</nav>
<p class="no-js note">Scripts are off: this shows the overview. Findings of one cluster among several, sorting and filtering need the script that is in this file; it loads nothing.</p>`;
}

/** What a tired person needs: how bad, what next, what it costs, what is not known. */
function summary(run: StoredRun): Html {
  const { totals, coverage, changes } = run;
  const outlook = outlookOf(run);
  const failed = [...coverage.targets, ...coverage.clusters].filter(({ status }) => status === 'failed').length;
  const lacking = coverage.clusters.filter(({ unavailable }) => Object.keys(unavailable).length > 0).length;
  const later = Math.max(0, ...outlook.ahead.map(({ monthlySurchargeUsd }) => monthlySurchargeUsd));
  const news = changes.some(({ base }) => base !== null) ? changes : [];
  return html`<section aria-labelledby="summary"><h2 id="summary" tabindex="-1">At a glance</h2>${verdictCounts(totals.verdicts)}<div class="tiles">
<section class="tile"><h3>Findings</h3><p><strong>${grouped(totals.findings.required)}</strong> ${totals.findings.required === 1 ? 'blocks' : 'block'}, ${count(totals.findings.recommended, 'warning')}</p>${totals.suppressed > 0 ? html`<p>${grouped(totals.suppressed)} suppressed</p>` : null}${news.length > 0 ? html`<p><a href="#changes">Since the last run</a>: ${changeCounts(news)}</p>` : null}</section>
<section class="tile"><h3><a href="#support">Next end of support</a></h3>${nextEvents(outlook)}</section>
<section class="tile"><h3><a href="#support">Extended support</a></h3><p><strong>${grouped(totals.monthlySurchargeUsd)} USD</strong> a month now</p>${later > totals.monthlySurchargeUsd ? html`<p>up to ${grouped(later)} USD within 12 months, if nobody upgrades</p>` : null}</section>
<section class="tile"><h3><a href="#coverage">Coverage</a></h3>${coverage.complete ? html`<p>Complete: everything that was asked for was seen.</p>` : html`<p><strong>Not complete</strong></p><p>${failed > 0 ? html`${grouped(failed)} could not be scanned. ` : null}${lacking > 0 ? html`${count(lacking, 'cluster')} in part only.` : null}</p>`}</section>
</div></section>`;
}

function staleSection({ clusters }: StoredRun): Html {
  const tables = new Map(clusters.flatMap(({ staleFacts }) => staleFacts.map((fact) => [fact.table, fact] as const)));
  if (tables.size === 0) return html``;
  return section(
    'stale',
    'Old facts',
    html`<p>Upgrade eks-greenlight to judge by newer ones.</p><ul>${[...tables.values()].map(({ table, asOf, days }) => html`<li>${table}: of ${asOf}, ${count(days, 'day')} old</li>`)}</ul>`,
  );
}
