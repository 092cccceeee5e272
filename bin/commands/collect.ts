import type { Command } from 'commander';
import { isBucketUrl } from '../../functions/store/location.ts';
import { writeInventory } from '../../functions/wiring/stores.ts';
import { collectAround, type InClusterOptions, inboxStore, parseClusterArn } from './collect-in-cluster.ts';
import { collectLive } from './collect-live.ts';
import { configurationFor } from './configuration.ts';
import { CommandFailure } from './failure.ts';
import { type ClusterOptions, type CollectingOptions, parseOutput, withClusterOptions, withOption } from './options.ts';
import type { Terminal } from './terminal.ts';

interface Options extends ClusterOptions, CollectingOptions, InClusterOptions {}

/** `greenlight collect`: what is seen of one cluster, into a file that `analyze` reads. */
export function collectCommand(program: Command, terminal: Terminal): void {
  withClusterOptions(program.command('collect').description("write one cluster's inventory to a file"))
    .option(
      '-o, --output <path>',
      'file (.json or .json.gz), s3://BUCKET/KEY, s3://BUCKET for the inbox (--in-cluster), or - for standard output (default: <cluster>.json.gz)',
      (text) => (inboxStore(text) === undefined ? parseOutput(text) : text),
    )
    .option('--in-cluster', 'collect from inside of a pod, with its service account: Kubernetes evidence only')
    .option('--cluster-arn <arn>', 'ARN of the cluster around the pod, which the inventory then carries', parseClusterArn)
    .addOption(withOption())
    .option('--config <file>', 'configuration file (default: greenlight.yaml, if there is one)')
    .option('--quiet', 'no progress and no notes on standard error')
    .action(async (options: Options) => {
      if (options.inCluster || options.clusterArn) return collectAround(options, terminal);
      if (options.output !== undefined && inboxStore(options.output) !== undefined)
        throw new CommandFailure(`cannot write ${options.output}: give s3://BUCKET/KEY; only --in-cluster writes to an inbox`);
      const { configuration } = await configurationFor(options.config, options.with);
      const inventory = await collectLive(options, configuration, terminal);
      const output = options.output ?? `${inventory.cluster.name}.json.gz`;
      await writeInventory(output, inventory, { ...options, region: inventory.cluster.region });
      if (options.quiet || output === '-') return;
      terminal.note(isBucketUrl(output) ? `wrote ${output}` : `wrote ${output}: judge it with "greenlight analyze ${output}"`);
    });
}
