import type { ClusterReport } from '../analysis/cluster-report.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { saveClusterReport, saveInventory } from '../store/records.ts';
import type { ClusterCoverage } from './coverage.ts';
import { isHypothetical, type RunContext } from './run-input.ts';
import { type OpenClusters, scanCluster } from './scan-cluster.ts';
import type { ClusterItem } from './work-items.ts';

export interface ScanItemOptions {
  readonly store: ObjectStore;
  readonly context: RunContext;
  readonly sources: OpenClusters;
  readonly clock: () => Date;
  /** Adds what an in-cluster collector left, where the API server could not be read. */
  readonly complete: (inventory: Inventory) => Promise<Inventory>;
  /** What else is made of the report, once it is kept. */
  readonly document: (report: ClusterReport) => Promise<void>;
}

/** Scans one cluster of a run and writes what was seen and said, its coverage last: a scan that is killed leaves no half result, and done
 *  again it leaves the same objects.
 *  @throws when the store cannot be written: the state machine then records the failure */
export async function scanItem(
  item: ClusterItem,
  { store, context, sources, clock, complete, document }: ScanItemOptions,
): Promise<ClusterCoverage> {
  const { runId, configuration, input } = context;
  const run = { runId, startedAt: new Date(context.startedAt) };
  let seen: Inventory | undefined;
  const { coverage, report } = await scanCluster(item, item.name, {
    sources,
    configuration,
    clock,
    complete,
    now: new Date(context.now),
    analysis: { target: input.targetVersion ?? configuration.targetVersion },
    onInventory: async (inventory) => {
      seen = inventory;
    },
  });
  // Not in the callbacks of the scan: there a refused write would count as a failure of the cluster.
  if (report) {
    if (seen && configuration.store.keepInventories) await saveInventory(store, runId, seen);
    await saveClusterReport(store, run, report, isHypothetical(input));
    await document(report);
  }
  await store.put(keys.clusterCoverage(runId, item), `${JSON.stringify(coverage)}\n`);
  return coverage;
}
