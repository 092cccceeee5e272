import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { commitCluster, commitLatest } from './commit-state.ts';
import type { ClusterOutcome } from './compare-cluster.ts';
import { forEachLimited } from './fan-out.ts';
import { readJson } from './json-lines.ts';
import { readRunOutcome, readsAtOnce } from './read-run.ts';
import { knownPlaces, readClusterReport, type SeenCluster, seenClusters } from './run-clusters.ts';
import { isWholeFleet, type RunContext } from './run-input.ts';
import { storedRunSchema } from './run-report.ts';

export interface CommitRunOptions {
  /** A text that no other put has; called for each. */
  readonly writeId: () => string;
  /** Day of the digest that the run sent, YYYY-MM-DD; null when none was due. */
  readonly digestDay: string | null;
}

/** Advances the last known state by what a run saw, cluster by cluster, and `state/latest.json` last. Broken off and done again, it ends
 *  in the same state. A run narrowed to a part of the fleet is not the last one: what it did not look at still stands.
 *  @throws Error when the run was not summarized, or the state cannot be read or written */
export async function commitRun(store: ObjectStore, context: RunContext, { writeId, digestDay }: CommitRunOptions): Promise<void> {
  const { runId, configuration, input } = context;
  const run = await readJson(store, keys.run(runId), storedRunSchema);
  if (!run) throw new Error(`${keys.run(runId)} is not in the store: the run must be summarized before it is committed`);
  const seen = seenClusters(await readRunOutcome(store, runId), await knownPlaces(store));
  await forEachLimited(seen, readsAtOnce, async ({ kind, place }) => {
    const outcome = await outcomeOf(store, runId, { kind, place });
    await commitCluster(store, { place, outcome, run: { runId }, configuration, writeId });
  });
  if (isWholeFleet(input)) await commitLatest(store, { run, writeId, digestDay, newChecks: run.newChecks });
}

/** What a run means for one cluster, with its report where it was scanned.
 *  @throws Error when that report is gone */
export async function outcomeOf(store: ObjectStore, runId: string, { kind, place }: SeenCluster): Promise<ClusterOutcome> {
  if (kind !== 'scanned') return { kind };
  const report = await readClusterReport(store, runId, place);
  if (report) return { kind, report };
  throw new Error(`${keys.clusterReport(runId, place)} is not in the store, although its cluster was scanned; resume the run`);
}
