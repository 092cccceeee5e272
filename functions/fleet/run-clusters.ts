import { type ClusterReport, clusterReportSchema } from '../analysis/cluster-report.ts';
import { type ClusterPlace, keys, placeOfState } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { readJson } from './json-lines.ts';
import { placeId } from './places.ts';
import type { RunOutcome } from './read-run.ts';

/** What a run says of one cluster, in the words of the comparison with its last known state. */
export interface SeenCluster {
  /** untouched: excluded, or where the run did not look. */
  readonly kind: 'scanned' | 'failed' | 'vanished' | 'untouched';
  readonly place: ClusterPlace;
}

/** Every cluster that the run or the state knows, with what the run means for it. A cluster is gone only where its account and region were
 *  listed in full; where they could not be, it failed like the rest. */
export function seenClusters({ targets, clusters, listings }: RunOutcome, known: readonly ClusterPlace[]): SeenCluster[] {
  const seen = new Map<string, SeenCluster>();
  for (const { status, accountId, region, name } of clusters) {
    const place = { accountId, region, name };
    seen.set(placeId(place), { kind: status === 'skipped' ? 'untouched' : status, place });
  }
  const listed = new Set(listings.flatMap(({ target, clusters: names }) => names.map((name) => placeId({ ...target, name }))));
  const failed = new Set(targets.filter(({ status }) => status === 'failed').map(({ accountId, region }) => `${accountId}/${region}`));
  const scanned = new Set(targets.filter(({ status }) => status === 'scanned').map(({ accountId, region }) => `${accountId}/${region}`));
  for (const place of known) {
    const id = placeId(place);
    if (seen.has(id)) continue;
    const target = `${place.accountId}/${place.region}`;
    if (failed.has(target) || failed.has(`${place.accountId}/*`)) seen.set(id, { kind: 'failed', place });
    else if (scanned.has(target) && !listed.has(id)) seen.set(id, { kind: 'vanished', place });
  }
  return [...seen.values()];
}

/** Every cluster that the state knows. */
export async function knownPlaces(store: ObjectStore): Promise<ClusterPlace[]> {
  const places: ClusterPlace[] = [];
  for await (const key of store.list(keys.clusterStates)) {
    const place = placeOfState(key);
    if (place) places.push(place);
  }
  return places;
}

/** The report of a cluster; undefined when its scan wrote none. */
export function readClusterReport(store: ObjectStore, runId: string, place: ClusterPlace): Promise<ClusterReport | undefined> {
  return readJson(store, keys.clusterReport(runId, place), clusterReportSchema);
}
