import type { Configuration } from '../config/schema.ts';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { commitCluster, commitLatest } from './commit-state.ts';
import { compareRun, outcomesOf, type RunComparison, type SeenRun } from './compare-run.ts';
import { forEachLimited } from './fan-out.ts';
import { readJson } from './json-lines.ts';
import { readClusterStates, readLatest } from './known-states.ts';
import { type RunReport, storedRunSchema } from './run-report.ts';

/** Clusters that are committed at the same time. */
const commitsAtOnce = 32;

/** What a run that is held in memory changed against the last known state of a store. The state stays as it is.
 *  @throws Error when the state cannot be read */
export async function compareWithState(
  store: ObjectStore,
  seen: SeenRun,
  runId: string,
  configuration: Configuration,
): Promise<RunComparison> {
  const states = await readClusterStates(store);
  const earlier = await readJson(store, keys.run(runId), storedRunSchema);
  return compareRun(seen, states, { runId }, configuration, earlier);
}

export interface Advance {
  readonly seen: SeenRun;
  /** What was kept of the run, with what it changed. */
  readonly run: RunReport;
  readonly configuration: Configuration;
  /** A text that no other put has; called for each. */
  readonly writeId: () => string;
}

/** Advances the state of a store by a run over the whole fleet, after the run is kept: the clusters first, `state/latest.json` last. Where
 *  the deployed pipeline keeps the state nothing moves: it has people to tell of what changed, and could not tell what it does not find.
 *  @returns whether the state has moved
 *  @throws Error when the state cannot be read or written */
export async function advanceState(store: ObjectStore, { seen, run, configuration, writeId }: Advance): Promise<boolean> {
  if (await isKeptByPipeline(store)) return false;
  const known = (await readClusterStates(store)).map(({ cluster }) => cluster);
  const { runId } = run;
  await forEachLimited(outcomesOf(seen, known), commitsAtOnce, async ({ place, outcome }) => {
    await commitCluster(store, { place, outcome, run: { runId }, configuration, writeId });
  });
  await commitLatest(store, { run, newChecks: run.newChecks, writeId });
  return true;
}

/** Only runs of the pipeline have a context. */
async function isKeptByPipeline(store: ObjectStore): Promise<boolean> {
  const latest = await readLatest(store);
  return latest !== undefined && (await store.get(keys.runContext(latest.runId))) !== undefined;
}
