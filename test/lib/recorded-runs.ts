import { readJsonLines } from '../../functions/fleet/json-lines.ts';
import { accountItemSchema, clusterItemSchema } from '../../functions/fleet/work-items.ts';
import { publish } from '../../functions/handlers/deploy/publish-configuration.ts';
import { notify } from '../../functions/handlers/notify/notify.ts';
import { commit } from '../../functions/handlers/scan/commit-run.ts';
import { discoverTargets } from '../../functions/handlers/scan/discover-targets.ts';
import { listClusters } from '../../functions/handlers/scan/list-clusters.ts';
import { plan } from '../../functions/handlers/scan/plan-scan.ts';
import { scanCluster } from '../../functions/handlers/scan/scan-cluster.ts';
import { summarize } from '../../functions/handlers/scan/summarize-run.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { demoWorld } from '../../simulator/fleet/demo-fleet.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { simulatedPipeline } from '../handlers/simulated-pipeline.ts';
import { fakePorts } from '../notifications/fake-ports.ts';
import { configuration } from './stacks.ts';

/** One request of a function to the store. */
export interface StoreRequest {
  readonly operation: 'get' | 'get-missing' | 'put' | 'remove' | 'list';
  /** The prefix of a list. */
  readonly key: string;
}

function noting(store: ObjectStore, requests: StoreRequest[]): ObjectStore {
  const note = (operation: StoreRequest['operation'], key: string) => requests.push({ operation, key });
  return {
    async get(key) {
      const found = await store.get(key);
      note(found ? 'get' : 'get-missing', key);
      return found;
    },
    put(key, body) {
      note('put', key);
      return store.put(key, body);
    },
    putIfAbsent(key, body) {
      note('put', key);
      return store.putIfAbsent(key, body);
    },
    putIfUnchanged(key, body, version) {
      note('put', key);
      // What If-Match compares is read.
      note('get', key);
      return store.putIfUnchanged(key, body, version);
    },
    remove(key) {
      note('remove', key);
      return store.remove(key);
    },
    list(prefix) {
      note('list', prefix);
      return store.list(prefix);
    },
  };
}

/** Two runs of the demo fleet and a third that resumes the second, through the code of the functions.
 *  @returns what each function asked of the store */
export async function recordedRuns(names: readonly string[]): Promise<ReadonlyMap<string, readonly StoreRequest[]>> {
  const { store } = memoryStore();
  const recorded = new Map<string, StoreRequest[]>(names.map((name) => [name, []]));
  const as = (name: string) => simulatedPipeline(noting(store, recorded.get(name) ?? []), demoWorld());
  const accounts = { explicit: demoWorld().accounts.map(({ id, name }) => ({ id, name })) };
  await publish(as('publish-configuration').store, {
    RequestType: 'Create',
    ResponseURL: 'https://example.com',
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'resource',
    ResourceProperties: { Configuration: JSON.stringify(configuration({ accounts })) },
  });
  let earlier: string | undefined;
  for (const day of ['20', '21', '22']) {
    const input = day === '22' ? { resumeRunId: earlier } : {};
    const startTime = `2026-11-${day}T06:00:00Z`;
    const run = await discoverTargets(as('discover-targets'), { input, executionId: `execution-${day}`, startTime });
    for (const account of (await readJsonLines(store, run.targetsKey, accountItemSchema)) ?? [])
      await listClusters(as('list-clusters'), { runId: run.runId, account });
    const planned = await plan(as('plan-scan'), { runId: run.runId, attempt: run.attempt });
    for (const item of (await readJsonLines(store, planned.clustersKey, clusterItemSchema)) ?? [])
      await scanCluster(as('scan-cluster'), { runId: run.runId, cluster: item }, { getRemainingTimeInMillis: () => 900_000 });
    await summarize(as('summarize-run'), { runId: run.runId });
    await notify(as('notify'), fakePorts().ports, (key) => key, { run: { runId: run.runId } });
    await commit(as('commit-run'), { runId: run.runId });
    earlier = run.runId;
  }
  return recorded;
}
