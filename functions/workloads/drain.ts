import { matchesGlob } from '../config/globs.ts';
import type { Node } from '../inventory/evidence/kubernetes-nodes.ts';
import type { PodDisruptionBudget } from '../inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import type { Pod } from '../inventory/evidence/kubernetes-pods.ts';
import { type BudgetLookup, budgetLookup } from './drain-budgets.ts';
import { type OwnerLists, type Owners, ownersOf } from './drain-owners.ts';
import { type DrainPolicy, defaultDrainPolicy } from './drain-policy.ts';
import { compareReasons, type DrainReason, type DrainVerdict, verdictOf } from './drain-reasons.ts';
import { deletionOf, isNodeReady } from './drain-terminating.ts';
import { matchesNodeAffinity, matchesNodeSelector } from './node-affinity.ts';
import { controllerOf } from './owners.ts';
import { isManagedByDaemonSet, isTerminal } from './pods.ts';
import { selects } from './selectors.ts';
import { cordonTaint, tolerates } from './tolerations.ts';
import { claimsOf, isOnNode, type PersistentVolume, type VolumeLookup, volumesByClaim, volumesOf, zonesOfVolume } from './volumes.ts';
import { zoneOf } from './zones.ts';

/** What surrounds the pods of a drain, as it was read. What is left out was not read, and is not held against a pod. */
export interface DrainSurroundings extends OwnerLists {
  /** When it was read, in ms since the epoch. */
  readonly now: number;
  /** All pods of the cluster, for the budgets. */
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly podDisruptionBudgets: readonly PodDisruptionBudget[];
  readonly persistentVolumes?: readonly PersistentVolume[];
  /** Nodes on which pods may land: the green ones, and others that stay. */
  readonly destinations?: readonly Node[];
  /** When the drain began, in ms since the epoch; before it no Job is overdue. */
  readonly drainStartedAt?: number;
  readonly policy?: Partial<DrainPolicy>;
}

/** The surroundings, indexed once for all pods. */
export interface DrainContext {
  readonly now: number;
  readonly drainStartedAt: number | undefined;
  readonly policy: DrainPolicy;
  readonly owners: Owners;
  readonly budgets: BudgetLookup;
  /** Undefined when no volumes were read. */
  readonly volumes: VolumeLookup | undefined;
  readonly nodesByName: ReadonlyMap<string, Node>;
  readonly destinations: readonly Node[] | undefined;
  /** Zones with a destination that is Ready. */
  readonly zones: ReadonlySet<string>;
}

export function drainContext(surroundings: DrainSurroundings): DrainContext {
  const { now, drainStartedAt, policy, pods, nodes, podDisruptionBudgets, persistentVolumes, destinations } = surroundings;
  return {
    now,
    drainStartedAt,
    policy: { ...defaultDrainPolicy, ...policy },
    owners: ownersOf(surroundings),
    budgets: budgetLookup(podDisruptionBudgets, pods),
    volumes: persistentVolumes && volumesByClaim(persistentVolumes),
    nodesByName: new Map(nodes.map((node) => [node.metadata.name, node])),
    destinations,
    zones: new Set((destinations ?? []).filter(isNodeReady).flatMap((node) => zoneOf(node) ?? [])),
  };
}

export interface DrainFact {
  readonly reason: DrainReason;
  /** About the pod, without its name: `no controller would replace it`. */
  readonly message: string;
}

/** What a drain does with one pod. */
export interface DrainAssessment extends DrainFact {
  readonly verdict: DrainVerdict;
  /** Whatever else holds: everything that an operator must solve, and what is only reported. */
  readonly also: readonly DrainFact[];
}

/** Label of a pod, or of the template of its controller, that takes it out of the drain: `skip` or `wait-completed`. */
export const drainLabel = 'eks-greenlight/drain';

/** The verdict on a pod, with its reasons. A pod that a drain leaves alone, or that is on its way out, is asked nothing more; of any other
 *  everything that holds is collected, and the worst of it is the verdict. */
export function assessPod(pod: Pod, context: DrainContext): DrainAssessment {
  const settled = leftAlone(pod, context);
  if (settled) return { verdict: verdictOf(settled.reason), ...settled, also: [] };
  const facts = [
    ...ownerFacts(pod, context),
    ...dataFacts(pod, context),
    ...disruptionFacts(pod, context),
    ...jobFacts(pod, context),
    ...placeFacts(pod, context),
    ...budgetFacts(pod, context),
    ...graceFacts(pod, context),
  ].sort((a, b) => compareReasons(a.reason, b.reason));
  const [first = evictable, ...also] = facts;
  return { verdict: verdictOf(first.reason), ...first, also };
}

