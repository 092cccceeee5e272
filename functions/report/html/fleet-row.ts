import type { Verdict } from '../../analysis/cluster-report.ts';
import { type Html, html } from './html.ts';
import { badge, count, grouped, verdictOrder } from './words.ts';

/** A cluster as the table of the fleet shows it. */
export interface FleetRow {
  readonly accountId: string;
  readonly accountName: string | null;
  readonly region: string;
  readonly name: string;
  readonly version: string | null;
  /** `1.34 → 1.35` */
  readonly path: string;
  readonly verdict: Verdict;
  readonly support: string;
  /** Days to the next end of support; null when nobody knows or it is over. */
  readonly days: number | null;
  readonly required: number;
  readonly recommended: number;
  /** Checks that could not be judged; null where the run holds a summary only. */
  readonly unknown: number | null;
  readonly usd: number;
  readonly owners: readonly string[];
  /** The fragment that opens it here, or the address of its own page. */
  readonly link: string;
  /** Where its section is: number of the block of data and place in it; null when it is on its own page. */
  readonly at: readonly [block: number, index: number] | null;
}

export const columns = [
  { id: 'name', title: 'Cluster' },
  { id: 'verdict', title: 'Verdict' },
  { id: 'account', title: 'Account' },
  { id: 'region', title: 'Region' },
  { id: 'version', title: 'Version' },
  { id: 'support', title: 'Support' },
  { id: 'required', title: 'Blocks' },
  { id: 'recommended', title: 'Warnings' },
  { id: 'unknown', title: 'Unknown' },
  { id: 'usd', title: 'USD/month' },
] as const;
export type ColumnId = (typeof columns)[number]['id'];

export interface Sorting {
  readonly column: ColumnId;
  readonly direction: 'ascending' | 'descending';
}

/** Worst first. */
export const initialSorting: Sorting = { column: 'verdict', direction: 'ascending' };

/** What has to match, all of it; what is empty matches everything. */
export interface Filters {
  readonly text: string;
  readonly verdict: string;
  readonly account: string;
  readonly region: string;
  readonly version: string;
  readonly owner: string;
}

export function filterRows(rows: readonly FleetRow[], { text, verdict, account, region, version, owner }: Filters): FleetRow[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return rows.filter(
    (row) =>
      (verdict === '' || row.verdict === verdict) &&
      (account === '' || row.accountId === account) &&
      (region === '' || row.region === region) &&
      (version === '' || (row.version ?? 'unknown') === version) &&
      (owner === '' || row.owners.includes(owner)) &&
      words.every((word) => textOf(row).includes(word)),
  );
}

function textOf({ accountId, accountName, region, name, path, support, owners }: FleetRow): string {
  return [accountId, accountName ?? '', region, name, path, support, ...owners].join(' ').toLowerCase();
}

/** Sorted by one column; equals stay in the order of the run, and what nobody knows is last either way. */
export function sortRows(rows: readonly FleetRow[], { column, direction }: Sorting): FleetRow[] {
  const sign = direction === 'ascending' ? 1 : -1;
  const keyOf = keys[column];
  return rows.toSorted((a, b) => {
    const [first, second] = [keyOf(a), keyOf(b)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return first === second ? 0 : (first < second ? -1 : 1) * sign;
  });
}

const keys: Readonly<Record<ColumnId, (row: FleetRow) => string | number | null>> = {
  name: ({ name }) => name,
  // Of two verdicts that are alike the cluster with more that blocks comes first.
  verdict: ({ verdict, required, recommended }) => verdictOrder.indexOf(verdict) * 1e9 - required * 1e4 - Math.min(recommended, 9_999),
  account: ({ accountName, accountId }) => accountName ?? accountId,
  region: ({ region }) => region,
  version: ({ version }) => (version === null ? null : version.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0)),
  support: ({ days }) => days,
  required: ({ required }) => required,
  recommended: ({ recommended }) => recommended,
  unknown: ({ unknown }) => unknown,
  usd: ({ usd }) => usd,
};

/** One row. On a phone, account, region, version and support stand under the name, and their columns are not shown. */
export function rowHtml(row: FleetRow): Html {
  const { accountId, accountName, region, name, path, verdict, support, required, recommended, unknown, usd, link } = row;
  const number = (value: number | null) =>
    value === null || value === 0 ? html`<span class="muted">${value === null ? '–' : '0'}</span>` : grouped(value);
  const narrow = html`<span class="sub narrow">${accountName ?? accountId} ${region}<br>${path} · ${support}</span>`;
  return html`<tr><th scope="row"><a href="${link}">${name}</a><span class="phone">${badge(verdict)}</span>${narrow}</th><td class="desk">${badge(verdict)}</td><td class="wide">${accountName ?? accountId}${accountName === null ? null : html`<span class="sub">${accountId}</span>`}</td><td class="wide whole">${region}</td><td class="wide whole">${path}</td><td class="wide">${support}</td><td class="number">${number(required)}</td><td class="number desk">${number(recommended)}</td><td class="number wide">${number(unknown)}</td><td class="number wide">${usd > 0 ? `+${grouped(usd)}` : html`<span class="muted">0</span>`}</td></tr>`;
}

/** Columns that are numbers, and those that a narrow screen (`wide`) or a phone (`desk`) does not show. */
export function columnClass(id: ColumnId): string {
  const classes: Readonly<Partial<Record<ColumnId, string>>> = {
    name: '',
    verdict: 'desk',
    required: 'number',
    recommended: 'number desk',
    unknown: 'number wide',
    usd: 'number wide',
  };
  return classes[id] ?? 'wide';
}

/** `standard, 11 days`: where the version stands, and how long. */
export function supportCell(status: string, days: number | null): string {
  if (status === 'unsupported' || days === null) return status;
  return `${status}, ${count(days, 'day')}`;
}
