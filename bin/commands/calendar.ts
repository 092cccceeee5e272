import { type Command, Option } from 'commander';
import type { ClusterReport } from '../../functions/analysis/cluster-report.ts';
import { analyzeInventories } from '../../functions/fleet/analyze-inventories.ts';
import { newestRuns, readStoredRun } from '../../functions/fleet/stored-runs.ts';
import { type SupportedCluster, supportOutlook } from '../../functions/fleet/support-outlook.ts';
import { calendarCsv, calendarMarkdown } from '../../functions/report/calendar-tables.ts';
import { calendarText } from '../../functions/report/text/calendar.ts';
import { supportCalendar } from '../../functions/versions/calendar.ts';
import { readInventory } from '../../functions/wiring/local.ts';
import { openStore } from '../../functions/wiring/stores.ts';
import { configurationFor } from './configuration.ts';
import { writeWhole } from './emit-report.ts';
import { CommandFailure } from './failure.ts';
import { parseInstant, parseOutput, parseStore } from './options.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly store?: string;
  readonly run?: string;
  readonly format: 'text' | 'json' | 'csv' | 'markdown';
  readonly output?: string;
  readonly asOf?: Date;
  readonly config?: string;
  readonly profile?: string;
  readonly region?: string;
}

/** The clusters in question, none for all versions; and when they were seen. */
interface Fleet {
  readonly clusters: readonly SupportedCluster[];
  readonly seenAt?: Date;
}

/** `greenlight calendar [FILE…]`: what support ends when, of all versions or of a fleet, and what it costs if nobody upgrades. */
export function calendarCommand(program: Command, terminal: Terminal): void {
  program
    .command('calendar')
    .description('support dates, days left and the cost of extended support: of all versions, of saved inventories, or of a stored run')
    .argument('[file...]', 'inventories (.json or .json.gz): the fleet they are of')
    .option('--store <location>', 'the fleet of the newest run in this folder or s3://BUCKET[/PREFIX]', parseStore)
    .option('--run <run>', 'the fleet of this run of the store')
    .addOption(new Option('--format <format>', 'form on standard output').choices(['text', 'json', 'csv', 'markdown']).default('text'))
    .option('--output <path>', 'write it to a file or s3://BUCKET/KEY instead of standard output', parseOutput)
    .option('--as-of <date>', 'count from this UTC date or time instead of now', parseInstant)
    .option('--config <file>', 'configuration file (default: greenlight.yaml, if there is one)')
    .option('--profile <profile>', 'profile of the AWS configuration, for a bucket')
    .option('--region <region>', 'AWS region in which a bucket is looked for (default: AWS_REGION)')
    .action(async (files: string[], options: Options) => {
      if (files.length > 0 && (options.store ?? options.run) !== undefined)
        throw new CommandFailure('give either inventories or --store and --run, not both: they would be two fleets');
      const { clusters, seenAt } = files.length > 0 ? await fleetOfFiles(files, options) : await fleetOfRun(options);
      const now = options.asOf ?? seenAt ?? new Date();
      const outlook = supportOutlook(clusters, supportCalendar(undefined, now), now);
      const { columns, color } = terminal.environment;
      const documents: Readonly<Record<Options['format'], () => string>> = {
        text: () => calendarText(outlook, { columns, color: color && options.output === undefined }),
        json: () => `${JSON.stringify(outlook, null, 2)}\n`,
        csv: () => calendarCsv(outlook),
        markdown: () => calendarMarkdown(outlook),
      };
      const document = documents[options.format]();
      await (options.output === undefined ? terminal.print(document) : writeWhole(options.output, document, options));
    });
}

async function fleetOfFiles(files: readonly string[], options: Options): Promise<Fleet> {
  const { configuration } = await configurationFor(options.config);
  const inputs = await Promise.all(files.map(readInventory));
  const run = analyzeInventories(inputs, { target: 'next', configuration, checks: [], ...(options.asOf ? { asOf: options.asOf } : {}) });
  return { clusters: run.clusters.map(clusterOf), seenAt: new Date(run.startedAt) };
}

/** Of a run, the days are counted from its end; a stored run of last month would otherwise promise days that are over. */
async function fleetOfRun(options: Options): Promise<Fleet> {
  const location = options.store ?? (options.run === undefined ? undefined : './greenlight-out');
  if (location === undefined) return { clusters: [] };
  const store = openStore(location, options);
  const id = options.run ?? (await newestRuns(store, new Date()))[0];
  const run = id === undefined ? undefined : await readStoredRun(store, id);
  if (!run) throw new CommandFailure(id === undefined ? `no run is kept in ${location}` : `there is no run "${id}" in ${location}`);
  return { clusters: run.clusters.map(clusterOf) };
}

function clusterOf({ cluster, support }: ClusterReport): SupportedCluster {
  const { accountId, region, name, version } = cluster;
  return { accountId, region, name, version, supportType: support.supportType };
}
