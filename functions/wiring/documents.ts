import { gzipSync } from 'node:zlib';
import type { ClusterReport } from '../analysis/cluster-report.ts';
import type { StoredRun } from '../fleet/run-report.ts';
import { clusterHtml } from '../report/html/cluster-html.ts';
import { runHtml } from '../report/html/run-html.ts';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';

/** The HTML document of a run; nothing lies beside it, so it holds every cluster. */
export function runDocument(run: StoredRun): string {
  return runHtml(run, { compress: gzip, clusterPages: false });
}

/** Writes the document of a run beside `run.json`; that of a big fleet links those of its clusters.
 *  @returns its key */
export async function writeRunDocument(store: ObjectStore, run: StoredRun): Promise<string> {
  const key = keys.runDocument(run.runId);
  await store.put(key, runHtml(run, { compress: gzip }));
  return key;
}

/** Writes the document of one cluster of a run beside its report. */
export async function writeClusterDocument(store: ObjectStore, runId: string, report: ClusterReport): Promise<void> {
  await store.put(keys.clusterDocument(runId, report.cluster), clusterHtml(report));
}

const gzip = (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { level: 9 });
