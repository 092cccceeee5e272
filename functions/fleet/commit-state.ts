import type { Configuration } from '../config/schema.ts';
import { type ClusterPlace, keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { Change } from './change.ts';
import { type ClusterOutcome, type ComparedRun, compareCluster } from './compare-cluster.ts';
import { type Kept, readKeptLatest, readKeptState } from './known-states.ts';
import { advanceLatest, type LatestUpdate } from './run-failures.ts';
import type { StoredRun } from './run-report.ts';

/** Times that a record is read and decided anew because another run was faster. */
const triesPerRecord = 10;

export interface ClusterCommit {
  readonly place: ClusterPlace;
  readonly outcome: ClusterOutcome;
  readonly run: ComparedRun;
  readonly configuration: Pick<Configuration, 'notifications' | 'owners'>;
  /** A text that no other put has; called for each try. */
  readonly writeId: () => string;
}

/** Advances the state of one cluster by what a run saw of it. Done again it changes nothing; beside another run the newer evidence wins.
 *  @returns what changed against the state that was replaced
 *  @throws Error when the state cannot be read or written, or other runs keep writing it */
export async function commitCluster(store: ObjectStore, commit: ClusterCommit): Promise<readonly Change[]> {
  const { place, writeId, ...input } = commit;
  let changes: readonly Change[] = [];
  await replaceRecord(
    store,
    keys.clusterState(place),
    () => readKeptState(store, place),
    (state) => {
      const comparison = compareCluster({ ...input, state, writeId: writeId() });
      changes = comparison.changes;
      return comparison.next;
    },
  );
  return changes;
}

export interface LatestCommit extends Omit<LatestUpdate, 'writeId'> {
  /** With the changes that it told, not those that are left when its clusters are committed. */
  readonly run: Pick<StoredRun, 'runId' | 'startedAt' | 'finishedAt' | 'coverage' | 'changes'>;
  readonly writeId: () => string;
}

/** Makes a run the last one that happened: the end of its commit, after all clusters. Only a run that started later replaces another.
 *  @throws Error when the record cannot be read or written, or other runs keep writing it */
export async function commitLatest(store: ObjectStore, { run, writeId, ...update }: LatestCommit): Promise<void> {
  await replaceRecord(
    store,
    keys.latest,
    () => readKeptLatest(store),
    (latest) => advanceLatest(latest, run, { ...update, writeId: writeId() }),
  );
}

/** Reads a record, decides what it becomes, and puts that if nobody else was faster; else the decision is made again.
 *  @param decide gives undefined for a record that stays as it is */
async function replaceRecord<T>(
  store: ObjectStore,
  key: string,
  read: () => Promise<Kept<T> | undefined>,
  decide: (record: T | undefined) => T | undefined,
): Promise<void> {
  for (let tries = 0; tries < triesPerRecord; tries += 1) {
    const kept = await read();
    const next = decide(kept?.record);
    if (next === undefined) return;
    const body = `${JSON.stringify(next)}\n`;
    const written = kept ? await store.putIfUnchanged(key, body, kept.version) : await store.putIfAbsent(key, body);
    if (written) return;
  }
  throw new Error(`cannot write ${key} of the store: in ${triesPerRecord} tries another run was faster each time; commit the run again`);
}
