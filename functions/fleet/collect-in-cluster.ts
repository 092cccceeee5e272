import type { Configuration } from '../config/schema.ts';
import { type CollectOptions, collectInventory } from '../inventory/collect.ts';
import { CollectionError } from '../inventory/error-codes.ts';
import type { ClusterIdentity, Inventory } from '../inventory/inventory.ts';
import type { ClusterEndpoint, ClusterSources } from '../inventory/ports.ts';
import { isRequestedBy, type OpenCluster } from './scan-cluster.ts';

/** A cluster as a pod in it sees it: its API server, and nothing of AWS. */
export interface InsideOfCluster extends Pick<OpenCluster, 'deadline' | 'cost'> {
  readonly endpoint: ClusterEndpoint;
  readonly connectKubernetes: ClusterSources['connectKubernetes'];
}

export interface CollectInClusterOptions extends Pick<CollectOptions, 'clock' | 'onProgress'> {
  /** Whose inventory it is: a pod cannot find that out. */
  readonly cluster: ClusterIdentity;
  readonly inside: InsideOfCluster;
  readonly configuration: Pick<Configuration, 'kubernetes' | 'clusters'>;
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html */
const clusterArn = /^arn:aws[a-z-]*:eks:(?<region>[a-z0-9-]+):(?<accountId>\d{12}):cluster\/(?<name>[0-9A-Za-z][\w-]{0,99})$/;

/** The cluster that an ARN names, of any partition; undefined when it is none of a cluster of EKS. */
export function clusterOfArn(arn: string): ClusterIdentity | undefined {
  const { region, accountId, name } = clusterArn.exec(arn)?.groups ?? {};
  return region !== undefined && accountId !== undefined && name !== undefined ? { accountId, region, name, arn } : undefined;
}

/** The Kubernetes evidence of an inventory, all that the configuration asks for; AWS evidence is left out, which counts as `NotRequested`.
 *  Never throws for the API server: what it does not give is `unavailable`. */
export async function collectInCluster({ cluster, inside, configuration, clock, onProgress }: CollectInClusterOptions): Promise<Inventory> {
  const inventory = await collectInventory({
    cluster,
    sources: withoutAws(inside),
    deadline: inside.deadline,
    cost: inside.cost,
    pageSize: configuration.kubernetes.pageSize,
    isRequested: isRequestedBy(configuration, cluster.name),
    clock,
    ...(onProgress ? { onProgress } : {}),
  });
  const seen = Object.entries(inventory.evidence).filter(([key]) => key.startsWith('kubernetes.'));
  return { ...inventory, evidence: Object.fromEntries(seen) };
}

function withoutAws({ endpoint, connectKubernetes }: InsideOfCluster): ClusterSources {
  const refuse = (): never => {
    throw new CollectionError('NotRequested', 'a collection from inside of a cluster asks no API of AWS');
  };
  return {
    endpoint,
    connectKubernetes,
    get eks() {
      return refuse();
    },
    get ec2() {
      return refuse();
    },
    get autoScaling() {
      return refuse();
    },
    get ssm() {
      return refuse();
    },
    get account() {
      return refuse();
    },
    get catalogue() {
      return refuse();
    },
  };
}
