import type { ErrorCode } from '../functions/inventory/error-codes.ts';
import type { AccountUsage, ServiceQuota } from '../functions/inventory/evidence/account-quotas.ts';
import type { AutoScalingGroup } from '../functions/inventory/evidence/autoscaling-groups.ts';
import type { LaunchTemplate } from '../functions/inventory/evidence/ec2-launch-templates.ts';
import type { Subnet } from '../functions/inventory/evidence/ec2-subnets.ts';
import type { Addon } from '../functions/inventory/evidence/eks-addons.ts';
import type { AddonInfo, ClusterVersion } from '../functions/inventory/evidence/eks-catalogue.ts';
import type { Cluster } from '../functions/inventory/evidence/eks-cluster.ts';
import type { FargateProfile } from '../functions/inventory/evidence/eks-fargate-profiles.ts';
import type { Insight } from '../functions/inventory/evidence/eks-insights.ts';
import type { Nodegroup } from '../functions/inventory/evidence/eks-nodegroups.ts';
import type { Update } from '../functions/inventory/evidence/eks-updates.ts';
import type { AmiReleaseVersion } from '../functions/inventory/evidence/ssm-ami-release-versions.ts';

/** What EKS offers; the same in every region of the world. */
export interface Catalogue {
  readonly clusterVersions: readonly ClusterVersion[];
  readonly addons: readonly AddonInfo[];
}

/** Everything outside that a scan can ask. Objects have the shape of the API's answers; what else they hold is answered too. */
export interface World {
  readonly accounts: readonly SimulatedAccount[];
  readonly catalogue: Catalogue;
  /** When insights that nobody declared are refreshed. @default the clock of the demo */
  readonly clock?: () => Date;
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
  /** What the public parameters say. @default what each cluster has itself is the newest */
  readonly amiReleases?: readonly AmiReleaseVersion[];
  /** Without vCPUs CloudWatch has no data, and `instances` are counted. @default little of the quotas */
  readonly usage?: AccountUsage;
  /** Applied quotas; those of AWS are answered as defaults too. @default those of AWS */
  readonly quotas?: readonly ServiceQuota[];
  /** What DescribeInstances answers. @default none */
  readonly instances?: readonly SimulatedInstance[];
}

export interface SimulatedInstance {
  readonly InstanceType: string;
  readonly InstanceLifecycle?: string;
  readonly State: { readonly Name: string };
  readonly CpuOptions: { readonly CoreCount: number; readonly ThreadsPerCore: number };
}

export interface SimulatedCluster {
  /** What DescribeCluster answers. */
  readonly cluster: Cluster & { readonly name: string; readonly arn: string };
  readonly nodegroups: readonly Nodegroup[];
  readonly fargateProfiles: readonly FargateProfile[];
  readonly addons: readonly Addon[];
  /** Subnets of its VPC, as far as they exist. */
  readonly subnets: readonly Subnet[];
  /** As DescribeInsight answers each. @default one of upgrade readiness, passing and fresh */
  readonly insights?: readonly Insight[];
  /** Of the cluster itself, newest first. @default none */
  readonly updates?: readonly Update[];
  /** @default those of its managed node groups */
  readonly autoScalingGroups?: readonly AutoScalingGroup[];
  /** @default all that its groups name, without newer versions */
  readonly launchTemplates?: readonly LaunchTemplate[];
  readonly apiServer: SimulatedApiServer;
  /** What goes wrong in every scan of this cluster. */
  readonly faults: readonly Fault[];
}

export interface SimulatedApiServer {
  /** `never-answers`: the connection is accepted and nothing comes back. */
  readonly endpoint: 'reachable' | 'unreachable' | 'never-answers';
  /** What `/version` answers. */
  readonly version: { readonly gitVersion: string };
  /** Objects by the path that lists them over all namespaces, e.g. `/apis/apps/v1/deployments`. Kinds that every API server has are
   *  answered with an empty list, other paths with 404. */
  readonly objects: Readonly<Record<string, readonly KubernetesObject[]>>;
  /** Texts by path, e.g. `/metrics`. Other paths are answered with 404. @default none */
  readonly texts?: Readonly<Record<string, string>>;
}

export interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | null;
    readonly labels?: Readonly<Record<string, string>> | null;
  };
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

/** The region of an account; undefined where the world does not know the place. */
export function regionOf(world: World, { accountId, region }: Place): SimulatedRegion | undefined {
  return world.accounts.find(({ id }) => id === accountId)?.regions.find(({ name }) => name === region);
}

/** The clusters of an account in a region; none where the world does not know the place. */
export function clustersIn(world: World, place: Place): readonly SimulatedCluster[] {
  return regionOf(world, place)?.clusters ?? [];
}

/** Why the place cannot be read, if so. */
export function denialOf(world: World, { accountId, region }: Place): Failure | undefined {
  const account = world.accounts.find(({ id }) => id === accountId);
  return account?.denied ?? account?.regions.find(({ name }) => name === region)?.denied;
}
