import { assessPod, drainContext, isEvictable } from '../../functions/workloads/drain.ts';
import type { LiveCluster } from './cluster.ts';
import { nodesOf } from './nodes.ts';
import { type LiveNode, nameOf } from './objects.ts';
import { type CapacitySample, isServing, sampler, type Unavailability } from './sampler.ts';
import { clusterOf, type LiveAutoScalingGroup, type LiveWorld } from './world.ts';

/** A call that was made, whatever came of it. */
export interface AuditedCall {
  /** From 1. */
  readonly number: number;
  readonly at: string;
  readonly cluster: string;
  readonly principal: string;
  readonly call: string;
  readonly target: string;
  readonly write: boolean;
  readonly input: unknown;
  /** `ok`, an HTTP status, an error code, or `killed`. */
  result: string;
}

/** A pod that ended with its node instead of being evicted; `cut` if it was on its way out and had not finished. */
export interface LostPod {
  readonly at: string;
  readonly cluster: string;
  readonly pod: string;
  readonly node: string;
  readonly group: string;
  readonly cause: string;
  readonly cut: boolean;
}

interface GroupSizes {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

/** Sizes of a group that were written, and the pods on its nodes that a drain would have had to move when desired was lowered. */
export interface SizeChange {
  readonly at: string;
  readonly principal: string;
  readonly group: string;
  readonly from: GroupSizes;
  readonly to: GroupSizes;
  readonly evictable: readonly string[];
}

export interface CordonChange {
  readonly at: string;
  readonly principal: string;
  readonly cluster: string;
  readonly node: string;
  readonly group: string | null;
  readonly unschedulable: boolean;
  /** Nodes that were Ready and schedulable then, by group. */
  readonly serving: Readonly<Record<string, number>>;
}

/** What was seen from outside: for invariants, not for the product. */
export interface Audit {
  readonly calls: readonly AuditedCall[];
  readonly lost: readonly LostPod[];
  readonly sizes: readonly SizeChange[];
  readonly cordons: readonly CordonChange[];
  /** Capacity after every write and at every instant in which it changed. */
  readonly samples: readonly CapacitySample[];
  /** Nodes that causes outside a rotation took away, or kept from serving for a time. */
  readonly takenOutside: readonly string[];
  /** Budgets found with less than nothing allowed, and pods deleted that a budget would not have let go. */
  readonly breaches: readonly string[];
  /** @param principal everybody if left out */
  writes(principal?: string): AuditedCall[];
  /** By cluster and workload, `payments shop/web`. */
  unavailability(): Readonly<Record<string, Unavailability>>;
  called(call: Omit<AuditedCall, 'number' | 'at' | 'result'>): AuditedCall;
  lose(pod: LostPod): void;
  sized(group: LiveAutoScalingGroup, to: GroupSizes, principal: string): void;
  cordoned(change: Omit<CordonChange, 'at' | 'serving'>): void;
  breach(what: string): void;
  /** A node that causes outside a rotation took away, or keeps from serving. */
  tookOutside(node: LiveNode): void;
  /** It serves again. */
  gaveBack(node: LiveNode): void;
  sample(trigger: 'write' | 'tick'): void;
  /** Forgets what was before: the world is built. */
  begin(): void;
}

export function auditOf(world: () => LiveWorld): Audit {
  const [calls, lost, sizes, cordons, breaches]: [AuditedCall[], LostPod[], SizeChange[], CordonChange[], string[]] = [[], [], [], [], []];
  const takenOutside: string[] = [];
  const samples = sampler(world, (breach) => void breaches.push(breach));
  const at = () => world().clock.iso();
  return {
    calls,
    lost,
    sizes,
    cordons,
    breaches,
    samples: samples.taken,
    takenOutside,
    writes: (principal) => calls.filter((one) => one.write && (principal === undefined || one.principal === principal)),
    unavailability: samples.unavailability,
    called(call) {
      const entry: AuditedCall = { ...call, number: calls.length + 1, at: at(), result: 'unanswered' };
      calls.push(entry);
      return entry;
    },
    lose: (pod) => void lost.push(pod),
    sized(group, to, principal) {
      const { min, max, desired } = group;
      const evictable = to.desired < desired ? evictablePods(clusterOf(world(), group.clusterName), group) : [];
      sizes.push({ at: at(), principal, group: group.nodegroupName ?? group.name, from: { min, max, desired }, to, evictable });
    },
    cordoned: (change) => void cordons.push({ at: at(), ...change, serving: servingIn(world()) }),
    breach: (what) => void breaches.push(what),
    tookOutside(node) {
      takenOutside.push(node.metadata.name);
      samples.tookOutside(node);
    },
    gaveBack: samples.gaveBack,
    sample: samples.sample,
    begin() {
      for (const list of [calls, lost, sizes, cordons, breaches, takenOutside]) list.length = 0;
      samples.begin();
    },
  };
}

function servingIn(world: LiveWorld): Record<string, number> {
  return Object.fromEntries(
    [...world.autoScalingGroups.values()].map((group) => {
      const nodes = nodesOf(clusterOf(world, group.clusterName), group);
      return [group.nodegroupName ?? group.name, nodes.filter(isServing).length];
    }),
  );
}

/** Pods on the nodes of a group that a drain would have to move. */
export function evictablePods(cluster: LiveCluster, group: LiveAutoScalingGroup): string[] {
  const { objects, world } = cluster;
  const pods = [...objects.pods.values()];
  const context = drainContext({
    now: world.clock.now(),
    pods,
    nodes: [...objects.nodes.values()],
    podDisruptionBudgets: [...objects.budgets.values()],
    deployments: [...objects.deployments.values()],
    replicaSets: [...objects.replicaSets.values()],
    statefulSets: [...objects.statefulSets.values()],
    daemonSets: [...objects.daemonSets.values()],
    jobs: [...objects.jobs.values()],
  });
  const names = new Set(nodesOf(cluster, group).map(({ metadata }) => metadata.name));
  return pods.filter((pod) => names.has(pod.spec.nodeName ?? '') && isEvictable(assessPod(pod, context))).map(nameOf);
}
