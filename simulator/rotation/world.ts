import type { Ec2Subnet } from './account-services.ts';
import type { Audit } from './audit.ts';
import type { VirtualClock } from './clock.ts';
import type { LiveCluster } from './cluster.ts';
import type { Faults } from './faults.ts';
import type { Labels } from './objects.ts';
import type { Timings } from './timings.ts';

/** An account and region with clusters that live: what is done to them has consequences, in virtual time. */
export interface LiveWorld {
  readonly accountId: string;
  readonly region: string;
  readonly clock: VirtualClock;
  readonly timings: Timings;
  /** The same sequence for the same seed. */
  readonly random: () => number;
  /** 1, 2, 3 …: for names that are given once. */
  readonly next: () => number;
  readonly clusters: Map<string, LiveCluster>;
  readonly autoScalingGroups: Map<string, LiveAutoScalingGroup>;
  readonly services: AccountServices;
  readonly faults: Faults;
  readonly audit: Audit;
}

export interface Instance {
  readonly id: string;
  readonly zone: string;
  readonly type: string;
  readonly launchedAt: number;
  lifecycleState: string;
  healthy: boolean;
  protectedFromScaleIn: boolean;
  nodeName?: string;
}

export interface AutoScalingTag {
  readonly key: string;
  readonly value: string;
  readonly propagateAtLaunch: boolean;
}

/** What is made on new nodes. */
export interface NodeTemplate {
  instanceType: string;
  labels: Labels;
  /** Taints as Kubernetes writes them. */
  taints: { readonly key: string; readonly value: string; readonly effect: string }[];
  readonly allocatable: Readonly<Record<string, string>>;
  readonly kubeletVersion: string;
  readonly arch: string;
}

export interface LiveAutoScalingGroup {
  readonly name: string;
  readonly clusterName: string;
  readonly nodegroupName: string | null;
  min: number;
  max: number;
  desired: number;
  readonly zones: string[];
  readonly template: NodeTemplate;
  readonly suspended: Set<string>;
  readonly tags: Map<string, AutoScalingTag>;
  readonly instances: Map<string, Instance>;
  /** Reports nothing may be changed but sizes (an EKS Auto Mode or other service owns it). */
  operator: string | null;
  newInstancesProtected: boolean;
  /** Stopped instances of a warm pool: shown, never counted. */
  warmed: string[];
  readonly targetGroups: string[];
  readonly loadBalancers: string[];
  readonly lifecycleHooks: { readonly name: string; readonly transition: string; readonly heartbeatSeconds: number }[];
  readonly scheduledActions: { readonly name: string; readonly recurrence: string; readonly desired: number }[];
  readonly policies: { readonly name: string; readonly type: string }[];
  readonly instanceRefreshes: { readonly id: string; status: string }[];
  maxInstanceLifetimeSeconds: number | null;
  /** What is wrong with it, set by events. */
  readonly troubles: GroupTroubles;
}

export interface GroupTroubles {
  /** Zones without capacity, or all of them. */
  noCapacity: 'all' | readonly string[] | null;
  /** New instances never become nodes. */
  neverJoin: boolean;
  /** New nodes stay NotReady. */
  notReady: boolean;
  /** Instances never end: a lifecycle hook hangs. */
  terminationHangs: boolean;
  /** Subnets have no address left: pods stay ContainerCreating. */
  noAddresses: boolean;
}

/** Other services of the account, as a rotation reads them. */
export interface AccountServices {
  readonly subnets: Ec2Subnet[];
  /** Current values by `service/quota code`. */
  readonly quotas: Map<string, number>;
  /** vCPUs that count against the quota, beside those of the groups here. */
  usedVcpus: number;
  /** State by name. */
  readonly alarms: Map<string, 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'>;
  readonly targetGroups: Map<string, TargetGroup>;
}

export interface TargetGroup {
  readonly arn: string;
  readonly type: 'instance' | 'ip';
  readonly deregistrationSeconds: number;
  /** Instances that never become healthy are those of these Auto Scaling groups. */
  readonly unhealthyGroups: Set<string>;
}

/** @throws Error for a name that the world does not know: a mistake in a test */
export function clusterOf(world: LiveWorld, name: string): LiveCluster {
  const cluster = world.clusters.get(name);
  if (!cluster) throw new Error(`the live world has no cluster ${name}: it has ${[...world.clusters.keys()].join(', ')}`);
  return cluster;
}

/** A group by the name of its managed node group, or its own.
 *  @throws Error for a name that the world does not know */
export function groupOf(world: LiveWorld, name: string): LiveAutoScalingGroup {
  const groups = [...world.autoScalingGroups.values()];
  const group = groups.find((one) => one.nodegroupName === name) ?? groups.find((one) => one.name === name);
  if (!group)
    throw new Error(`the live world has no group ${name}: it has ${groups.map((one) => one.nodegroupName ?? one.name).join(', ')}`);
  return group;
}
