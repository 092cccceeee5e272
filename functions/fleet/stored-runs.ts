import { type ClusterReport, clusterReportSchema } from '../analysis/cluster-report.ts';
import { byCodeUnit } from '../analysis/order.ts';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { forEachLimited } from './fan-out.ts';
import { readJson } from './json-lines.ts';
import { readLatest } from './known-states.ts';
import { type RunReport, type StoredRun, storedRunSchema } from './run-report.ts';

const readsAtOnce = 32;
const months = 24;

/** Ids of the runs that a store keeps, newest first. In a store with a state, those since the month of its last run: below `runs/` there
 *  is a key for each cluster and run, which are millions in a year of a large fleet.
 *  @param now up to whose month there can be runs */
export async function newestRuns(store: ObjectStore, now: Date): Promise<string[]> {
  const latest = await readLatest(store);
  const recent = latest ? await runIdsBelow(store, monthsFrom(latest.runId.slice(0, 7), now)) : [];
  const ids = recent.length > 0 ? recent : await runIdsBelow(store, ['']);
  return ids.toSorted((a, b) => byCodeUnit(b, a));
}

async function runIdsBelow(store: ObjectStore, starts: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const start of starts) {
    for await (const key of store.list(`runs/${start}`)) {
      const id = /^runs\/([^/]+)\/run\.json$/.exec(key)?.[1];
      if (id !== undefined) ids.push(id);
    }
  }
  return ids;
}

/** 'YYYY-MM' from the first to that of `now`; the first alone when it lies ahead, everything when it is long ago or no month. */
function monthsFrom(first: string, now: Date): string[] {
  const start = new Date(`${first}-01T00:00:00Z`);
  const count = (now.getUTCFullYear() - start.getUTCFullYear()) * 12 + now.getUTCMonth() - start.getUTCMonth();
  if (!(count <= months)) return [''];
  return Array.from({ length: Math.max(0, count) + 1 }, (_, index) =>
    new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + index)).toISOString().slice(0, 7),
  );
}

/** A run with the whole report of each cluster, as it was scanned; undefined when there is none of that id.
 *  @throws Error that names the key of what cannot be read */
export async function readStoredRun(store: ObjectStore, runId: string): Promise<RunReport | undefined> {
  if (runId.includes('/') || runId === '.' || runId === '..') return undefined;
  const run = await readJson(store, keys.run(runId), storedRunSchema);
  if (!run) return undefined;
  const clusters: ClusterReport[] = [];
  await forEachLimited([...run.clusters.entries()], readsAtOnce, async ([index, entry]) => {
    clusters[index] = 'reportKey' in entry ? await readReport(store, entry.reportKey) : entry;
  });
  return { ...run, clusters };
}

type Summary = Extract<StoredRun['clusters'][number], { readonly reportKey: string }>;

async function readReport(store: ObjectStore, key: Summary['reportKey']): Promise<ClusterReport> {
  const report = await readJson(store, key, clusterReportSchema);
  if (report) return report;
  throw new Error(`${key} is not in the store, although run.json names it: the report of that cluster was removed`);
}
