import type { Ec2Subnet } from './account-services.ts';
import { auditOf } from './audit.ts';
import type { Behaviours } from './behaviour.ts';
import { virtualClock } from './clock.ts';
import { emptyCluster, type FailClosedWebhook, type LiveCluster, newMetadata } from './cluster.ts';
import { reconcile } from './controllers.ts';
import type { Declaration } from './declare.ts';
import { faultTable } from './faults.ts';
import { type AutoScalingGroupInput, addAutoScalingGroup, addNodegroup } from './new-groups.ts';
import type { EksTaint } from './node-groups.ts';
import type { Labels } from './objects.ts';
import { seededRandom } from './randomness.ts';
import { defaultTimings, type Timings } from './timings.ts';
import type { LiveWorld, TargetGroup } from './world.ts';

export interface GroupInput {
  readonly name: string;
  readonly size: number;
  /** @default size */
  readonly min?: number;
  /** @default twice the size, at least 3 */
  readonly max?: number;
  /** A plain Auto Scaling group if false. @default true */
  readonly managed?: boolean;
  readonly zones?: readonly string[];
  readonly instanceType?: string;
  readonly allocatable?: AutoScalingGroupInput['allocatable'];
  readonly labels?: Labels;
  readonly taints?: readonly EksTaint[];
  readonly version?: string;
  /** Of the managed node group, or of the Auto Scaling group. */
  readonly tags?: Labels;
}

export interface ClusterInput {
  /** @default payments */
  readonly name?: string;
  /** @default 1.34 */
  readonly version?: string;
  /** @default a, b and c of the region */
  readonly zones?: readonly string[];
  readonly groups: readonly GroupInput[];
  readonly workloads?: readonly Declaration[];
  readonly webhooks?: readonly FailClosedWebhook[];
  /** What callers may not, as `create pods/eviction`, `patch nodes`, `list pods`. */
  readonly denied?: readonly string[];
  /** More of what DescribeCluster answers. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Objects that nothing happens to, by the path that lists them; an empty list makes a kind known. */
  readonly objects?: Readonly<Record<string, readonly { readonly name: string; readonly namespace?: string; readonly spec?: object }[]>>;
}

export interface LiveWorldInput {
  /** @default 2026-11-21T08:00:00Z */
  readonly start?: string;
  readonly seed?: number;
  /** @default 111111111111 */
  readonly accountId?: string;
  /** @default eu-west-1 */
  readonly region?: string;
  readonly timings?: Partial<Timings>;
  readonly clusters: readonly ClusterInput[];
  /** By `service/code`. @default `ec2/L-1216C47A`: 1,920 vCPUs */
  readonly quotas?: Readonly<Record<string, number>>;
  readonly alarms?: Readonly<Record<string, 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'>>;
  /** Instance target groups by ARN, with the groups whose Auto Scaling groups are attached. */
  readonly targetGroups?: readonly (Pick<TargetGroup, 'arn' | 'type' | 'deregistrationSeconds'> & { readonly groups: readonly string[] })[];
}

/** How long a world lives before it begins: nodes and pods have settled by then. */
const settling = 40 * 60_000;
const settlingLast = 60_000;

/** A world in which everything runs as declared, at `start`. What follows is up to its clock. */
export function createLiveWorld(input: LiveWorldInput): LiveWorld {
  const start = Date.parse(input.start ?? '2026-11-21T08:00:00Z');
  const world = emptyWorld(input, new Date(start - settling - settlingLast));
  const declared = input.clusters.map((cluster) => ({ cluster: addCluster(world, cluster), workloads: cluster.workloads ?? [] }));
  for (const { arn, groups } of input.targetGroups ?? []) {
    for (const group of world.autoScalingGroups.values())
      if (groups.includes(group.nodegroupName ?? group.name)) group.targetGroups.push(arn);
  }
  world.clock.advance(settling);
  for (const { cluster, workloads } of declared) for (const one of workloads) if (one.last) one.apply(cluster);
  world.clock.advance(settlingLast);
  begin(world);
  return world;
}

