import type { ErrorCode } from '../functions/inventory/error-codes.ts';
import type { Subnet } from '../functions/inventory/evidence/ec2-subnets.ts';
import type { Addon } from '../functions/inventory/evidence/eks-addons.ts';
import type { AddonInfo, ClusterVersion } from '../functions/inventory/evidence/eks-catalogue.ts';
import type { Cluster } from '../functions/inventory/evidence/eks-cluster.ts';
import type { FargateProfile } from '../functions/inventory/evidence/eks-fargate-profiles.ts';
import type { Nodegroup } from '../functions/inventory/evidence/eks-nodegroups.ts';

/** What EKS offers; the same in every region of the world. */
export interface Catalogue {
  readonly clusterVersions: readonly ClusterVersion[];
  readonly addons: readonly AddonInfo[];
}

/** Everything outside that a scan can ask. Objects have the shape of the API's answers; what else they hold is answered too. */
export interface World {
  readonly accounts: readonly SimulatedAccount[];
  readonly catalogue: Catalogue;
}

export interface SimulatedAccount {
  readonly id: string;
  readonly name: string;
  /** Why the account cannot be entered, e.g. `AssumeRoleDenied`. */
  readonly denied?: Failure;
  readonly regions: readonly SimulatedRegion[];
}

export interface SimulatedRegion {
  readonly name: string;
  /** Why the region cannot be read, e.g. `RegionDisabled`. */
  readonly denied?: Failure;
  readonly clusters: readonly SimulatedCluster[];
}

export interface SimulatedCluster {
  /** What DescribeCluster answers. */
  readonly cluster: Cluster & { readonly name: string; readonly arn: string };
  readonly nodegroups: readonly Nodegroup[];
  readonly fargateProfiles: readonly FargateProfile[];
  readonly addons: readonly Addon[];
  /** Subnets of its VPC, as far as they exist. */
  readonly subnets: readonly Subnet[];
  readonly apiServer: SimulatedApiServer;
  /** What goes wrong in every scan of this cluster. */
  readonly faults: readonly Fault[];
}

export interface SimulatedApiServer {
  /** `never-answers`: the connection is accepted and nothing comes back. */
  readonly endpoint: 'reachable' | 'unreachable' | 'never-answers';
  /** What `/version` answers. */
  readonly version: { readonly gitVersion: string };
  /** Objects by the path that lists them over all namespaces, e.g. `/apis/apps/v1/deployments`. Other paths are answered with 404. */
  readonly objects: Readonly<Record<string, readonly KubernetesObject[]>>;
}

export interface KubernetesObject {
  readonly metadata: { readonly name: string; readonly namespace?: string | null };
}

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A request that fails. */
export interface Fault {
  /** `eks:DescribeAddon`, `ec2:DescribeSubnets`, `GET /api/v1/pods` (each page of a list is a request); all of them if absent. */
  readonly operation?: string;
  /** Which request of its operation, from 1; each of them if absent. */
  readonly nth?: number;
  readonly code: ErrorCode;
  readonly message?: string;
}

export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** The clusters of an account in a region; none where the world does not know the place. */
export function clustersIn(world: World, { accountId, region }: Place): readonly SimulatedCluster[] {
  const account = world.accounts.find(({ id }) => id === accountId);
  return account?.regions.find(({ name }) => name === region)?.clusters ?? [];
}

/** Why the place cannot be read, if so. */
export function denialOf(world: World, { accountId, region }: Place): Failure | undefined {
  const account = world.accounts.find(({ id }) => id === accountId);
  return account?.denied ?? account?.regions.find(({ name }) => name === region)?.denied;
}
