import type { ClusterReport } from '../../analysis/cluster-report.ts';
import { byCodeUnit } from '../../analysis/order.ts';
import type { StoredRun } from '../../fleet/run-report.ts';
import { versionPath } from '../text/cluster.ts';
import { type ClusterView, clusterView, titleOf } from './cluster-view.ts';
import { type FleetRow, supportCell } from './fleet-row.ts';
import { clusterFragment, clusterPageLink } from './place.ts';

/** Findings of one owner; null is what nobody owns. */
export interface OwnerRow {
  readonly owner: string | null;
  readonly required: number;
  readonly recommended: number;
  readonly info: number;
  /** Numbers of the rows with findings of hers. */
  readonly rows: readonly number[];
}

/** What the page needs at once. Sections of clusters are in blocks of their own, read when one is opened. */
export interface FleetData {
  readonly rows: readonly FleetRow[];
  readonly owners: readonly OwnerRow[];
  /** Of all checks that any cluster names. */
  readonly titles: readonly (readonly [check: string, title: string])[];
  /** Whether owners are known: not where clusters are on pages of their own. */
  readonly complete: boolean;
}

/** About how much JSON is in one block: opening a cluster reads one, and it must not be felt. */
const blockBytes = 256 * 1024;

/** The rows of a run, and the sections of its clusters in blocks of JSON, both in the order of the run.
 *  @param pages whether each cluster has a page of its own beside this one, which then has what is long */
export function fleetData(run: StoredRun, pages: boolean): { readonly data: FleetData; readonly blocks: readonly string[] } {
  const rows: FleetRow[] = [];
  const blocks: string[][] = [];
  let size = blockBytes;
  for (const report of run.clusters) {
    if (!('findings' in report)) {
      rows.push(rowOf(report, null));
      continue;
    }
    const view = clusterView(report, { page: pages ? clusterPageLink(report.cluster) : null, owner: run.owner });
    const json = JSON.stringify(view satisfies ClusterView);
    if (size + json.length > blockBytes) {
      blocks.push([]);
      size = 0;
    }
    size += json.length;
    const block = blocks.at(-1) ?? [];
    rows.push(rowOf(report, [blocks.length - 1, block.push(json) - 1]));
  }
  const complete = rows.every(({ at }) => at !== null);
  return { data: { rows, owners: ownersOf(run), titles: titlesIn(run), complete }, blocks: blocks.map((block) => `[${block.join(',')}]`) };
}

type Entry = StoredRun['clusters'][number];

function rowOf(report: Entry, at: FleetRow['at']): FleetRow {
  const { cluster, support, verdict } = report;
  const days = support.status === 'standard' ? support.daysToEndOfStandardSupport : support.daysToEndOfExtendedSupport;
  const numbers = 'findings' in report ? countsOf(report) : { ...report.counts, unknown: null, owners: [] };
  return {
    accountId: cluster.accountId,
    accountName: cluster.accountName,
    region: cluster.region,
    name: cluster.name,
    version: cluster.version,
    path: versionPath(report),
    verdict,
    support: supportCell(support.status, days),
    days: support.status === 'unsupported' ? -1 : days,
    required: numbers.required ?? 0,
    recommended: numbers.recommended ?? 0,
    unknown: numbers.unknown,
    usd: support.monthlySurchargeUsd,
    owners: numbers.owners,
    link: at === null ? clusterPageLink(cluster) : clusterFragment(cluster),
    at,
  };
}

function countsOf({ findings, checks }: ClusterReport) {
  const owners = findings.flatMap(({ owner }) => owner ?? []);
  return {
    required: findings.filter(({ severity }) => severity === 'required').length,
    recommended: findings.filter(({ severity }) => severity === 'recommended').length,
    unknown: checks.filter(({ status }) => status === 'unknown').length,
    owners: [...new Set(owners)].sort(byCodeUnit),
  };
}

function titlesIn({ clusters }: StoredRun): FleetData['titles'] {
  const named = clusters.flatMap((report) => ('findings' in report ? report.checks.map(({ check }) => check) : []));
  return [...new Set(named)].sort(byCodeUnit).map((check) => [check, titleOf(check)]);
}

/** By name, what nobody owns last. */
function ownersOf({ clusters }: StoredRun): OwnerRow[] {
  const owners = new Map<string | null, { required: number; recommended: number; info: number; rows: Set<number> }>();
  for (const [row, report] of clusters.entries()) {
    if (!('findings' in report)) continue;
    for (const { owner, severity } of report.findings) {
      const known = owners.get(owner) ?? { required: 0, recommended: 0, info: 0, rows: new Set() };
      known[severity] += 1;
      known.rows.add(row);
      owners.set(owner, known);
    }
  }
  return [...owners]
    .map(([owner, { rows, ...counts }]) => ({ owner, ...counts, rows: [...rows] }))
    .sort((a, b) => (a.owner === null ? 1 : b.owner === null ? -1 : byCodeUnit(a.owner, b.owner)));
}
