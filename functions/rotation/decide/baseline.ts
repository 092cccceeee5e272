import type { RotationOptions } from '../../config/rotation-options.ts';
import { isReady } from '../../workloads/pods.ts';
import type { GateVerdict } from '../ports.ts';
import type { ClusterView, LivePod } from '../read/cluster-view.ts';
import type { Workload } from '../record.ts';
import { failureOf, isPending, nameOfWorkload, workloadLookup, workloadsOf } from './workloads.ts';

export interface BaselineVerdict {
  readonly verdict: GateVerdict;
  /** One sentence each, naming workload and reason; those that fail come first. */
  readonly problems: string[];
}

/** A problem fails the gate once it is older than its patience. */
interface Trouble {
  readonly message: string;
  readonly fails: boolean;
}

/** Whether workloads are as they were (D32, D33, V16): each has as many Ready pods as before, or as it wants now if that is less; no pod
 *  crashes or waits that did not before. What was broken before is no failure, as long as it is not worse.
 *
 *  - too few Ready pods: `inconclusive`, and `fail` after `settleMinutes`
 *  - a new crash loop or failing image pull: `inconclusive`, and `fail` once it is older than `crashMinutes`
 *  - a new Pending pod: `inconclusive` from `pendingSeconds`, with the scheduler's words; `fail` after `settleMinutes`. Volumes may need six
 *    minutes to be let go of, images minutes to be pulled
 *
 *  @param since what was before it is not counted: a dip begins at it, or later when the pods say so
 *  What names a pod with its reason comes before what only counts.
 *
 *  @param only workloads, as `kind namespace/name`, whose Ready pods are counted; crashing and Pending pods are looked for everywhere
 *  @param leaving nodes that a revert still has to empty: a pod that is not Ready there is what it goes back for, and is not held against it */
export function baselineGate(
  before: readonly Workload[],
  view: ClusterView,
  options: RotationOptions,
  since: Date,
  only?: ReadonlySet<string>,
  leaving: ReadonlySet<string> = new Set(),
): BaselineVerdict {
  const known = new Map(before.map((workload) => [nameOfWorkload(workload), workload]));
  const pods = podsByWorkload(view);
  const troubles: Trouble[] = [];
  const counts: Trouble[] = [];
  for (const now of workloadsOf(view)) {
    const name = nameOfWorkload(now);
    const then = known.get(name);
    const all = pods.get(name) ?? [];
    const members = all.filter((pod) => isReady(pod) || !leaving.has(pod.spec?.nodeName ?? ''));
    troubles.push(...newFailures(name, then, members, view.readAt, options, since));
    troubles.push(...newPending(name, then, members, view.readAt, options, since));
    if (!then || !(only?.has(name) ?? true)) continue;
    const wanted = Math.min(then.ready, now.desired) - (all.length - members.length);
    counts.push(...tooFewReady(then, now, wanted, members, view.readAt, options, since));
  }
  const found = [...troubles, ...counts];
  const failing = found.filter(({ fails }) => fails);
  const verdict = failing.length > 0 ? 'fail' : found.length > 0 ? 'inconclusive' : 'pass';
  return { verdict, problems: [...failing, ...found.filter(({ fails }) => !fails)].map(({ message }) => message) };
}

function tooFewReady(
  then: Workload,
  now: Workload,
  wanted: number,
  members: readonly LivePod[],
  readAt: Date,
  { settleMinutes }: RotationOptions,
  since: Date,
): Trouble[] {
  if (now.ready >= wanted) return [];
  // Short by k of m pods that are not Ready: so many may be missing without being missed, and the next one began it.
  const times = members
    .filter((pod) => !isReady(pod))
    .map(notReadySince)
    .sort((a, b) => a - b);
  const began = Math.max(since.getTime(), times[times.length - (wanted - now.ready)] ?? 0);
  return [
    {
      message: `${nameOfWorkload(now)} has ${now.ready} Ready pods, expected ${wanted} (before: ${then.ready} of ${then.desired})`,
      fails: readAt.getTime() - began >= settleMinutes * 60_000,
    },
  ];
}

function newFailures(
  name: string,
  then: Workload | undefined,
  members: readonly LivePod[],
  readAt: Date,
  { crashMinutes }: RotationOptions,
  since: Date,
): Trouble[] {
  const failing = members.filter((pod) => failureOf(pod) !== undefined).sort(oldestLast(notReadySince));
  return failing.slice(0, Math.max(0, failing.length - (then?.crashing ?? 0))).map((pod) => ({
    message: `${name}: pod ${pod.metadata.name}${at(pod)} fails with ${failureOf(pod)}`,
    fails: ageOf(notReadySince(pod), since, readAt) >= crashMinutes * 60_000,
  }));
}

function newPending(
  name: string,
  then: Workload | undefined,
  members: readonly LivePod[],
  readAt: Date,
  { pendingSeconds, settleMinutes }: RotationOptions,
  since: Date,
): Trouble[] {
  const pending = members.filter((pod) => isPending(pod) && failureOf(pod) === undefined).sort(oldestLast(createdAt));
  return pending
    .slice(0, Math.max(0, pending.length - (then?.pending ?? 0)))
    .filter((pod) => readAt.getTime() - createdAt(pod) >= pendingSeconds * 1000)
    .map((pod) => ({
      message: `${name}: pod ${pod.metadata.name}${at(pod)} is Pending${pendingReason(pod)}`,
      fails: ageOf(createdAt(pod), since, readAt) >= settleMinutes * 60_000,
    }));
}

/** What was broken before is the oldest: it comes last, and is cut off. */
function oldestLast(timeOf: (pod: LivePod) => number) {
  return (a: LivePod, b: LivePod): number => timeOf(b) - timeOf(a) || (a.metadata.name < b.metadata.name ? -1 : 1);
}

/** In the scheduler's own words, e.g. `: 0/4 nodes are available: 4 Insufficient cpu.` */
export function pendingReason({ status, spec }: LivePod): string {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return `: ${scheduled.message ?? scheduled.reason ?? 'no node takes it'}`;
  const waiting = status?.containerStatuses?.map(({ state }) => state?.waiting?.reason).find((reason) => reason != null);
  return waiting ? `: ${waiting}` : spec?.nodeName ? '' : ': not scheduled yet';
}

function podsByWorkload(view: ClusterView): ReadonlyMap<string, readonly LivePod[]> {
  const lookup = workloadLookup(view);
  const byName = new Map<string, LivePod[]>();
  for (const pod of view.pods) {
    const workload = pod.metadata.deletionTimestamp == null ? lookup(pod) : undefined;
    if (!workload) continue;
    const name = nameOfWorkload(workload);
    const members = byName.get(name);
    if (members) members.push(pod);
    else byName.set(name, [pod]);
  }
  return byName;
}

function at({ spec }: LivePod): string {
  return spec?.nodeName ? ` on ${spec.nodeName}` : '';
}

function ageOf(time: number, since: Date, readAt: Date): number {
  return readAt.getTime() - Math.max(time, since.getTime());
}

/** When it stopped being Ready, or was made, in ms; 0 when nothing says it. */
function notReadySince(pod: LivePod): number {
  const changed = pod.status?.conditions?.find(({ type, status }) => type === 'Ready' && status !== 'True')?.lastTransitionTime;
  return changed == null ? createdAt(pod) : Date.parse(changed);
}

function createdAt({ metadata }: LivePod): number {
  return metadata.creationTimestamp == null ? 0 : Date.parse(metadata.creationTimestamp);
}