const evictable: DrainFact = { reason: 'evictable', message: 'it is evicted, and its controller replaces it' };

/** A node that still holds such a pod is not empty: anything but `skip`, and what opted out and may not be lost. */
export function isEvictable({ verdict, reason }: Pick<DrainAssessment, 'verdict' | 'reason'>): boolean {
  return verdict !== 'skip' || reason === 'opted-out';
}

/** Whoever has ended is asked first: a finished pod of a Job, of a DaemonSet that is gone, or of nobody must not hold up anything. A pod of
 *  a DaemonSet goes with its node even while it is being deleted. */
function leftAlone(pod: Pod, context: DrainContext): DrainFact | undefined {
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] != null) {
    return { reason: 'mirror', message: 'a static pod: it belongs to its node' };
  }
  if (isTerminal(pod)) return { reason: 'finished', message: `it has ended: ${pod.status?.phase}` };
  const owner = controllerOf(pod);
  if (owner && isManagedByDaemonSet(pod) && context.owners.stateOf(owner, namespaceOf(pod)) === 'exists') {
    return { reason: 'daemonset', message: `it belongs to DaemonSet ${owner.name} and goes with its node` };
  }
  const deletion = deletionOf(pod, context.nodesByName.get(pod.spec?.nodeName ?? ''), context.now);
  if (deletion) return { reason: deletion.state, message: deletion.message };
  return optedOut(pod, context.policy);
}

function optedOut(pod: Pod, { acceptLoss }: DrainPolicy): DrainFact | undefined {
  const value = pod.metadata.labels?.[drainLabel];
  if (value === 'wait-completed')
    return { reason: 'waits-for-completion', message: `label ${drainLabel}=wait-completed: it is to end by itself` };
  if (value !== 'skip') return undefined;
  const accepted = acceptLoss.some((glob) => matchesGlob(glob, `${namespaceOf(pod)}/${pod.metadata.name}`));
  return accepted
    ? { reason: 'loss-accepted', message: `label ${drainLabel}=skip, and its loss is accepted` }
    : { reason: 'opted-out', message: `label ${drainLabel}=skip: it stays, and its node cannot be removed` };
}

/** Would somebody replace it? */
function ownerFacts(pod: Pod, { owners, policy }: DrainContext): DrainFact[] {
  const namespace = namespaceOf(pod);
  const owner = controllerOf(pod);
  const state = owner && owners.stateOf(owner, namespace);
  if (owner && isManagedByDaemonSet(pod)) {
    if (state === 'unverifiable') {
      return [{ reason: 'daemonset-unverifiable', message: `DaemonSet ${owner.name} could not be read: nobody knows whether it is there` }];
    }
    const message = `DaemonSet ${owner.name} is gone: nothing would replace it`;
    return [{ reason: policy.allowOrphans ? 'daemonset-missing-allowed' : 'daemonset-missing', message }];
  }
  if (owner && state === 'exists') return [];
  if (owner && state === 'unverifiable') {
    return [{ reason: 'owner-unverifiable', message: `its controller ${owner.kind} ${owner.name} could not be verified` }];
  }
  const message = owner
    ? `its controller ${owner.kind} ${owner.name} is gone: nothing would replace it`
    : 'it has no controller: nothing would replace it';
  if (policy.allowUnmanaged.some((glob) => matchesGlob(glob, namespace))) return [{ reason: 'unmanaged-allowed', message }];
  return [{ reason: owner ? 'owner-missing' : 'unmanaged', message }];
}

/** Would its data be lost, or stay behind? */
function dataFacts(pod: Pod, { policy, volumes, zones, destinations }: DrainContext): DrainFact[] {
  const facts: DrainFact[] = [];
  const inline = pod.spec?.volumes ?? [];
  const emptyDirs = inline.filter(({ emptyDir }) => emptyDir && emptyDir.medium !== 'Memory').map(({ name }) => name);
  if (emptyDirs.length > 0) {
    const message = `the data of its emptyDir ${emptyDirs.join(', ')} is lost`;
    facts.push({ reason: selects(policy.protectEmptyDir, pod.metadata.labels) ? 'empty-dir-protected' : 'empty-dir-lost', message });
  }
  const paths = inline.flatMap(({ hostPath }) => (hostPath ? [`hostPath ${hostPath.path}`] : []));
  const bound = volumes ? volumesOf(pod, volumes) : [];
  const locals = bound.filter(isOnNode).map(({ metadata }) => `volume ${metadata.name}`);
  if (paths.length + locals.length > 0) {
    facts.push({ reason: 'data-on-node', message: `its data stays on the node: ${[...paths, ...locals].join(', ')}` });
  }
  const unknown = claimsOf(pod).filter((claim) => !volumes?.(namespaceOf(pod), claim));
  if (unknown.length > 0) {
    facts.push({ reason: 'volumes-unverifiable', message: `where the data of its claims ${unknown.join(', ')} is could not be verified` });
  }
  const stranded = destinations ? bound.filter((volume) => !isCovered(zonesOfVolume(volume), zones)) : [];
  for (const volume of stranded) {
    const where = [...(zonesOfVolume(volume) ?? [])].sort().join(', ') || 'no zone';
    facts.push({
      reason: 'volume-zone-not-covered',
      message: `its volume ${volume.metadata.name} is in ${where}, where no Ready node is to take it`,
    });
  }
  return facts;
}

