import type { Configuration } from '../config/schema.ts';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { saveClusterReport } from '../store/records.ts';
import type { RunReport } from './run-report.ts';

/** Writes a whole run: its clusters first and `run.json` last, so that a run that can be read is complete. */
export async function saveRun(store: ObjectStore, run: RunReport, configuration: Configuration): Promise<void> {
  const place = { runId: run.runId, startedAt: new Date(run.startedAt) };
  for (const report of run.clusters) await saveClusterReport(store, place, report);
  await closeRun(store, run, configuration);
}

/** Writes what is left when the clusters of a run are saved already. A configuration that is in force in the store stays: a scan from a
 *  laptop is no deployment. */
export async function closeRun(store: ObjectStore, run: RunReport, configuration: Configuration): Promise<void> {
  await store.putIfAbsent(keys.configuration, `${JSON.stringify(configuration, null, 2)}\n`);
  await store.put(keys.run(run.runId), `${JSON.stringify(run)}\n`);
}
