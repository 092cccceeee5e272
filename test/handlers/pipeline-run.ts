import { randomUUID } from 'node:crypto';
import { readJsonLines } from '../../functions/fleet/json-lines.ts';
import { accountItemSchema, clusterItemSchema } from '../../functions/fleet/work-items.ts';
import { commit } from '../../functions/handlers/scan/commit-run.ts';
import { discoverTargets } from '../../functions/handlers/scan/discover-targets.ts';
import { listClusters } from '../../functions/handlers/scan/list-clusters.ts';
import { plan } from '../../functions/handlers/scan/plan-scan.ts';
import { scanCluster } from '../../functions/handlers/scan/scan-cluster.ts';
import { summarize } from '../../functions/handlers/scan/summarize-run.ts';
import type { SimulatedPipeline } from './simulated-pipeline.ts';

const invocation = { getRemainingTimeInMillis: () => 900_000 };

/** The steps of the state machine one after the other, without what notifies: for tests of what the steps leave in the store. */
export async function runPipeline(
  pipeline: SimulatedPipeline,
  input: Readonly<Record<string, unknown>>,
  startTime: string,
  { commits = true, executionId = randomUUID() }: { readonly commits?: boolean; readonly executionId?: string } = {},
) {
  const { store } = pipeline;
  const run = await discoverTargets(pipeline, { input, executionId, startTime });
  for (const account of (await readJsonLines(store, run.targetsKey, accountItemSchema)) ?? [])
    await listClusters(pipeline, { runId: run.runId, account });
  const planned = await plan(pipeline, { runId: run.runId, attempt: run.attempt });
  for (const cluster of (await readJsonLines(store, planned.clustersKey, clusterItemSchema)) ?? [])
    await scanCluster(pipeline, { runId: run.runId, cluster }, invocation);
  const summary = await summarize(pipeline, { runId: run.runId });
  if (commits) await commit(pipeline, { runId: run.runId });
  return { ...run, ...planned, ...summary };
}