function isCovered(wanted: ReadonlySet<string> | undefined, zones: ReadonlySet<string>): boolean {
  return wanted === undefined || !wanted.isDisjointFrom(zones);
}

/** Karpenter's annotation refuses when it is `true`, the Cluster Autoscaler's when it is `false`. */
function disruptionFacts({ metadata }: Pod, { policy }: DrainContext): DrainFact[] {
  if (policy.disruptionAnnotations === 'ignore') return [];
  const refusing = [
    ['karpenter.sh/do-not-disrupt', 'true'],
    ['cluster-autoscaler.kubernetes.io/safe-to-evict', 'false'],
  ] as const;
  const found = refusing.filter(([key, value]) => metadata.annotations?.[key] === value).map((pair) => pair.join('='));
  if (found.length === 0) return [];
  const reason = policy.disruptionAnnotations === 'warn' ? 'disruption-warned' : 'disruption-refused';
  return [{ reason, message: `its annotation refuses disruption: ${found.join(', ')}` }];
}

function jobFacts(pod: Pod, { now, drainStartedAt, policy }: DrainContext): DrainFact[] {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'Job' || !owner.apiVersion?.startsWith('batch/')) return [];
  const waited = drainStartedAt === undefined ? 0 : now - drainStartedAt;
  const limit = `${policy.jobWaitMinutes} min`;
  if (waited < policy.jobWaitMinutes * 60_000)
    return [{ reason: 'job-running', message: `Job ${owner.name} runs: waited for up to ${limit}` }];
  return [
    { reason: policy.overdueJobs === 'evict' ? 'job-evicted' : 'job-overdue', message: `Job ${owner.name} still runs after ${limit}` },
  ];
}

/** Where would it go? */
function placeFacts(pod: Pod, { owners, destinations }: DrainContext): DrainFact[] {
  const facts: DrainFact[] = [];
  const owner = controllerOf(pod);
  const nodeName = owner && owners.nodeNameOf(owner, namespaceOf(pod));
  if (nodeName) facts.push({ reason: 'returns-to-cordoned-node', message: `the template of its controller names node ${nodeName}` });
  else if (tolerates(pod.spec?.tolerations, cordonTaint)) {
    facts.push({ reason: 'returns-to-cordoned-node', message: `it tolerates ${cordonTaint.key}: it would come back to a cordoned node` });
  }
  const wishes = pod.spec ?? {};
  if (destinations && !destinations.some((node) => matchesNodeSelector(wishes, node) && matchesNodeAffinity(wishes, node))) {
    facts.push({
      reason: 'no-destination',
      message: `no node that stays matches its node selector and affinity (of ${destinations.length})`,
    });
  }
  return facts;
}

function budgetFacts(pod: Pod, { budgets }: DrainContext): DrainFact[] {
  const answer = budgets(pod);
  return answer.answer === 'goes' ? [] : [{ reason: answer.answer, message: answer.message }];
}

function graceFacts({ spec }: Pod, { policy }: DrainContext): DrainFact[] {
  if (policy.nodeDeadlineMinutes === null) return [];
  const grace = Math.min(spec?.terminationGracePeriodSeconds ?? 30, policy.maxGraceSeconds ?? Number.POSITIVE_INFINITY);
  if (grace <= policy.nodeDeadlineMinutes * 60) return [];
  return [
    {
      reason: 'grace-exceeds-deadline',
      message: `its grace period of ${grace} s is longer than the ${policy.nodeDeadlineMinutes} min of a node`,
    },
  ];
}

function namespaceOf({ metadata }: Pod): string {
  return metadata.namespace ?? 'default';
}
