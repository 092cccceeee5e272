import { matchesGlob } from '../config/globs.ts';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { forEachLimited, interleave } from './fan-out.ts';
import { jsonLines } from './json-lines.ts';
import { readClusterCoverage, readListings, readsAtOnce } from './read-run.ts';
import type { RunContext } from './run-input.ts';
import type { ClusterItem, RegionListing } from './work-items.ts';

export interface PlanScanOptions {
  readonly store: ObjectStore;
  readonly context: RunContext;
  readonly attempt: string;
  /** Writes what EKS offers in a region into the store, through the account, unless it is there already. Throws a `CollectionError`. */
  readonly fetchCatalogue: (accountId: string, region: string) => Promise<void>;
  /** Told of a region whose catalogue no account could read: its clusters then ask by themselves. */
  readonly onProblem: (region: string, error: unknown) => void;
}

export interface PlannedScan {
  /** How many clusters are to be scanned. */
  readonly clusters: number;
  readonly clustersKey: string;
}

/** Joins the lists of all accounts into the work list of the second map, neighbours in different accounts and regions, without what has
 *  a result already. Fetches each region's catalogue once. */
export async function planScan(options: PlanScanOptions): Promise<PlannedScan> {
  const { store, context, attempt } = options;
  const listings = await readListings(store, context.runId);
  await fetchCatalogues(listings, options);
  const all = interleave(listings.map((listing) => itemsOf(listing, context)));
  await store.put(keys.clusterItems(context.runId), jsonLines(all));
  if (!context.runId.endsWith(attempt)) return remaining(store, context.runId, attempt, all);
  return { clusters: all.length, clustersKey: keys.clusterItems(context.runId) };
}

function itemsOf({ target, accountName, clusters }: RegionListing, { input }: RunContext): ClusterItem[] {
  const { accountId, region } = target;
  const wanted = (name: string) => input.clusters === undefined || input.clusters.some((glob) => matchesGlob(glob, name));
  return clusters.filter(wanted).map((name) => ({ accountId, accountName, region, name }));
}

/** A failure is no result: what failed is tried again. */
async function remaining(store: ObjectStore, runId: string, attempt: string, all: readonly ClusterItem[]): Promise<PlannedScan> {
  const ended = new Set<ClusterItem>();
  await forEachLimited(all, readsAtOnce, async (item) => {
    const coverage = await readClusterCoverage(store, runId, item);
    if (coverage && coverage.status !== 'failed') ended.add(item);
  });
  const items = all.filter((item) => !ended.has(item));
  const clustersKey = keys.remainingClusterItems(runId, attempt);
  await store.put(clustersKey, jsonLines(items));
  return { clusters: items.length, clustersKey };
}

/** Accounts through which the catalogue of a region is asked for; after them its clusters ask by themselves. */
const catalogueTries = 3;
const regionsAtOnce = 8;

/** Of each region that has clusters, through the first account that can. */
async function fetchCatalogues(listings: readonly RegionListing[], { fetchCatalogue, onProblem }: PlanScanOptions): Promise<void> {
  const accountsOf = Map.groupBy(
    listings.filter(({ clusters }) => clusters.length > 0),
    ({ target }) => target.region,
  );
  await forEachLimited([...accountsOf], regionsAtOnce, async ([region, accounts]) => {
    for (const { target } of accounts.slice(0, catalogueTries)) {
      try {
        await fetchCatalogue(target.accountId, region);
        return;
      } catch (error) {
        onProblem(region, error);
      }
    }
  });
}
