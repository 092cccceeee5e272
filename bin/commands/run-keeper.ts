import type { ClusterReport } from '../../functions/analysis/cluster-report.ts';
import type { Configuration } from '../../functions/config/schema.ts';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { closeRun } from '../../functions/fleet/save-run.ts';
import { type Inventory, readEvidence } from '../../functions/inventory/inventory.ts';
import { keys } from '../../functions/store/layout.ts';
import { type RunPlace, saveClusterReport, saveInventory } from '../../functions/store/records.ts';
import { writeClusterDocument, writeRunDocument } from '../../functions/wiring/documents.ts';
import { type BucketCaller, openStore } from '../../functions/wiring/stores.ts';

/** Keeps a run in a folder or bucket while it goes on. A store that cannot be written must not cost the answer: the first failure is
 *  remembered, nothing more is tried, and `close` tells. */
export interface RunKeeper {
  keepInventory(inventory: Inventory): Promise<void>;
  keepReport(report: ClusterReport): Promise<void>;
  /** Writes what is left. @returns what kept the run from being written, if anything */
  close(run: RunReport): Promise<Error | undefined>;
}

/** @param location a folder, or `s3://bucket[/prefix]` */
export function keepRun(location: string, place: RunPlace, configuration: Configuration, caller: BucketCaller = {}): RunKeeper {
  const store = openStore(location, caller);
  let failure: Error | undefined;
  // One for all clusters of a region: it is large, and the same for each.
  const catalogues = new Set<string>();
  const unlessFailed = async (write: () => Promise<unknown>): Promise<void> => {
    if (failure) return;
    try {
      await write();
    } catch (error) {
      failure ??= error instanceof Error ? error : new Error(String(error));
    }
  };
  return {
    keepInventory: (inventory) =>
      unlessFailed(async () => {
        if (configuration.store.keepInventories) await saveInventory(store, place.runId, inventory);
        const key = keys.catalogue(inventory.cluster.region, inventory.collectedAt.slice(0, 10));
        const catalogue = catalogues.has(key) ? undefined : catalogueIn(inventory);
        if (!catalogue) return;
        catalogues.add(key);
        await store.putIfAbsent(key, catalogue);
      }),
    keepReport: (report) =>
      unlessFailed(async () => {
        await saveClusterReport(store, place, report);
        await writeClusterDocument(store, place.runId, report);
      }),
    close: async (run) => {
      // First the document: a run that can be read is complete.
      await unlessFailed(() => writeRunDocument(store, run));
      await unlessFailed(() => closeRun(store, run, configuration));
      return failure;
    },
  };
}

/** What EKS offers in the region of the cluster, if all of it was seen. */
function catalogueIn(inventory: Inventory): string | undefined {
  const clusterVersions = readEvidence(inventory, 'eks.clusterVersions');
  const addonVersions = readEvidence(inventory, 'eks.addonVersions');
  if (clusterVersions.status !== 'collected' || addonVersions.status !== 'collected') return undefined;
  return `${JSON.stringify({ clusterVersions: clusterVersions.data, addonVersions: addonVersions.data })}\n`;
}
