import type { RotationOptions } from '../../config/rotation-options.ts';
import { admitEvictions, type BudgetLookup } from '../../workloads/drain-budgets.ts';
import { isManagedByDaemonSet } from '../../workloads/pods.ts';
import type { AssessedNode, AssessedPod } from '../drain/assess-nodes.ts';
import type { LivePod } from '../read/cluster-view.ts';
import type { Batch, Blocker } from '../record.ts';
import { blocksByErrors } from './eviction-answer.ts';
import { type Attachment, busyWith, inEvictionOrder, isLastTier, type SingleNodeVolumes } from './eviction-order.ts';
import { nameOfWorkload, type WorkloadLookup } from './workloads.ts';

/** What one pass knows. */
export interface PassFacts {
  /** Nodes of the batch that are not given up. */
  readonly nodes: readonly AssessedNode[];
  readonly batch: Pick<Batch, 'evictions'>;
  readonly now: Date;
  readonly options: RotationOptions;
  readonly budgets: BudgetLookup;
  readonly ownerOf: WorkloadLookup;
  readonly volumes: SingleNodeVolumes;
  readonly attachments: readonly Attachment[];
  /** All pods of an owner, by `kind namespace/name`, and how many of them are to be Ready. */
  membersOf(owner: string): readonly LivePod[];
  wantedReady(owner: string): number;
  /** Why a pod may not go yet for another reason: load balancers, its surge replica. */
  heldBack(pod: LivePod): string | undefined;
  /** The last tier waits no longer for the first. */
  readonly lastTierToo: boolean;
}

export interface Pass {
  /** To be evicted now, in this order. */
  readonly evict: readonly AssessedPod[];
  /** To be deleted now, because a list allows it: nobody replaces them. */
  readonly remove: readonly AssessedPod[];
  /** What does not move in this pass. */
  readonly held: readonly Omit<Blocker, 'since'>[];
  /** When the next eviction that failed is due, in ms since the epoch. */
  readonly nextDue: number | undefined;
}

/** Decides one pass over a batch: which pods are asked to go now, in which order (D22, D27), and why the others are not. It decides from what
 *  is there now alone; the order in which pods and nodes are given does not matter. */
export function planPass(facts: PassFacts): Pass {
  const pods = facts.nodes.flatMap(({ pods: all }) => all);
  const byPod = new Map(pods.map((one) => [one.pod, one] as const));
  const held: Omit<Blocker, 'since'>[] = [];
  const hold = (one: AssessedPod, verdict: Blocker['verdict'], reason: string, why: string) => {
    held.push({ verdict, reason, pod: keyOf(one.pod), node: one.node, message: `${described(one)}: ${why}` });
  };
  let nextDue: number | undefined;
  const movable: AssessedPod[] = [];
  for (const one of pods) {
    const { verdict, reason, message } = one.assessment;
    if (verdict === 'skip') continue;
    if (verdict !== 'evict') {
      hold(one, verdict, reason, message);
      continue;
    }
    const attempt = facts.batch.evictions[one.pod.metadata.uid ?? ''];
    const due = attempt ? Date.parse(attempt.dueAt) : 0;
    if (attempt && due > facts.now.getTime()) {
      const [because, why] = whyOf(attempt, facts);
      hold(one, because, 'eviction-refused', why);
      nextDue = Math.min(nextDue ?? due, due);
      continue;
    }
    movable.push(one);
  }
  const waitsForFirst = !facts.lastTierToo && pods.some(isOfFirstTierAndMoving);
  const free = movable.filter((one) => {
    const why = waitsForFirst && isLastTier(one.pod) ? 'it goes after all others of its batch' : facts.heldBack(one.pod);
    if (why !== undefined) hold(one, 'wait', 'held-back', why);
    return why === undefined;
  });
  const asked = admitted(
    free.map(({ pod }) => pod),
    facts,
    (pod, reason, why) => {
      const one = byPod.get(pod);
      if (one) hold(one, 'wait', reason, why);
    },
  ).flatMap((pod) => byPod.get(pod) ?? []);
  return {
    evict: asked.filter(({ assessment }) => assessment.reason !== 'unmanaged-allowed'),
    remove: asked.filter(({ assessment }) => assessment.reason === 'unmanaged-allowed'),
    held,
    nextDue,
  };
}

/** Those whose turn it is: of an owner that is moved serially one, of a budget as many as it allows. */
function admitted(pods: readonly LivePod[], facts: PassFacts, hold: (pod: LivePod, reason: string, why: string) => void): LivePod[] {
  const { parallel, serial } = inEvictionOrder(pods, facts.ownerOf, facts.volumes);
  const turns: LivePod[] = [];
  for (const [owner, queue] of serial) {
    let taken: LivePod | undefined;
    for (const pod of queue) {
      const name = facts.ownerOf(pod) ? owner : undefined;
      const busy =
        taken !== undefined
          ? `pod ${taken.metadata.name} of the same owner goes first`
          : name && busyWith(pod, facts.membersOf(name), facts.wantedReady(name), facts.volumes, facts.attachments);
      if (busy) hold(pod, 'one-at-a-time', busy);
      else {
        taken = pod;
        turns.push(pod);
      }
    }
  }
  const { now, later } = admitEvictions([...turns, ...parallel], facts.budgets);
  for (const pod of later) {
    const answer = facts.budgets(pod);
    const name = answer.answer === 'goes' ? (answer.takesFrom?.metadata.name ?? '') : '';
    hold(pod, 'budget-refuses-now', `budget ${name} allows no more evictions now`);
  }
  return [...now];
}

const moving: readonly string[] = ['terminating', 'budget-refuses-now'];

function isOfFirstTierAndMoving({ pod, assessment: { verdict, reason } }: AssessedPod): boolean {
  return !isLastTier(pod) && (verdict === 'evict' || moving.includes(reason));
}

function whyOf(attempt: Batch['evictions'][string], { now, options }: PassFacts): [Blocker['verdict'], string] {
  const verdict = blocksByErrors(attempt, now, options) ? 'block' : 'wait';
  return [verdict, `its eviction is asked again at ${attempt.dueAt}: ${attempt.message}`];
}

/** Pods that have ended (D4). A DaemonSet would make its own again at once. */
export function finishedPods(nodes: readonly AssessedNode[]): AssessedPod[] {
  return nodes.flatMap(({ pods }) => pods.filter(({ pod, assessment }) => assessment.reason === 'finished' && !isManagedByDaemonSet(pod)));
}

/** `kind namespace/name` of what runs the pods. */
export function ownersOfPods(pods: readonly AssessedPod[], ownerOf: WorkloadLookup): string[] {
  const names = pods.flatMap(({ pod }) => {
    const owner = ownerOf(pod);
    return owner ? [nameOfWorkload(owner)] : [];
  });
  return [...new Set(names)].sort();
}

function keyOf({ metadata }: LivePod): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

function described({ pod, node }: AssessedPod): string {
  return `Pod ${keyOf(pod)} on ${node}`;
}

/** Blockers in the order of reports, each with since when it is there. */
export function withSince(held: readonly Omit<Blocker, 'since'>[], before: readonly Blocker[], at: Date): Blocker[] {
  const known = new Map(before.map((blocker) => [`${blocker.pod} ${blocker.reason}`, blocker.since]));
  const rank = { block: 0, wait: 1, evict: 2 };
  return held
    .map((one) => ({ ...one, since: known.get(`${one.pod} ${one.reason}`) ?? at.toISOString() }))
    .sort((a, b) => rank[a.verdict] - rank[b.verdict] || (a.pod < b.pod ? -1 : a.pod > b.pod ? 1 : 0));
}
