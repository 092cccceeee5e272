import { describe, expect, it } from 'vitest';
import type { Change } from '../../functions/fleet/change.ts';
import type { ClusterState, Latest } from '../../functions/fleet/cluster-state.ts';
import { commitCluster, commitLatest } from '../../functions/fleet/commit-state.ts';
import type { ClusterOutcome } from '../../functions/fleet/compare-cluster.ts';
import { readClusterState, readClusterStates, readLatest } from '../../functions/fleet/known-states.ts';
import { type ClusterPlace, keys } from '../../functions/store/layout.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { configuration, findingOn, place, type ReportInput, runOf, scanned } from './builders.ts';

let writes = 0;
const writeId = () => {
  writes += 1;
  return `write ${writes}`;
};

const clusters = ['a', 'b', 'c'].map((name) => ({ ...place, name }));
const outcomeOf = ({ name }: ClusterPlace, input: ReportInput): ClusterOutcome =>
  scanned({ ...input, cluster: { name, arn: `arn:${name}`, ...input.cluster } });

/** Commits a whole run: every cluster, then that it happened. */
async function commitRun(store: ObjectStore, day: number, input: ReportInput, told: readonly Change[] = []): Promise<Change[]> {
  const changes: Change[] = [];
  for (const cluster of clusters)
    changes.push(
      ...(await commitCluster(store, {
        place: cluster,
        outcome: outcomeOf(cluster, { day, ...input }),
        run: runOf(day),
        configuration,
        writeId,
      })),
    );
  const at = `2026-11-0${day}T06:00:00Z`;
  const run = { ...runOf(day), startedAt: at, finishedAt: at, coverage: { complete: true, targets: [], clusters: [] }, changes: [...told] };
  await commitLatest(store, { run, writeId });
  return changes;
}

/** Everything that is known, without the ids of the puts. */
async function knownIn(
  store: ObjectStore,
): Promise<{ states: Omit<ClusterState, 'writeId'>[]; latest: Omit<Latest, 'writeId'> | undefined }> {
  const states = (await readClusterStates(store)).map(({ writeId: _, ...state }) => state);
  const latest = await readLatest(store);
  if (!latest) return { states, latest };
  const { writeId: _, ...rest } = latest;
  return { states, latest: rest };
}

/** A store whose nth write and all after it fail, before or after the object is there. */
function crashing(store: ObjectStore, at: number, applied: boolean): ObjectStore {
  let count = 0;
  const counted =
    <A extends readonly unknown[], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      count += 1;
      if (count < at) return write(...args);
      if (count === at && applied) await write(...args);
      throw new Error('crash');
    };
  return {
    ...store,
    put: counted(store.put),
    putIfAbsent: counted(store.putIfAbsent),
    putIfUnchanged: counted(store.putIfUnchanged),
  };
}

const first: ReportInput = { checks: { 'sample-check': 'passed' } };
const then: ReportInput = { findings: [findingOn('vpc-cni')], verdict: 'NOT_READY' };

