import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { forEachLimited } from './fan-out.ts';
import { jsonLines, readJsonLines } from './json-lines.ts';
import type { RunContext } from './run-input.ts';
import { failedTarget, scannedTarget } from './target-coverage.ts';
import { type AccountItem, type RegionListing, regionListingSchema } from './work-items.ts';

/** What listing an account asks the outside for. Both throw a `CollectionError`. */
export interface AccountSources {
  /** Enters the account. */
  enabledRegions(accountId: string): Promise<readonly string[]>;
  listClusters(accountId: string, region: string): Promise<readonly string[]>;
}

/** Regions that are asked at the same time: an account can have some thirty. */
const regionsAtOnce = 8;

/** Lists the clusters of an account, region by region, and writes the list. What cannot be read is in the list, with its code.
 *  Done again for a run that is resumed, it keeps the regions that were listed. */
export async function listAccount(
  store: ObjectStore,
  { runId, input }: Pick<RunContext, 'runId' | 'input'>,
  account: AccountItem,
  sources: AccountSources,
): Promise<readonly RegionListing[]> {
  const earlier = (await readJsonLines(store, keys.listing(runId, account.accountId), regionListingSchema)) ?? [];
  const known = earlier.filter(({ target }) => target.status === 'scanned');
  const listings = await listRegions(account, input.regions, sources, known);
  await store.put(keys.listing(runId, account.accountId), jsonLines(listings));
  return listings;
}

async function listRegions(
  { accountId, accountName, regions }: AccountItem,
  wanted: readonly string[] | undefined,
  sources: AccountSources,
  known: readonly RegionListing[],
): Promise<RegionListing[]> {
  const listings: RegionListing[] = [...known];
  const named = regions ?? (await sources.enabledRegions(accountId).catch((error: unknown) => error));
  if (!Array.isArray(named)) return [...known, { target: failedTarget({ accountId, region: '*' }, named), accountName, clusters: [] }];
  const asked: readonly string[] = named.filter((region) => wanted === undefined || wanted.includes(region));
  const left = asked.filter((region) => !known.some(({ target }) => target.region === region));
  await forEachLimited(left, regionsAtOnce, async (region) => {
    try {
      const clusters = [...(await sources.listClusters(accountId, region))];
      listings.push({ target: scannedTarget({ accountId, region }), accountName, clusters });
    } catch (error) {
      listings.push({ target: failedTarget({ accountId, region }, error), accountName, clusters: [] });
    }
  });
  return listings.sort((a, b) => asked.indexOf(a.target.region) - asked.indexOf(b.target.region));
}
