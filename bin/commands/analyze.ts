import type { Command } from 'commander';
import { count } from '../../functions/checks/phrases.ts';
import { removedApiInManifests } from '../../functions/checks/removed-api-in-manifests.ts';
import type { Configuration } from '../../functions/config/schema.ts';
import { analyzeInventories, newestPerCluster } from '../../functions/fleet/analyze-inventories.ts';
import { analyzeManifests, withManifests } from '../../functions/fleet/analyze-manifests.ts';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { saveRun } from '../../functions/fleet/save-run.ts';
import { messageOf } from '../../functions/inventory/error-codes.ts';
import { readInventory, readManifests } from '../../functions/wiring/local.ts';
import { openStore } from '../../functions/wiring/stores.ts';
import { configurationFor } from './configuration.ts';
import { emitReport } from './emit-report.ts';
import { exitCodeOf } from './exit-code.ts';
import { CommandFailure } from './failure.ts';
import { parseStore, type ReportOptions, withReportOptions } from './options.ts';
import { reportRefusals } from './refusals.ts';
import type { Terminal } from './terminal.ts';

interface Options extends ReportOptions {
  readonly manifests?: string;
  readonly store?: string;
}

type Input = Awaited<ReturnType<typeof readInventory>> & { readonly file: string };
type Manifests = Awaited<ReturnType<typeof readManifests>>;

/** `greenlight analyze FILE…`: inventories in, one report out, offline and without a clock. */
export function analyzeCommand(program: Command, terminal: Terminal): void {
  withReportOptions(
    program
      .command('analyze')
      .description('judge saved inventories, and manifests before they are applied: offline, and the same answer every time')
      .argument('[file...]', 'inventories (.json or .json.gz), or - for standard input')
      .option('--manifests <path>', 'look for removed APIs in the YAML and JSON files of this folder, in one file, or - for standard input')
      .option('--store <location>', 'also keep the run in this folder or s3://BUCKET[/PREFIX]', parseStore),
  ).action(async (files: string[], options: Options) => {
    refuseUnclear(files, options);
    const { configuration } = await configurationFor(options.config);
    const manifests = options.manifests === undefined ? undefined : await manifestsIn(options.manifests, options, terminal);
    const inputs = await readAll(files, terminal);
    if (files.length > 0 && inputs.length === 0) {
      process.exitCode = 1;
      return;
    }
    if (!options.quiet) noteUnused(inputs, terminal);
    const run = judge(inputs, manifests, options, configuration);
    const refused = reportRefusals(run, terminal);
    const shown = await emitReport(run, options, terminal);
    if (options.store !== undefined) await keepRun(options.store, run, configuration);
    const allRead = inputs.length === files.length && problemsOf(manifests).length === 0;
    process.exitCode = exitCodeOf(shown, options.failOn, allRead && !refused);
  });
}

/** Manifests alone are judged for no cluster in particular; beside inventories, for each of their clusters. */
function judge(inputs: readonly Input[], manifests: Manifests | undefined, options: Options, configuration: Configuration): RunReport {
  const question = {
    target: options.target ?? configuration.targetVersion,
    configuration,
    ...(options.asOf ? { asOf: options.asOf } : {}),
  };
  if (manifests && inputs.length === 0) return analyzeManifests(manifests, question);
  const both = manifests ? inputs.map((input) => withManifests(input, manifests)) : inputs;
  return analyzeInventories(both, { ...question, ...(options.only ? { checks: options.only } : {}) });
}

function refuseUnclear(files: readonly string[], { manifests, only }: Options): void {
  if (files.length === 0 && manifests === undefined)
    throw new CommandFailure('analyze judges saved inventories: name one, as "greenlight collect" writes it, or give --manifests DIR');
  if (manifests === '-' && files.includes('-'))
    throw new CommandFailure('standard input can be read once: give inventories or manifests through it, not both');
  if (manifests !== undefined && only && !only.includes(removedApiInManifests))
    throw new CommandFailure(`--manifests is judged by the check ${removedApiInManifests.id}, which --only leaves out`);
}

/** Says which documents could not be read: they are not judged, and the rest is. */
async function manifestsIn(path: string, { quiet }: Options, terminal: Terminal): Promise<Manifests> {
  const manifests = await readManifests(path).catch((error: unknown) => {
    throw new CommandFailure(messageOf(error));
  });
  for (const problem of problemsOf(manifests)) terminal.problem(`cannot read ${problem}`);
  if (!quiet) {
    const objects = manifests.files.reduce((sum, file) => sum + file.objects.length, 0);
    terminal.note(`manifests: ${count(objects, 'object')} in ${count(manifests.files.length, 'file')} of ${manifests.path}`);
  }
  return manifests;
}

function problemsOf(manifests: Manifests | undefined): string[] {
  return (manifests?.files ?? []).flatMap(({ file, problems }) =>
    problems.map(({ document, line, message }) => `${file}:${line}, document ${document}: ${message}`),
  );
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