/** A world without clusters, at some time. */
export function emptyWorld(input: Omit<LiveWorldInput, 'start' | 'clusters'>, now: Date): LiveWorld {
  let numbers = 0;
  const world: LiveWorld = {
    accountId: input.accountId ?? '111111111111',
    region: input.region ?? 'eu-west-1',
    clock: virtualClock(now),
    audit: auditOf(() => world),
    timings: { ...defaultTimings, ...input.timings },
    random: seededRandom(input.seed ?? 7),
    next: () => {
      numbers += 1;
      return numbers;
    },
    clusters: new Map(),
    autoScalingGroups: new Map(),
    faults: faultTable(),
    services: {
      subnets: [],
      quotas: new Map(Object.entries(input.quotas ?? { 'ec2/L-1216C47A': 1920 })),
      usedVcpus: 0,
      alarms: new Map(Object.entries(input.alarms ?? {})),
      targetGroups: new Map((input.targetGroups ?? []).map((one) => [one.arn, { ...one, unhealthyGroups: new Set<string>() }])),
    },
  };
  return world;
}

/** From here on the audit counts. */
export function begin({ audit, clock }: LiveWorld): void {
  audit.begin();
  clock.afterEachInstant(() => audit.sample('tick'));
  audit.sample('tick');
}

function addCluster(world: LiveWorld, input: ClusterInput): LiveCluster {
  const { name = 'payments', version = '1.34', zones = ['a', 'b', 'c'].map((letter) => `${world.region}${letter}`) } = input;
  const subnets = zones.map((zone, index) => subnetOf(name, zone, world.clusters.size * 16 + index));
  world.services.subnets.push(...subnets);
  const behaviours: Behaviours = { byWorkload: new Map(), troubles: [] };
  const details = {
    endpoint: `https://${name}.example`,
    certificateAuthority: { data: Buffer.from(`certificate authority of ${name}`).toString('base64') },
    resourcesVpcConfig: { subnetIds: subnets.map(({ SubnetId }) => SubnetId), vpcId: `vpc-${name}` },
    upgradePolicy: { supportType: 'STANDARD' },
    zonalShiftConfig: { enabled: false },
    tags: {},
    ...input.details,
  };
  const cluster = emptyCluster({ world, name, version, zones, behaviours, details });
  cluster.onChange = reconcile;
  cluster.webhooks.push(...(input.webhooks ?? []));
  world.clusters.set(name, cluster);
  for (const group of input.groups) addGroup(cluster, group, subnets);
  for (const one of input.workloads ?? []) if (!one.last) one.apply(cluster);
  for (const [list, objects] of Object.entries(input.objects ?? {})) addObjects(cluster, list, objects);
  for (const one of input.denied ?? []) cluster.denied.add(one);
  return cluster;
}

function subnetOf(cluster: string, zone: string, number: number): Ec2Subnet {
  return {
    SubnetId: `subnet-${cluster}-${zone.slice(-1)}`,
    AvailabilityZone: zone,
    CidrBlock: `10.${number}.0.0/20`,
    VpcId: `vpc-${cluster}`,
    AvailableIpAddressCount: 4000,
  };
}

function addGroup(cluster: LiveCluster, input: GroupInput, subnets: readonly Ec2Subnet[]): void {
  const { name, size, min = size, max = Math.max(3, size * 2), managed = true, zones = cluster.zones, instanceType = 'm7i.xlarge' } = input;
  if (!managed) {
    addAutoScalingGroup(cluster, { ...input, min, max, zones, instanceType });
    return;
  }
  addNodegroup(cluster, {
    nodegroupName: name,
    scalingConfig: { minSize: min, maxSize: max, desiredSize: size },
    subnets: subnets.filter(({ AvailabilityZone }) => zones.includes(AvailabilityZone)).map(({ SubnetId }) => SubnetId),
    instanceTypes: [instanceType],
    nodeRole: `arn:aws:iam::${cluster.world.accountId}:role/${cluster.name}-node`,
    labels: input.labels ?? {},
    taints: input.taints ?? [],
    tags: input.tags ?? {},
    ...(input.version === undefined ? {} : { version: input.version }),
    ...(input.allocatable === undefined ? {} : { allocatable: input.allocatable }),
  });
}

function addObjects(cluster: LiveCluster, list: string, objects: NonNullable<ClusterInput['objects']>[string]): void {
  const entries = objects.map(({ name, namespace, spec = {}, ...rest }) => {
    const key = namespace === undefined ? name : `${namespace}/${name}`;
    return [key, { ...rest, metadata: newMetadata(cluster, { name, ...(namespace === undefined ? {} : { namespace }) }), spec }] as const;
  });
  cluster.others.set(list, new Map(entries));
}
