import type { Command } from 'commander';
import { collectCluster } from '../../functions/fleet/scan-cluster.ts';
import { readEvidence } from '../../functions/inventory/inventory.ts';
import { isBucketUrl } from '../../functions/store/location.ts';
import { writeInventory } from '../../functions/wiring/stores.ts';
import { collectAround, type InClusterOptions, inboxStore, parseClusterArn } from './collect-in-cluster.ts';
import { configurationFor } from './configuration.ts';
import { CommandFailure } from './failure.ts';
import { type ClusterOptions, parseOutput, withClusterOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

interface Options extends ClusterOptions, InClusterOptions {}

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
    .option('--config <file>', 'configuration file (default: greenlight.yaml, if there is one)')
    .option('--quiet', 'no progress and no notes on standard error')
    .action(async (options: Options) => {
      if (options.inCluster || options.clusterArn) return collectAround(options, terminal);
      if (options.output !== undefined && inboxStore(options.output) !== undefined)
        throw new CommandFailure(`cannot write ${options.output}: give s3://BUCKET/KEY; only --in-cluster writes to an inbox`);
      const region = options.region ?? terminal.environment.region;
      if (options.cluster === undefined || region === undefined)
        throw new CommandFailure('collect reads one cluster: give --cluster NAME and --region REGION');
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
      await writeInventory(output, inventory, { ...options, region });
      if (options.quiet || output === '-') return;
      terminal.note(isBucketUrl(output) ? `wrote ${output}` : `wrote ${output}: judge it with "greenlight analyze ${output}"`);
    });
}
