import type { StoredRun } from '../../fleet/run-report.ts';
import { errorCodeMeanings } from '../../inventory/error-code-meanings.ts';
import type { ErrorCode } from '../../inventory/error-codes.ts';
import { section, table, withCode } from './components.ts';
import { type Html, html } from './html.ts';
import { count, grouped } from './words.ts';

type Coverage = StoredRun['coverage'];
type Place = Coverage['targets'][number] & { readonly name?: string };

const shown = 500;

/** What was not scanned and why, and of what was scanned what is missing. */
export function coverageSection({ targets, clusters, complete }: Coverage): Html {
  const places: readonly Place[] = [...targets, ...clusters];
  const failed = places.filter(({ status }) => status === 'failed');
  const skipped = places.filter(({ status }) => status === 'skipped');
  const lacking = clusters.filter(({ unavailable }) => Object.keys(unavailable).length > 0);
  const scanned = (of: readonly Place[]) => grouped(of.filter(({ status }) => status === 'scanned').length);
  return section(
    'coverage',
    'Coverage',
    html`<p>${complete ? 'Complete: everything that was asked for was seen.' : html`<strong>Not complete.</strong> What is listed here is not in the verdicts, or makes them uncertain.`} Scanned: ${scanned(targets)} of ${count(targets.length, 'pair')} of account and region, ${scanned(clusters)} of ${count(clusters.length, 'cluster')}.</p>`,
    placeTable(
      'Failed: nobody knows what is there',
      failed,
      ({ code, message }) => html`${[code, message].filter(Boolean).join(': ')}${adviceFor(code)}`,
    ),
    lacking.length === 0 ? null : lackingTable(lacking),
    placeTable('Skipped on purpose', skipped, ({ reason }) => html`${reason}`),
  );
}

function placeTable(caption: string, places: readonly Place[], why: (place: Place) => Html): Html | null {
  if (places.length === 0) return null;
  return html`<h3>${caption} <span class="muted">(${grouped(places.length)})</span></h3>${table(
    caption,
    [
      {
        title: 'Where',
        kind: 'text',
        of: ({ accountId, region, name }) =>
          [accountId, region === '*' ? 'all regions' : region, ...(name === undefined ? [] : [name])].join(' '),
      },
      { title: 'Why', kind: 'text', of: why },
    ],
    places.slice(0, shown),
    { unseen: true },
  )}${rest(places.length)}`;
}

function lackingTable(lacking: Coverage['clusters']): Html {
  const caption = 'Scanned in part: evidence is missing';
  return html`<h3>${caption} <span class="muted">(${grouped(lacking.length)})</span></h3>${table(
    caption,
    [
      { title: 'Cluster', kind: 'text', of: ({ accountId, region, name }) => html`${name}<span class="sub">${accountId} ${region}</span>` },
      {
        title: 'Kinds of evidence missing, by reason',
        kind: 'text',
        of: ({ unavailable }) =>
          Object.entries(unavailable)
            .map(([code, number]) => `${code} ${number}`)
            .join(', '),
      },
    ],
    lacking.slice(0, shown),
    { unseen: true },
  )}${rest(lacking.length)}`;
}

function adviceFor(code: ErrorCode | null): Html | null {
  return code === null ? null : html`<span class="sub">${withCode(errorCodeMeanings[code].advice)}</span>`;
}

function rest(number: number): Html | null {
  return number > shown ? html`<p>and ${grouped(number - shown)} more; all of them are in run.json.</p>` : null;
}
