import { isNodeReady } from '../../functions/workloads/drain-terminating.ts';
import { allocatableOf, type Resources } from '../../functions/workloads/requests.ts';
import { zoneOf } from '../../functions/workloads/zones.ts';
import type { LiveCluster } from './cluster.ts';
import { type LiveNode, nameOf } from './objects.ts';
import type { LiveWorld } from './world.ts';

type Amounts = Readonly<Record<string, bigint>>;

/** What pods could use at an instant: nodes that are Ready and schedulable. Amounts in nano units. */
export interface CapacitySample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly trigger: 'write' | 'tick';
  readonly cluster: string;
  readonly schedulable: Amounts;
  readonly byZone: Readonly<Record<string, Amounts>>;
  /** What causes outside a rotation have taken so far: nodes that are gone, whatever came in their place, and those they keep from serving. */
  readonly takenOutside: Amounts;
}

/** How long a workload had fewer ready replicas than it wants. */
export interface Unavailability {
  /** Seconds times missing replicas. */
  missingReplicaSeconds: number;
  /** Seconds without any ready replica. */
  downSeconds: number;
  /** Most replicas that were missing at a time. */
  mostMissing: number;
}

/** Pods may be placed on it. */
export function isServing(node: LiveNode): boolean {
  return isNodeReady(node) && !node.spec.unschedulable;
}

export function sampler(world: () => LiveWorld, breach: (what: string) => void) {
  const taken: CapacitySample[] = [];
  const last = new Map<string, string>();
  const outside = new Map<string, bigint>();
  const takenNodes = new Set<LiveNode>();
  const unavailable = new Map<string, Unavailability>();
  let seenAt = 0;
  let missing: [string, number, boolean][] = [];

  const countOutside = (node: LiveNode, times: bigint) => {
    for (const [resource, amount] of capacityOf(node)) outside.set(resource, (outside.get(resource) ?? 0n) + times * amount);
  };
  const count = () => {
    const now = world().clock.now();
    const seconds = (now - seenAt) / 1000;
    for (const [key, replicas, isDown] of missing) {
      const sum = unavailable.get(key) ?? { missingReplicaSeconds: 0, downSeconds: 0, mostMissing: 0 };
      sum.missingReplicaSeconds += replicas * seconds;
      sum.downSeconds += isDown ? seconds : 0;
      sum.mostMissing = Math.max(sum.mostMissing, replicas);
      unavailable.set(key, sum);
    }
    seenAt = now;
    missing = [...world().clusters.values()].flatMap(missingIn);
  };

  return {
    taken,
    unavailability: () =>
      Object.fromEntries([...unavailable].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, sum]) => [key, rounded(sum)])),
    tookOutside(node: LiveNode) {
      if (!takenNodes.has(node)) countOutside(node, 1n);
      takenNodes.add(node);
    },
    gaveBack(node: LiveNode) {
      if (takenNodes.delete(node)) countOutside(node, -1n);
    },
    begin() {
      taken.length = 0;
      last.clear();
      outside.clear();
      takenNodes.clear();
      unavailable.clear();
      seenAt = world().clock.now();
      missing = [...world().clusters.values()].flatMap(missingIn);
    },
    sample(trigger: 'write' | 'tick') {
      count();
      for (const cluster of world().clusters.values()) {
        for (const budget of cluster.objects.budgets.values()) {
          if (budget.status.disruptionsAllowed < 0)
            breach(`budget ${nameOf(budget)} allows ${budget.status.disruptionsAllowed} disruptions`);
        }
        const nodes = [...cluster.objects.nodes.values()].filter(isServing);
        const key = `${nodes.map(({ metadata }) => metadata.name).join()} ${outside.get('cpu') ?? 0n}`;
        if (last.get(cluster.name) === key) continue;
        last.set(cluster.name, key);
        const byZone = Object.fromEntries(
          [...Map.groupBy(nodes, (node) => zoneOf(node) ?? '')].map(([zone, members]) => [zone, total(members)]),
        );
        taken.push({
          at: world().clock.now(),
          trigger,
          cluster: cluster.name,
          schedulable: total(nodes),
          byZone,
          takenOutside: Object.fromEntries(outside),
        });
      }
    },
  };
}

/** Workloads with fewer ready replicas than they want: how many are missing, and whether none is ready. */
function missingIn(cluster: LiveCluster): [string, number, boolean][] {
  const all = [...cluster.objects.deployments.values(), ...cluster.objects.statefulSets.values()];
  return all.flatMap((one): [string, number, boolean][] => {
    const short = one.spec.replicas - one.status.readyReplicas;
    return short > 0 ? [[`${cluster.name} ${nameOf(one)}`, short, one.status.readyReplicas === 0]] : [];
  });
}

/** To milliseconds: sums of fractions are not exact. */
function rounded({ missingReplicaSeconds, downSeconds, mostMissing }: Unavailability): Unavailability {
  const toMs = (seconds: number) => Math.round(seconds * 1000) / 1000;
  return { missingReplicaSeconds: toMs(missingReplicaSeconds), downSeconds: toMs(downSeconds), mostMissing };
}

const capacities = new WeakMap<LiveNode, Resources>();

/** What a node offers never changes here. */
function capacityOf(node: LiveNode): Resources {
  const known = capacities.get(node) ?? allocatableOf(node);
  capacities.set(node, known);
  return known;
}

function total(nodes: readonly LiveNode[]): Amounts {
  const sum = new Map<string, bigint>();
  for (const node of nodes) for (const [resource, amount] of capacityOf(node)) sum.set(resource, (sum.get(resource) ?? 0n) + amount);
  return Object.fromEntries(sum);
}
