import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import type { ClusterReport } from '../analysis/cluster-report.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { inventoryJson } from '../inventory/serialize.ts';
import { keys } from './layout.ts';
import type { ObjectStore } from './object-store.ts';

/** What identifies a run in the keys of the store. */
export interface RunPlace {
  readonly runId: string;
  readonly startedAt: Date;
}

/** Writes what one cluster's scan leaves: its report and its findings, one a line. The findings of a day are those of the last scan that
 *  saw the cluster: one that could not even describe it leaves them as they are.
 *  @param hypothetical whether the run judged by another target or day, and says nothing of today @default false */
export async function saveClusterReport(store: ObjectStore, run: RunPlace, report: ClusterReport, hypothetical = false): Promise<void> {
  const { cluster, findings, evidence } = report;
  await store.put(keys.clusterReport(run.runId, cluster), `${JSON.stringify(report)}\n`);
  if (hypothetical || evidence['eks.cluster']?.status !== 'collected') return;
  const lines = findings.map((finding) => `${JSON.stringify({ clusterArn: cluster.arn, runId: run.runId, ...finding })}\n`);
  await store.put(keys.findings(run.startedAt, cluster), lines.join(''));
}

/** Keeps what was seen of a cluster, gzip-compressed. */
export async function saveInventory(store: ObjectStore, runId: string, inventory: Inventory): Promise<void> {
  await store.put(keys.inventory(runId, inventory.cluster), await buffer(gzippedInventory(inventory)));
}

/** The gzip-compressed JSON of an inventory, made while it is read. */
function gzippedInventory(inventory: Inventory): NodeJS.ReadableStream {
  return Readable.from(inventoryJson(inventory)).compose<NodeJS.ReadableStream>(createGzip());
}
