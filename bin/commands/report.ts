import { type Command, Option } from 'commander';
import { compareStoredRuns } from '../../functions/fleet/compare-stored-runs.ts';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { newestRuns, readStoredRun } from '../../functions/fleet/stored-runs.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { openStore } from '../../functions/wiring/stores.ts';
import { configurationFor } from './configuration.ts';
import { emitReport } from './emit-report.ts';
import { exitCodeOf } from './exit-code.ts';
import { CommandFailure } from './failure.ts';
import { failOnLevels, parseOutput, type ReportOptions, reportFormats, storeOption } from './options.ts';
import type { Terminal } from './terminal.ts';

interface Options extends ReportOptions {
  readonly store: string;
  readonly since?: string;
}

/** Runs that are named to somebody who asked for one that is not there. */
const runsNamed = 5;

/** `greenlight report [RUN]`: a stored run once more, or what changed in it since another one. */
export function reportCommand(program: Command, terminal: Terminal): void {
  program
    .command('report')
    .description('render a stored run again, or what changed since another')
    .argument('[run]', 'id of the run (default: the newest one)')
    .option('--since <run>', 'say what changed since this earlier run')
    .addOption(storeOption())
    .addOption(new Option('--format <format>', 'form of the report on standard output').choices(reportFormats).default('text'))
    .option('--owner <name>', 'show the findings of this owner only')
    .option('--output <path>', 'write the report to a file or s3://BUCKET/KEY instead of standard output', parseOutput)
    .option('--config <file>', 'configuration file, for milestones and owners with --since (default: greenlight.yaml, if there is one)')
    .addOption(
      new Option('--fail-on <level>', 'exit with code 2 when a finding or verdict is at least this bad')
        .choices(failOnLevels)
        .default('never'),
    )
    .option('--profile <profile>', 'profile of the AWS configuration, for a bucket')
    .option('--region <region>', 'AWS region in which a bucket is looked for (default: AWS_REGION)')
    .option('--quiet', 'no notes on standard error')
    .option('--verbose', 'say more on standard error, with stack traces of failures')
    .action(async (id: string | undefined, options: Options) => {
      const store = openStore(options.store, options);
      const run = await readRun(store, id ?? (await newestRun(store, options)), options);
      const report = options.since === undefined ? run : await compared(store, run, options.since, options);
      const shown = await emitReport(report, options, terminal);
      process.exitCode = exitCodeOf(shown, options.failOn, true);
    });
}

async function compared(store: ObjectStore, run: RunReport, since: string, options: Options): Promise<RunReport> {
  const earlier = await readRun(store, since, options);
  if (earlier.runId === run.runId || Date.parse(earlier.startedAt) > Date.parse(run.startedAt))
    throw new CommandFailure(`--since ${since}: expected a run that is earlier than ${run.runId}`);
  const { configuration } = await configurationFor(options.config);
  return compareStoredRuns(earlier, run, configuration);
}

async function newestRun(store: ObjectStore, { store: location }: Options): Promise<string> {
  const [newest] = await newestRuns(store, new Date());
  if (newest !== undefined) return newest;
  throw new CommandFailure(`no run is kept in ${location}: "greenlight scan" keeps one, "greenlight demo" one of the demo fleet`);
}

async function readRun(store: ObjectStore, id: string, { store: location }: Options): Promise<RunReport> {
  const run = await readStoredRun(store, id);
  if (run) return run;
  const newest = (await newestRuns(store, new Date())).slice(0, runsNamed);
  throw new CommandFailure(
    `there is no run "${id}" in ${location}; ${newest.length === 0 ? 'no run is kept there' : `the newest: ${newest.join(', ')}`}`,
  );
}
