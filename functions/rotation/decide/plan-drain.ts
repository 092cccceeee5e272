import { zoneOf } from '../../workloads/zones.ts';
import type { LivePod } from '../read/cluster-view.ts';
import { type BatchCandidate, inDrainOrder, nextBlueBatch } from './batches.ts';
import { inEvictionOrder, isLastTier, singleNodeVolumes } from './eviction-order.ts';
import type { BatchLoad } from './predict.ts';
import { type AssessedPod, compare, contextOf, movingPods, namespaceOf } from './preflight/assessed-pods.ts';
import type { PreflightFacts } from './preflight/facts.ts';
import { once } from './preflight/once.ts';
import { workloadLookup } from './workloads.ts';

/** Pods that go together, or one after the other. */
export interface PlannedEvictions {
  /** 1 before 2: what others need to end well comes last. */
  readonly tier: 1 | 2;
  /** Whose pods go one after the other; null for those that go many at a time. */
  readonly owner: string | null;
  readonly pods: readonly LivePod[];
}

/** Nodes that are drained together, and in which order their pods go. */
export interface PlannedBatch {
  readonly nodes: readonly string[];
  readonly evictions: readonly PlannedEvictions[];
  readonly load: BatchLoad;
}

/** The batches of blue as things are now; what they hold when their turn comes is read again then. */
export const plannedBatches = once((facts: PreflightFacts): readonly PlannedBatch[] => {
  const { view, options, size } = facts;
  if (!view) return [];
  const byNode = Map.groupBy(movingPods(facts), ({ node }) => node);
  const batches: PlannedBatch[] = [];
  const ordering = { ownerOf: workloadLookup(view), volumes: singleNodeVolumes(view) };
  const rounds = roundsOf(facts);
  let left = inDrainOrder(candidates(facts, byNode));
  while (left.length > 0) {
    const chosen = nextBlueBatch(left, options, size, batches.length === 0).map(({ name }) => name);
    const members = chosen.flatMap((name) => byNode.get(name) ?? []);
    const evictions = orderOf(members, ordering);
    const parallel = evictions.filter(({ owner }) => owner === null).reduce((sum, { pods }) => sum + pods.length, 0);
    const serial = evictions.flatMap(({ owner, pods }) => (owner === null ? [] : [pods.length]));
    batches.push({ nodes: chosen, evictions, load: { parallel, serial, rounds: rounds(members) } });
    left = left.filter(({ name }) => !chosen.includes(name));
  }
  return batches;
});

function candidates({ view, blueNodes }: PreflightFacts, byNode: ReadonlyMap<string, readonly AssessedPod[]>): BatchCandidate[] {
  return (view?.nodes ?? [])
    .filter(({ metadata }) => blueNodes.has(metadata.name))
    .map((node) => {
      const pods = byNode.get(node.metadata.name) ?? [];
      const blockers = pods.filter(({ assessment }) => assessment.verdict === 'block').length;
      return { name: node.metadata.name, zone: zoneOf(node), blockers, evictable: pods.length };
    });
}

interface Ordering {
  readonly ownerOf: ReturnType<typeof workloadLookup>;
  readonly volumes: ReturnType<typeof singleNodeVolumes>;
}

function orderOf(members: readonly AssessedPod[], { ownerOf, volumes }: Ordering): PlannedEvictions[] {
  const pods = members.map(({ pod }) => pod);
  return ([1, 2] as const).flatMap((tier) => {
    const { parallel, serial } = inEvictionOrder(
      pods.filter((pod) => isLastTier(pod) === (tier === 2)),
      ownerOf,
      volumes,
    );
    const rows = [...serial].sort(([a], [b]) => compare(a, b)).map(([owner, row]) => ({ tier, owner, pods: row }));
    return parallel.length > 0 ? [{ tier, owner: null, pods: parallel }, ...rows] : rows;
  });
}

/** How many rounds the budgets need for the pods of a batch: of each budget, its pods by what it allows at a time. */
function roundsOf(facts: PreflightFacts): (members: readonly AssessedPod[]) => number {
  const budgets = contextOf(facts)?.budgets;
  return (members) => {
    const asked = new Map<string, { pods: number; allowed: number }>();
    for (const { pod } of members) {
      const answer = budgets?.(pod);
      const budget = answer?.answer === 'goes' ? answer.takesFrom : null;
      if (!budget) continue;
      const key = `${namespaceOf(pod)}/${budget.metadata.name}`;
      asked.set(key, { pods: (asked.get(key)?.pods ?? 0) + 1, allowed: Math.max(1, budget.status?.disruptionsAllowed ?? 0) });
    }
    return [...asked.values()].reduce((most, { pods, allowed }) => Math.max(most, Math.ceil(pods / allowed)), 0);
  };
}