describe('a commit', () => {
  it('writes a state for each cluster, and tells what changed against the one before', async () => {
    const { store } = memoryStore();
    expect((await commitRun(store, 1, first)).map(({ kind }) => kind)).toEqual(['discovered', 'discovered', 'discovered']);
    const changes = await commitRun(store, 2, then);
    expect(changes.map(({ kind, clusterArn }) => [clusterArn, kind])).toEqual(
      ['arn:a', 'arn:b', 'arn:c'].flatMap((arn) => [
        [arn, 'verdict-changed'],
        [arn, 'appeared'],
      ]),
    );
    const known = await knownIn(store);
    expect(known.states.map(({ cluster, runId }) => [cluster.name, runId])).toEqual(clusters.map(({ name }) => [name, runOf(2).runId]));
    expect(known.latest).toMatchObject({ runId: runOf(2).runId, complete: true });
  });

  it('done again changes nothing', async () => {
    const { store, written } = memoryStore();
    await commitRun(store, 1, first);
    await commitRun(store, 2, then);
    const before = written.length;
    expect(await commitRun(store, 2, then)).toEqual([]);
    expect(written).toHaveLength(before);
  });

  it.each([true, false])('that crashes at any write, the object there: %s, ends the same when it is done again', async (applied) => {
    const whole = memoryStore();
    await commitRun(whole.store, 1, first);
    await commitRun(whole.store, 2, then);
    for (let at = 1; at <= clusters.length + 1; at += 1) {
      const { store } = memoryStore();
      await commitRun(store, 1, first);
      await expect(commitRun(crashing(store, at, applied), 2, then)).rejects.toThrow('crash');
      await commitRun(store, 2, then);
      expect(await knownIn(store)).toEqual(await knownIn(whole.store));
    }
  });

  it('that crashes and is never finished leaves what the next run can be compared with: no change is lost, none is told twice', async () => {
    for (let at = 1; at <= clusters.length + 1; at += 1) {
      const { store } = memoryStore();
      await commitRun(store, 1, first);
      const told: Change[] = [];
      const crash = crashing(store, at, true);
      for (const cluster of clusters) {
        const commit = { place: cluster, outcome: outcomeOf(cluster, { day: 2, ...then }), run: runOf(2), configuration, writeId };
        const before = await readClusterState(store, cluster);
        await commitCluster(crash, commit).catch(() => undefined);
        if ((await readClusterState(store, cluster))?.runId !== before?.runId) told.push(...(await changesOf(before, commit)));
      }
      expect((await readLatest(store))?.runId).toBe(runOf(1).runId);
      told.push(...(await commitRun(store, 3, { ...then, findings: [...(then.findings ?? []), findingOn('coredns')] })));
      for (const { name } of clusters) {
        const appeared = told.filter(({ kind, clusterArn }) => kind === 'appeared' && clusterArn === `arn:${name}`);
        expect(appeared.map(({ finding }) => finding?.subject.name).toSorted()).toEqual(['coredns', 'vpc-cni']);
      }
    }
  });

  async function changesOf(state: ClusterState | undefined, commit: Parameters<typeof commitCluster>[1]) {
    const { store } = memoryStore();
    if (state) await store.put(keys.clusterState(commit.place), JSON.stringify(state));
    return commitCluster(store, commit);
  }

  it('leaves a vanished or untouched cluster that nobody knew alone', async () => {
    const { store, written } = memoryStore();
    for (const kind of ['vanished', 'untouched', 'failed'] as const)
      await commitCluster(store, { place, outcome: { kind }, run: runOf(1), configuration, writeId });
    expect(written).toEqual([]);
  });
});

describe('a commit beside another', () => {
  const cluster = clusters[0] ?? place;
  const commitOf = (day: number, input: ReportInput) => ({
    place: cluster,
    outcome: outcomeOf(cluster, { day, ...input }),
    run: runOf(day),
    configuration,
    writeId,
  });

  /** A store in which another run writes between the read and the put of this one, the given number of times. */
  function contested(store: ObjectStore, times: number, other: () => Promise<unknown>): ObjectStore {
    let left = times;
    const late =
      <A extends readonly unknown[], R>(write: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (left > 0) {
          left -= 1;
          await other();
        }
        return write(...args);
      };
    return { ...store, putIfAbsent: late(store.putIfAbsent), putIfUnchanged: late(store.putIfUnchanged) };
  }

  it('decides again against what the other left', async () => {
    const { store } = memoryStore();
    await commitCluster(store, commitOf(1, first));
    const other = () => commitCluster(store, commitOf(2, then));
    const changes = await commitCluster(contested(store, 1, other), commitOf(3, { ...then, findings: [findingOn('coredns')] }));
    expect(changes.map(({ kind, base, finding }) => [kind, base, finding?.subject.name])).toEqual([
      ['appeared', runOf(2).runId, 'coredns'],
      ['resolved', runOf(2).runId, 'vpc-cni'],
    ]);
  });

  it('gives way to newer evidence', async () => {
    const { store } = memoryStore();
    const other = () => commitCluster(store, commitOf(3, then));
    expect(await commitCluster(contested(store, 1, other), commitOf(2, first))).toEqual([]);
    expect(await readClusterState(store, cluster)).toMatchObject({ runId: runOf(3).runId });
  });

  it('gives up after a number of tries, and names the key', async () => {
    const { store } = memoryStore();
    await commitCluster(store, commitOf(1, first));
    const state = await readClusterState(store, cluster);
    const other = () => store.put(keys.clusterState(cluster), JSON.stringify({ ...state, writeId: writeId() }));
    await expect(commitCluster(contested(store, 1000, other), commitOf(2, then))).rejects.toThrow(
      `cannot write ${keys.clusterState(cluster)} of the store: in 10 tries another run was faster`,
    );
  });

  it('is the last run only if it started later', async () => {
    const { store } = memoryStore();
    await commitRun(store, 3, first);
    await commitRun(store, 2, first);
    expect((await readLatest(store))?.runId).toBe(runOf(3).runId);
  });
});
