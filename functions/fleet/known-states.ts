import * as z from 'zod';
import { type ClusterPlace, keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type ClusterState, clusterStateSchema, type Latest, latestSchema } from './cluster-state.ts';
import { forEachLimited } from './fan-out.ts';

/** Objects of the store that are read at the same time. */
const readsAtOnce = 32;

/** A record of the state as it was read, for a put that must not overwrite another. */
export interface Kept<T> {
  readonly record: T;
  /** For `putIfUnchanged`. */
  readonly version: string;
}

/** The last known view of a cluster; undefined when no run has seen it.
 *  @throws Error that names the key, when it cannot be read as a state */
export async function readClusterState(store: ObjectStore, place: ClusterPlace): Promise<ClusterState | undefined> {
  return (await readKeptState(store, place))?.record;
}

/** The last known view of every cluster, in the order of their keys.
 *  @throws Error that names the first key that cannot be read as a state */
export async function readClusterStates(store: ObjectStore): Promise<ClusterState[]> {
  const all: string[] = [];
  for await (const key of store.list(keys.clusterStates)) all.push(key);
  const states = new Map<string, ClusterState>();
  await forEachLimited(all, readsAtOnce, async (key) => {
    const kept = await readRecord(store, key, clusterStateSchema);
    if (kept) states.set(key, kept.record);
  });
  return all.flatMap((key) => states.get(key) ?? []);
}

export function readKeptState(store: ObjectStore, place: ClusterPlace): Promise<Kept<ClusterState> | undefined> {
  return readRecord(store, keys.clusterState(place), clusterStateSchema);
}

/** The last run that happened; undefined when there was none.
 *  @throws Error that names the key, when it cannot be read */
export async function readLatest(store: ObjectStore): Promise<Latest | undefined> {
  return (await readKeptLatest(store))?.record;
}

export function readKeptLatest(store: ObjectStore): Promise<Kept<Latest> | undefined> {
  return readRecord(store, keys.latest, latestSchema);
}

async function readRecord<S extends z.ZodType>(store: ObjectStore, key: string, schema: S): Promise<Kept<z.output<S>> | undefined> {
  const object = await store.get(key);
  if (!object) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(object.body));
    refuseOtherVersions(value);
    return { record: schema.parse(value), version: object.version };
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`cannot read ${key} of the store: ${reason}; put it right, or remove it and the next run begins anew`, {
      cause: error,
    });
  }
}

function refuseOtherVersions(value: unknown): void {
  const stated = z.object({ schemaVersion: z.string() }).safeParse(value);
  if (!stated.success || stated.data.schemaVersion === '1') return;
  throw new Error(`it is of schemaVersion "${stated.data.schemaVersion}", this program reads "1"`);
}
