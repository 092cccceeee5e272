import { randomBytes, randomUUID } from 'node:crypto';
import { configurationHash } from '../../functions/config/hash.ts';
import type { Configuration } from '../../functions/config/schema.ts';
import { advanceState, compareWithState } from '../../functions/fleet/advance-state.ts';
import { buildRunReport } from '../../functions/fleet/build-run-report.ts';
import type { RunComparison, SeenRun } from '../../functions/fleet/compare-run.ts';
import { runId } from '../../functions/fleet/run-id.ts';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { scanFleet } from '../../functions/fleet/scan-fleet.ts';
import { narrowedTo, reviewSuppressions, withoutUnseen } from '../../functions/fleet/suppression-review.ts';
import { messageOf } from '../../functions/inventory/error-codes.ts';
import { keys } from '../../functions/store/layout.ts';
import { isBucketUrl } from '../../functions/store/location.ts';
import type { LiveScope } from '../../functions/wiring/live.ts';
import { openStore } from '../../functions/wiring/stores.ts';
import { emitReport } from './emit-report.ts';
import { CommandFailure } from './failure.ts';
import type { ReportOptions } from './options.ts';
import { keepRun } from './run-keeper.ts';
import type { Terminal } from './terminal.ts';

/** What a scan works on: live accounts, or the demo's. */
export interface ScanScope extends LiveScope {
  readonly configuration: Configuration;
  readonly clock: () => Date;
  /** Whether these are all clusters of the configuration, so that one that is missing is gone. */
  readonly wholeFleet: boolean;
  /** Tells this run's id from one started in the same second. @default random */
  readonly suffix?: string;
}

export interface ScanOptions extends ReportOptions {
  readonly store: string;
}

/** Scans, keeps the run in the store while it goes on, says what changed since the last one, and prints the report.
 *  @throws CommandFailure when the run could not be compared or kept, after the report is out */
export async function runScan(scope: ScanScope, options: ScanOptions, terminal: Terminal): Promise<RunReport> {
  const { configuration, clock } = scope;
  const startedAt = clock();
  const now = options.asOf ?? startedAt;
  const place = { runId: runId(startedAt, scope.suffix ?? randomBytes(4).toString('hex')), startedAt };
  const keeper = keepRun(options.store, place, configuration, options);
  const scan = await scanFleet({
    targets: scope.targets,
    sources: scope.sources,
    configuration,
    clock,
    now,
    analysis: { target: options.target ?? configuration.targetVersion, ...(options.only ? { checks: options.only } : {}) },
    onInventory: keeper.keepInventory,
    onReport: keeper.keepReport,
    onProgress: (done, total, what) => terminal.progress(total === 0 ? what : `scanning ${done}/${total} ${what}`),
  });
  const seen: SeenRun = { ...scan, targets: [...scan.targets, ...scope.failedTargets] };
  const state = stateFor(scope, options);
  const comparison = await state?.compare(seen, place.runId);
  const review = reviewSuppressions(configuration, scan.reports, now);
  const run = buildRunReport({
    ...seen,
    ...place,
    finishedAt: clock(),
    configurationHash: configurationHash(configuration),
    narrowed: !scope.wholeFleet,
    suppressions: scope.wholeFleet ? withoutUnseen(review, seen) : narrowedTo(review, scan.reports),
    ...(comparison instanceof Error ? {} : comparison),
  });
  const shown = await emitReport(run, options, terminal);
  const failure = await keeper.close(run);
  if (failure) throw new CommandFailure(`cannot keep the run ${run.runId} in ${options.store}: ${failure.message}`);
  if (comparison instanceof Error) throw new CommandFailure(`cannot say what changed since the last run: ${comparison.message}`);
  await state?.advance(seen, run);
  if (!options.quiet)
    terminal.note(
      `report to open in a browser: ${options.store}/${keys.runDocument(run.runId)}\nrun ${run.runId} is in ${options.store}/${keys.run(run.runId)}${howToSeeAll(run, options, configuration)}`,
    );
  return shown;
}

/** The last known state, for a run that can be compared with it: over the whole fleet, by all checks, as of now, to the configured target. */
function stateFor({ wholeFleet, configuration }: ScanScope, options: ScanOptions) {
  const sameQuestion = options.target === undefined || options.target === configuration.targetVersion;
  if (!wholeFleet || !sameQuestion || options.only !== undefined || options.asOf !== undefined) return undefined;
  const store = openStore(options.store, options);
  return {
    /** A state that cannot be read must not cost the report. */
    compare: (seen: SeenRun, id: string): Promise<RunComparison | Error> =>
      compareWithState(store, seen, id, configuration).catch((error: unknown) => new Error(messageOf(error))),
    async advance(seen: SeenRun, run: RunReport): Promise<void> {
      try {
        await advanceState(store, { seen, run, configuration, writeId: randomUUID });
      } catch (error) {
        throw new CommandFailure(`cannot keep what is known after the run ${run.runId} in ${options.store}: ${messageOf(error)}`);
      }
    },
  };
}

/** The text of a fleet is short; how to see one cluster in full. */
function howToSeeAll(
  { runId: id, clusters: [first, second] }: RunReport,
  { format, store }: ScanOptions,
  configuration: Configuration,
): string {
  if (format !== 'text' || isBucketUrl(store) || !configuration.store.keepInventories || !first || !second) return '';
  return `; one cluster in full: greenlight analyze ${store}/${keys.inventory(id, first.cluster)}`;
}
