import * as z from 'zod';
import { type ErrorCode, errorCodes } from '../inventory/error-codes.ts';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type ClusterCoverage, clusterCoverageSchema, type TargetCoverage } from './coverage.ts';
import { forEachLimited } from './fan-out.ts';
import { readJson, readJsonLines } from './json-lines.ts';
import { accountItemSchema, type ClusterItem, clusterItemSchema, type RegionListing, regionListingSchema } from './work-items.ts';

/** How a run went, read back from the store. */
export interface RunOutcome {
  readonly targets: readonly TargetCoverage[];
  readonly clusters: readonly ClusterCoverage[];
  /** Every cluster that was seen, whether the run was to scan it or not. */
  readonly listings: readonly RegionListing[];
}

/** Objects of the store that are read at the same time. */
export const readsAtOnce = 32;

/** Every account, region and cluster of a run with how it ended. What left no result failed, with what the state machine caught, if it
 *  could tell. */
export async function readRunOutcome(store: ObjectStore, runId: string): Promise<RunOutcome> {
  const listings = await readListings(store, runId);
  const items = (await readJsonLines(store, keys.clusterItems(runId), clusterItemSchema)) ?? [];
  const clusters: ClusterCoverage[] = [];
  await forEachLimited(items, readsAtOnce, async (item) => {
    clusters.push((await readClusterCoverage(store, runId, item)) ?? (await lostCluster(store, runId, item)));
  });
  return { targets: listings.map(({ target }) => target), clusters, listings };
}

/** The lists of all accounts, those included that have none, because listing them failed. */
export async function readListings(store: ObjectStore, runId: string): Promise<RegionListing[]> {
  const accounts = (await readJsonLines(store, keys.targetItems(runId), accountItemSchema)) ?? [];
  const names = new Map(accounts.map(({ accountId, accountName }) => [keys.listing(runId, accountId), { accountId, accountName }]));
  const listed = await Array.fromAsync(store.list(keys.listings(runId)));
  const lists = new Map<string, RegionListing[]>();
  await forEachLimited(listed, readsAtOnce, async (key) => {
    names.delete(key);
    lists.set(key, (await readJsonLines(store, key, regionListingSchema)) ?? []);
  });
  const found = listed.flatMap((key) => lists.get(key) ?? []);
  for (const { accountId, accountName } of names.values()) {
    const { code, message } = await caught(store, keys.accountFailure(runId, accountId), `account ${accountId} was not listed`);
    found.push({ target: { accountId, region: '*', status: 'failed', code, message, reason: null }, accountName, clusters: [] });
  }
  return found;
}

/** @returns undefined when the scan of the cluster has not ended */
export function readClusterCoverage(store: ObjectStore, runId: string, item: ClusterItem): Promise<ClusterCoverage | undefined> {
  return readJson(store, keys.clusterCoverage(runId, item), clusterCoverageSchema);
}

async function lostCluster(store: ObjectStore, runId: string, item: ClusterItem): Promise<ClusterCoverage> {
  const { accountId, region, name } = item;
  const failure = await caught(store, keys.clusterFailure(runId, item), `the scan of ${name} ended without a result`);
  return { accountId, region, name, status: 'failed', ...failure, reason: null, unavailable: {} };
}

/** What a catch of the state machine wrote: the name of the error, and its cause as text, for Lambda functions JSON. */
const caughtSchema = z.object({ Error: z.string(), Cause: z.string().optional() });
const causeSchema = z.object({ errorType: z.string().optional(), errorMessage: z.string() });

async function caught(store: ObjectStore, key: string, what: string): Promise<{ code: ErrorCode; message: string }> {
  const failure = await readJson(store, key, caughtSchema);
  if (!failure) return { code: 'Internal', message: `${what}, and nothing says why; resume the run, or see the log of its function` };
  const cause = causeOf(failure.Cause);
  const said = cause === '' ? failure.Error : `${failure.Error}: ${cause}`;
  return { code: codeOf(failure.Error, cause), message: `${what}: ${said}` };
}

function causeOf(text = ''): string {
  try {
    return causeSchema.parse(JSON.parse(text)).errorMessage;
  } catch {
    return text;
  }
}

/** A function that was stopped at its time limit is named differently by Step Functions and by Lambda. */
function codeOf(name: string, cause: string): ErrorCode {
  if (name === 'States.Timeout' || /Task timed out|Sandbox\.Timedout/.test(`${name} ${cause}`)) return 'Timeout';
  return errorCodes.find((code) => code === name) ?? 'Internal';
}
