import { InvalidArgumentError } from 'commander';
import { clusterOfArn, collectInCluster } from '../../functions/fleet/collect-in-cluster.ts';
import type { ClusterIdentity, Inventory } from '../../functions/inventory/inventory.ts';
import { inventoryJson } from '../../functions/inventory/serialize.ts';
import { keys } from '../../functions/store/layout.ts';
import { bucketPlace } from '../../functions/store/location.ts';
import { writeInventory } from '../../functions/wiring/stores.ts';
import { configurationFor } from './configuration.ts';
import { CommandFailure } from './failure.ts';
import type { CollectingOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

export interface InClusterOptions extends CollectingOptions {
  readonly output?: string;
  readonly config?: string;
  readonly quiet?: boolean;
  readonly inCluster?: boolean;
  readonly clusterArn?: ClusterIdentity;
}

/** `greenlight collect --in-cluster`: what the API server says to a pod of the cluster, into the inbox of a store, a file, or a log.
 *  @throws CommandFailure when nothing could be read: what lies in the inbox is better, and stays */
export async function collectAround(options: InClusterOptions, terminal: Terminal): Promise<void> {
  const { clusterArn: cluster, output = `${cluster?.name}.json.gz` } = options;
  const { pod } = terminal.environment;
  if (!options.inCluster || !cluster)
    throw new CommandFailure('--in-cluster and --cluster-arn ARN need each other: a pod does not know which cluster of EKS it is in');
  if (!pod)
    throw new CommandFailure(
      'cannot collect with --in-cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, so this is no pod',
    );
  const { insideOfCluster } = await import('../../functions/wiring/in-cluster.ts');
  const { configuration } = await configurationFor(options.config, options.with);
  const inventory = await collectInCluster({
    cluster,
    configuration,
    inside: await insideOfCluster(cluster.name, pod, configuration.kubernetes),
    clock: () => new Date(),
    onProgress: (key) => terminal.progress(`collecting ${cluster.name}: ${key}`),
  });
  terminal.progress('');
  refuseNothing(inventory);
  const written = await write(inventory, output, terminal);
  if (!options.quiet) terminal.note(`wrote ${written}: ${summaryOf(inventory)}`);
}

/** The store whose inbox an output names: `s3://BUCKET`, `s3://BUCKET/inbox`, or a prefix that ends in a slash. */
export function inboxStore(output: string): string | undefined {
  const key = bucketPlace(output)?.key;
  if (key === undefined || (key !== '' && key !== 'inbox' && !output.endsWith('/'))) return undefined;
  return output.replace(/\/$/, '').replace(/\/inbox$/, '');
}

export function parseClusterArn(text: string): ClusterIdentity {
  const cluster = clusterOfArn(text);
  if (cluster) return cluster;
  throw new InvalidArgumentError('expected the ARN of an EKS cluster such as arn:aws:eks:eu-west-1:111111111111:cluster/payments.');
}

async function write(inventory: Inventory, output: string, terminal: Terminal): Promise<string> {
  const { cluster } = inventory;
  if (output === '-') {
    // One line: to a log pipeline each line is a record of its own. Line ends stand between values only, never in them.
    for (const piece of inventoryJson(inventory)) await terminal.print(piece.replaceAll('\n', ''));
    await terminal.print('\n');
    return 'standard output';
  }
  const store = inboxStore(output);
  const path = store === undefined ? output : `${store}/${keys.inbox(cluster)}`;
  await writeInventory(path, inventory, { region: cluster.region });
  return path;
}

function refuseNothing({ cluster, evidence }: Inventory): void {
  const entries = Object.values(evidence);
  if (entries.some(({ status }) => status === 'collected')) return;
  const failure = entries.find((entry) => entry.status === 'unavailable' && entry.code !== 'NotRequested');
  const why =
    failure?.status === 'unavailable' ? `${failure.code}: ${failure.message}` : 'the configuration asks for no Kubernetes evidence of it';
  throw new CommandFailure(`cannot collect ${cluster.name}: ${why}`);
}

/** How many kinds of evidence were read, and which were asked for and not given. */
function summaryOf({ evidence }: Inventory): string {
  const asked = Object.entries(evidence).filter(([, entry]) => entry.status === 'collected' || entry.code !== 'NotRequested');
  const missing = asked.flatMap(([key, entry]) => (entry.status === 'unavailable' ? [`${key} (${entry.code}: ${entry.message})`] : []));
  const count = `${asked.length - missing.length} of ${asked.length} kinds of evidence`;
  return missing.length === 0 ? count : `${count}; not read: ${missing.join(', ')}`;
}
