import type { Configuration } from '../../functions/config/schema.ts';
import { collectCluster } from '../../functions/fleet/scan-cluster.ts';
import type { Inventory } from '../../functions/inventory/inventory.ts';
import { readEvidence } from '../../functions/inventory/inventory.ts';
import { CommandFailure } from './failure.ts';
import type { ClusterOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/** The inventory of one live cluster, with the caller's credentials.
 *  @throws CommandFailure when not even the cluster can be described */
export async function collectLive(options: ClusterOptions, configuration: Configuration, terminal: Terminal): Promise<Inventory> {
  const region = options.region ?? terminal.environment.region;
  if (options.cluster === undefined || region === undefined) throw new CommandFailure('give --cluster NAME and --region REGION');
  const { oneCluster } = await import('../../functions/wiring/live.ts');
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
  return inventory;
}
