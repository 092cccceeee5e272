import { section } from './components.ts';
import { columnClass, columns, type FleetRow, initialSorting, rowHtml, sortRows } from './fleet-row.ts';
import { type Html, html } from './html.ts';
import { badge, grouped, verdictLook, verdictOrder } from './words.ts';

/** Rows that are in the document; of a bigger fleet the script makes them. */
const rowsWithoutScript = 200;

/** All clusters. Sorting and filtering come with the script; without it the table is the worst first. */
export function fleetTable(rows: readonly FleetRow[]): Html {
  const inDocument = rows.length <= rowsWithoutScript;
  const body = inDocument ? sortRows(rows, initialSorting).map(rowHtml) : [];
  const head = columns.map(
    ({ id, title }) =>
      html`<th scope="col" class="${columnClass(id)}" data-column="${id}"${id === initialSorting.column ? html` aria-sort="${initialSorting.direction}"` : null}><button type="button" class="js" data-sort="${id}">${title}<span class="arrow" aria-hidden="true"></span></button><span class="no-js">${title}</span></th>`,
  );
  return section(
    'clusters',
    'Clusters',
    inDocument
      ? null
      : html`<p class="no-js note">This fleet has ${grouped(rows.length)} clusters. Their table is made by a script, and scripts are off. Each cluster has a page of its own beside this one, in <code>clusters/</code>.</p>`,
    filters(rows),
    html`<table class="fleet" data-fleet><caption class="hidden">All clusters with verdict, version, support and findings</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`,
    html`<p class="js" hidden data-more><button type="button">Show all</button></p>`,
  );
}

function filters(rows: readonly FleetRow[]): Html {
  const distinct = (values: readonly string[]) => [...new Set(values)].sort();
  const choice = (value: string, text = value) => html`<option value="${value}">${text}</option>`;
  const select = (id: string, label: string, choices: readonly Html[]) =>
    html`<label>${label}<select data-filter="${id}">${choice('', 'All')}${choices}</select></label>`;
  const accounts = new Map(
    rows.map(({ accountId, accountName }) => [accountId, accountName === null ? accountId : `${accountName} (${accountId})`]),
  );
  const versions = [...new Set(rows.map(({ version }) => version ?? 'unknown'))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const owners = distinct(rows.flatMap((row) => row.owners));
  return html`<form class="filters js" role="search" aria-label="Filter the clusters">
<label class="text">Search<input type="search" data-filter="text" placeholder="name, account, region, owner" autocomplete="off"></label>
${select(
  'verdict',
  'Verdict',
  verdictOrder.map((verdict) => choice(verdict, verdictLook[verdict].words)),
)}
${select(
  'account',
  'Account',
  [...accounts].map(([id, text]) => choice(id, text)),
)}
${select(
  'region',
  'Region',
  distinct(rows.map(({ region }) => region)).map((region) => choice(region)),
)}
${select(
  'version',
  'Version',
  versions.map((version) => choice(version)),
)}
${
  owners.length === 0
    ? null
    : select(
        'owner',
        'Owner',
        owners.map((owner) => choice(owner)),
      )
}
<button type="button" data-clear>Clear</button>
<p role="status" data-matching>${grouped(rows.length)} clusters</p>
</form>`;
}

/** How many clusters have which verdict, as a bar and in words; each word filters the table. */
export function verdictCounts(verdicts: Readonly<Record<string, number>>): Html {
  const known = verdictOrder.filter((verdict) => (verdicts[verdict] ?? 0) > 0);
  const parts = known.map((verdict) => html`<span class="${verdictLook[verdict].tone}" style="flex:${verdicts[verdict]}"></span>`);
  const items = verdictOrder.map(
    (verdict) =>
      html`<li><a href="#clusters" data-show="${verdict}" title="${verdictLook[verdict].meaning}"><span class="figure">${grouped(verdicts[verdict] ?? 0)}</span> ${badge(verdict)}</a></li>`,
  );
  return html`<div class="share" aria-hidden="true">${parts}</div><ul class="verdicts">${items}</ul>`;
}
