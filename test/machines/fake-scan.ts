import { z } from 'zod';
import { parseInput } from '../../functions/config/invalid-input.ts';
import type { BegunRun } from '../../functions/fleet/begin-run.ts';
import { runInputSchema } from '../../functions/fleet/run-input.ts';
import { accountItemSchema, type ClusterItem, clusterItemSchema } from '../../functions/fleet/work-items.ts';
import { keys } from '../../functions/store/layout.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { jsonLines, recorded } from './builders.ts';

export const runId = '2026-11-21T06-00-00Z-1a2b3c4d';
export const attempt = '1a2b3c4d';

export interface FakeFleet {
  /** Names of the clusters, by account. */
  readonly accounts: Readonly<Record<string, readonly string[]>>;
  readonly concurrency?: { readonly accounts: number; readonly clusters: number };
}

/** The functions of fleet-scan as their shapes have it, with nothing in them: they write work lists, remember what they were invoked with,
 *  and count what came to them as scanned. */
export function fakeScan({ accounts, concurrency = { accounts: 50, clusters: 50 } }: FakeFleet) {
  const memory = memoryStore();
  const { store } = memory;
  const listed: ClusterItem[] = [];
  const scanned: ClusterItem[] = [];

  const discover = recorded(async (payload) => {
    const { input } = z.object({ input: z.json(), executionId: z.string(), startTime: z.string() }).parse(payload);
    const { notify = true, simulate } = parseInput(runInputSchema, input);
    const items = Object.keys(accounts).map((accountId) => ({ accountId, accountName: null, regions: null }));
    const targetsKey = keys.targetItems(runId);
    await store.put(targetsKey, jsonLines(items));
    const widths = { accountConcurrency: concurrency.accounts, clusterConcurrency: concurrency.clusters };
    const begun: BegunRun = { runId, attempt, accounts: items.length, targetsKey, ...widths, notify, ...(simulate && { simulate }) };
    return begun;
  });
  const list = recorded((payload) => {
    const { accountId, accountName } = z.strictObject({ runId: z.literal(runId), account: accountItemSchema }).parse(payload).account;
    listed.push(...(accounts[accountId] ?? []).map((name) => ({ accountId, accountName, region: 'eu-west-1', name })));
    return { clusters: 1 };
  });
  const plan = recorded(async (payload) => {
    z.strictObject({ runId: z.literal(runId), attempt: z.literal(attempt) }).parse(payload);
    const clustersKey = keys.clusterItems(runId);
    await store.put(clustersKey, jsonLines(listed));
    return { clusters: listed.length, clustersKey };
  });
  const scan = recorded((payload) => {
    scanned.push(z.strictObject({ runId: z.literal(runId), cluster: clusterItemSchema }).parse(payload).cluster);
    return { verdict: 'READY' };
  });
  const summarize = recorded((payload) => {
    z.strictObject({ runId: z.literal(runId) }).parse(payload);
    const complete = scanned.length > 0 && scanned.length === Object.values(accounts).flat().length;
    return { complete, nothingScanned: scanned.length === 0, totals: { clusters: scanned.length }, reportKey: keys.run(runId) };
  });
  const notify = recorded();
  const commit = recorded();

  return {
    ...memory,
    scanned,
    calls: { discover, list, plan, scan, summarize, notify, commit },
    handlers: {
      DiscoverTargetsFunction: discover.handler,
      ListClustersFunction: list.handler,
      PlanScanFunction: plan.handler,
      ScanClusterFunction: scan.handler,
      SummarizeRunFunction: summarize.handler,
      NotifyFunction: notify.handler,
      CommitRunFunction: commit.handler,
    },
  };
}
