import type { Command } from 'commander';
import { analyzeInventory } from '../../functions/analysis/analyze.ts';
import { accountNameIn } from '../../functions/fleet/analyze-inventories.ts';
import { readEvidence } from '../../functions/inventory/inventory.ts';
import { playbook } from '../../functions/report/playbook/playbook.ts';
import { upgradePlan } from '../../functions/report/playbook/upgrade-plan.ts';
import { readInventory } from '../../functions/wiring/local.ts';
import { collectLive } from './collect-live.ts';
import { configurationFor } from './configuration.ts';
import { writeWhole } from './emit-report.ts';
import { CommandFailure } from './failure.ts';
import { type ClusterOptions, parseInstant, parseOutput, parseTarget, withClusterOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

interface Options extends ClusterOptions {
  readonly target?: string;
  readonly asOf?: Date;
  readonly config?: string;
  readonly output?: string;
  readonly quiet?: boolean;
}

/** `greenlight playbook FILE`, or `--cluster`: the upgrade of one cluster, step by step. */
export function playbookCommand(program: Command, terminal: Terminal): void {
  withClusterOptions(
    program
      .command('playbook')
      .description('the upgrade of one cluster as a document (Markdown): what to fix, what to run, what to look at, and the way back')
      .argument('[file]', 'inventory (.json or .json.gz), or - for standard input; else --cluster'),
  )
    .option('--target <version>', 'Kubernetes version to upgrade to: "next" or a minor such as 1.35', parseTarget)
    .option('--as-of <date>', 'judge as of this UTC date or time', parseInstant)
    .option('--config <file>', 'configuration file (default: greenlight.yaml, if there is one)')
    .option('-o, --output <path>', 'write it to a file or s3://BUCKET/KEY instead of standard output', parseOutput)
    .option('--quiet', 'no progress and no notes on standard error')
    .action(async (file: string | undefined, options: Options) => {
      if ((file === undefined) === (options.cluster === undefined))
        throw new CommandFailure('playbook plans one cluster: give either an inventory or --cluster NAME');
      const { configuration } = await configurationFor(options.config);
      const inventory = file === undefined ? await collectLive(options, configuration, terminal) : (await readInventory(file)).inventory;
      const report = analyzeInventory(inventory, {
        target: options.target ?? configuration.targetVersion,
        configuration,
        now: options.asOf ?? new Date(inventory.collectedAt),
        accountName: accountNameIn(configuration, inventory.cluster.accountId),
      });
      const cluster = readEvidence(inventory, 'eks.cluster');
      if (report.cluster.version === null && cluster.status === 'unavailable')
        throw new CommandFailure(`cannot plan for ${report.cluster.name}, whose version is unknown: ${cluster.message}`);
      const document = playbook(upgradePlan(inventory, report));
      if (options.output === undefined) return terminal.print(document);
      await writeWhole(options.output, document, options);
      if (!options.quiet) terminal.note(`playbook: ${options.output}`);
    });
}
