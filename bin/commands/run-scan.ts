import { randomBytes } from 'node:crypto';
import { configurationHash } from '../../functions/config/hash.ts';
import type { Configuration } from '../../functions/config/schema.ts';
import { buildRunReport } from '../../functions/fleet/build-run-report.ts';
import { runId } from '../../functions/fleet/run-id.ts';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { scanFleet } from '../../functions/fleet/scan-fleet.ts';
import { keys } from '../../functions/store/layout.ts';
import type { LiveScope } from '../../functions/wiring/live.ts';
import { emitReport } from './emit-report.ts';
import { CommandFailure } from './failure.ts';
import type { ReportOptions } from './options.ts';
import { keepRun } from './run-keeper.ts';
import type { Terminal } from './terminal.ts';

/** What a scan works on: live accounts, or the demo's. */
export interface ScanScope extends LiveScope {
  readonly configuration: Configuration;
  readonly clock: () => Date;
  /** Tells this run's id from one started in the same second. @default random */
  readonly suffix?: string;
}

export interface ScanOptions extends ReportOptions {
  readonly store: string;
}

/** Scans, keeps the run in the store while it goes on, and prints the report.
 *  @throws CommandFailure when the run could not be kept, after the report is out */
export async function runScan(scope: ScanScope, options: ScanOptions, terminal: Terminal): Promise<RunReport> {
  const { configuration, clock } = scope;
  const startedAt = clock();
  const place = { runId: runId(startedAt, scope.suffix ?? randomBytes(4).toString('hex')), startedAt };
  const keeper = keepRun(options.store, place, configuration);
  const scan = await scanFleet({
    targets: scope.targets,
    sources: scope.sources,
    configuration,
    clock,
    now: options.asOf ?? startedAt,
    analysis: { target: options.target ?? configuration.targetVersion, ...(options.only ? { checks: options.only } : {}) },
    onInventory: keeper.keepInventory,
    onReport: keeper.keepReport,
    onProgress: (done, total, what) => terminal.progress(total === 0 ? what : `scanning ${done}/${total} ${what}`),
  });
  const run = buildRunReport({
    ...scan,
    ...place,
    targets: [...scan.targets, ...scope.failedTargets],
    finishedAt: clock(),
    configurationHash: configurationHash(configuration),
  });
  await emitReport(run, options, terminal);
  const failure = await keeper.close(run);
  if (failure) throw new CommandFailure(`cannot keep the run ${run.runId} in ${options.store}: ${failure.message}`);
  if (!options.quiet)
    terminal.note(`run ${run.runId} is in ${options.store}/${keys.run(run.runId)}${howToSeeAll(run, options, configuration)}`);
  return run;
}

/** The text of a fleet is short; how to see one cluster in full. */
function howToSeeAll(
  { runId: id, clusters: [first, second] }: RunReport,
  { format, store }: ScanOptions,
  configuration: Configuration,
): string {
  if (format !== 'text' || !configuration.store.keepInventories || !first || !second) return '';
  return `; one cluster in full: greenlight analyze ${store}/${keys.inventory(id, first.cluster)}`;
}
