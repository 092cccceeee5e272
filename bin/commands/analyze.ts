import type { Command } from 'commander';
import type { Configuration } from '../../functions/config/schema.ts';
import { analyzeInventories, newestPerCluster } from '../../functions/fleet/analyze-inventories.ts';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { saveRun } from '../../functions/fleet/save-run.ts';
import { messageOf } from '../../functions/inventory/error-codes.ts';
import { readInventory } from '../../functions/wiring/local.ts';
import { openStore } from '../../functions/wiring/stores.ts';
import { configurationFor } from './configuration.ts';
import { emitReport } from './emit-report.ts';
import { exitCodeOf } from './exit-code.ts';
import { CommandFailure } from './failure.ts';
import { parseStore, type ReportOptions, withReportOptions } from './options.ts';
import { reportRefusals } from './refusals.ts';
import type { Terminal } from './terminal.ts';

interface Options extends ReportOptions {
  readonly store?: string;
}

type Input = Awaited<ReturnType<typeof readInventory>> & { readonly file: string };

/** `greenlight analyze FILE…`: inventories in, one report out, offline and without a clock. */
export function analyzeCommand(program: Command, terminal: Terminal): void {
  withReportOptions(
    program
      .command('analyze')
      .description('judge saved inventories: offline, and the same answer every time')
      .argument('<file...>', 'inventories (.json or .json.gz), or - for standard input')
      .option('--store <location>', 'also keep the run in this folder or s3://BUCKET[/PREFIX]', parseStore),
  ).action(async (files: string[], options: Options) => {
    const { configuration } = await configurationFor(options.config);
    const inputs = await readAll(files, terminal);
    if (inputs.length === 0) {
      process.exitCode = 1;
      return;
    }
    if (!options.quiet) noteUnused(inputs, terminal);
    const run = analyzeInventories(inputs, {
      target: options.target ?? configuration.targetVersion,
      configuration,
      ...(options.asOf ? { asOf: options.asOf } : {}),
      ...(options.only ? { checks: options.only } : {}),
    });
    const refused = reportRefusals(run, terminal);
    await emitReport(run, options, terminal);
    if (options.store !== undefined) await keepRun(options.store, run, configuration);
    process.exitCode = exitCodeOf(run, options.failOn, inputs.length === files.length && !refused);
  });
}

/** What can be read; each file that cannot is named. */
async function readAll(files: readonly string[], terminal: Terminal): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const file of files) {
    try {
      inputs.push({ file, ...(await readInventory(file)) });
    } catch (error) {
      terminal.problem(messageOf(error));
    }
  }
  return inputs;
}

/** Says which inventories the report does not speak of, because another one of the same cluster is newer. */
function noteUnused(inputs: readonly Input[], terminal: Terminal): void {
  const used = newestPerCluster(inputs);
  for (const input of inputs) {
    if (used.includes(input)) continue;
    const { name, arn } = input.inventory.cluster;
    const newer = used.find(({ inventory }) => inventory.cluster.arn === arn);
    terminal.note(`${input.file} is not used: of the inventories of ${name}, ${newer?.file} is the newest`);
  }
}

/** After the report is out: a store that cannot be written must not cost the answer. */
async function keepRun(location: string, run: RunReport, configuration: Configuration): Promise<void> {
  try {
    await saveRun(openStore(location), run, configuration);
  } catch (error) {
    throw new CommandFailure(`cannot keep the run ${run.runId} in ${location}: ${messageOf(error)}`);
  }
}
