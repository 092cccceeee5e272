import type { Command } from 'commander';
import { collectCluster } from '../../functions/fleet/scan-fleet.ts';
import { readEvidence } from '../../functions/inventory/inventory.ts';
import { writeInventory } from '../../functions/wiring/local.ts';
import { configurationFor } from './configuration.ts';
import { CommandFailure } from './failure.ts';
import { type ClusterOptions, withClusterOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

interface Options extends ClusterOptions {
  readonly output?: string;
  readonly config?: string;
  readonly quiet?: boolean;
}

/** `greenlight collect`: what is seen of one cluster, into a file that `analyze` reads. */
export function collectCommand(program: Command, terminal: Terminal): void {
  withClusterOptions(program.command('collect').description("write one cluster's inventory to a file"))
    .option('-o, --output <path>', 'file (.json or .json.gz), or - for standard output (default: <cluster>.json.gz)')
    .option('--config <file>', 'configuration file (default: greenlight.yaml, if there is one)')
    .option('--quiet', 'no progress and no notes on standard error')
    .action(async (options: Options) => {
      const region = options.region ?? terminal.environment.region;
      if (options.cluster === undefined || region === undefined)
        throw new CommandFailure('collect reads one cluster: give --cluster NAME and --region REGION');
      if (options.output?.startsWith('s3://'))
        throw new CommandFailure(`cannot write ${options.output}: this version writes to files only; give a path`);
      const { oneCluster } = await import('../../functions/wiring/live.ts');
      const { configuration } = await configurationFor(options.config);
      const scope = await oneCluster({ ...options, cluster: options.cluster, region, configuration, session: terminal.environment.user });
      const [target] = scope.targets;
      if (!target) throw new CommandFailure(`cannot read account and region of ${options.cluster}: ${scope.failedTargets[0]?.message}`);
      const inventory = await collectCluster(target, options.cluster, {
        sources: scope.sources,
        configuration,
        clock: () => new Date(),
        onProgress: (key) => terminal.progress(`collecting ${options.cluster}: ${key}`),
      });
      terminal.progress('');
      const cluster = readEvidence(inventory, 'eks.cluster');
      if (cluster.status === 'unavailable') throw new CommandFailure(`cannot collect ${options.cluster}: ${cluster.message}`);
      const output = options.output ?? `${options.cluster}.json.gz`;
      await writeInventory(output, inventory);
      if (!options.quiet && output !== '-') terminal.note(`wrote ${output}: judge it with "greenlight analyze ${output}"`);
    });
}
