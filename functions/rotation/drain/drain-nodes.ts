import { pollSecondsOf } from '../deadlines.ts';
import { ownersOfPods, type Pass, planPass, withSince } from '../decide/drain-pass.ts';
import { lookAgain } from '../decide/drained.ts';
import { blocksByErrors } from '../decide/eviction-answer.ts';
import { singleNodeVolumes } from '../decide/eviction-order.ts';
import { nameOfWorkload, workloadLookup, workloadsOf } from '../decide/workloads.ts';
import type { ClusterView, LivePod } from '../read/cluster-view.ts';
import type { Batch, Blocker } from '../record.ts';
import { done, minutes, type Side, type Step, type StepOutcome, snapshotOf, wait } from '../step.ts';
import { type AssessedNode, type AssessedPod, assessNodesWith, contextOf, nameOfPod, podKey } from './assess-nodes.ts';
import { pauseOfBlue } from './at-rest.ts';
import { readAttachments } from './attachments.ts';
import { changeBatch, inBatchMs, openBatch } from './batch-record.ts';
import { isCordoned } from './cordon.ts';
import { failBatch, finishBatch, giveUp, withoutGone } from './end-batch.ts';
import { type Asked, askToGo, type How } from './evict-pods.ts';
import { excludeBatch } from './load-balancers.ts';
import { otherSideTrouble } from './other-side.ts';
import { firstOf, isOutOfTime, overdue } from './overdue.ts';
import { keepCordoned } from './recordon.ts';
import { placeOf, readSides, type Sides } from './sides.ts';
import { surge } from './surge.ts';

/** One pass over the batch of a side that is being drained (D31): reads the cluster, decides what may go, asks it to go, and writes down how it
 *  stands. Nothing is remembered but what the record says.
 *
 *  - `done`: all nodes of the batch are drained, or given up (D34); it settles next
 *  - `wait`: pods are on their way, or in the way: `why` names the first
 *  - `failed`: a deadline has passed, the other group is not whole, or eviction is forbidden */
export async function drainNodes(step: Step, side: Side): Promise<StepOutcome> {
  const batch = openBatch(step.record, side);
  if (batch?.state !== 'draining') return done();
  const sides = await readSides(step, side);
  const trouble = (side === 'blue' && (await pauseOfBlue(step, sides))) || (await otherSideTrouble(step, side, sides));
  if (trouble) return trouble.status === 'failed' ? failBatch(step, batch, trouble.cause) : trouble;
  const stubborn = await keepCordoned(step, sides.leaving);
  if (stubborn !== undefined) return failBatch(step, batch, stubborn);

  const context = contextOf(sides.view, placeOf(step, sides, new Date(batch.startedAt)));
  const active = batch.nodes.filter((node) => !batch.quarantined.includes(node));
  const nodes = assessNodesWith(sides.view, active, context);
  // A node that takes pods is not drained, whatever it holds now.
  const open = new Set(sides.view.nodes.filter((node) => !isCordoned(node)).map(({ metadata }) => metadata.name));
  const look = lookAgain(
    batch.emptySince,
    nodes.map(({ node, drained }) => ({ node, empty: drained && !open.has(node) })),
    sides.view.readAt,
    step.record.options.drainedSeconds,
  );
  noteBounced(step, nodes, look.bounced);

  const exclusion = await excludeBatch(step, side, sides, batch);
  const late = overdue(step, side, batch, nodes);
  if (late.action === 'fail') return failBatch(step, batch, late.cause);
  if (late.action === 'give-up') return giveUp(step, side, batch, late.nodes, late.messages);
  if (!exclusion.over && isOutOfTime(step, side, batch)) return failBatch(step, batch, `batch ${batch.index}: ${exclusion.why}`);

  if (look.drained.length === active.length && exclusion.over) return finishBatch(step, sides.view, batch, nodes, look.emptySince);

  const planned = await plan(step, sides, batch, nodes, context.budgets, exclusion.heldBack);
  const pass = late.action === 'force' ? { ...planned, remove: [...planned.remove, ...late.pods] } : planned;
  await beforeActing(step, sides.view, batch, pass);
  const asked = await askToGo(step, withHow(pass), batch);
  const blockers = withSince([...pass.held, ...refusedOf(step, asked)], batch.blockers, step.now);
  await changeBatch(step, batch, (latest) => ({
    ...withoutGone(latest, nodes),
    evictions: { ...withoutGone(latest, nodes).evictions, ...asked.evictions },
    emptySince: look.emptySince,
    blockers,
  }));
  if (asked.forbidden !== undefined) return failBatch(step, batch, asked.forbidden);
  return wait(whyOf(batch, nodes, blockers, exclusion.why), {
    waitSeconds: secondsUntil(step, pass, look.waitMs, nodes.every(({ drained }) => drained) ? undefined : lastAskedAt(batch, asked)),
    progress: progressOf(batch, nodes, look.drained.length, blockers),
  });
}

async function plan(
  step: Step,
  { view }: Sides,
  batch: Batch,
  nodes: readonly AssessedNode[],
  budgets: Parameters<typeof planPass>[0]['budgets'],
  heldByLoadBalancers: (pod: LivePod) => string | undefined,
): Promise<Pass> {
  const { options } = step.record;
  const ownerOf = workloadLookup(view);
  const volumes = singleNodeVolumes(view);
  const attachments = await readAttachments(step, nodes, volumes);
  const surges = await surge(step, view, nodes, ownerOf);
  const before = new Map(snapshotOf(step.record).workloads.map((one) => [nameOfWorkload(one), one]));
  const now = new Map(workloadsOf(view).map((one) => [nameOfWorkload(one), one]));
  const members = Map.groupBy(view.pods, (pod) => {
    const owner = ownerOf(pod);
    return owner ? nameOfWorkload(owner) : '';
  });
  return planPass({
    nodes,
    batch,
    now: step.now,
    options,
    budgets,
    ownerOf,
    volumes,
    attachments,
    membersOf: (owner) => members.get(owner) ?? [],
    wantedReady: (owner) => Math.min(before.get(owner)?.ready ?? Number.POSITIVE_INFINITY, now.get(owner)?.desired ?? 0),
    heldBack: (pod) => surges.get(pod.metadata.uid ?? '') ?? heldByLoadBalancers(pod),
    lastTierToo: inBatchMs(step.record, batch, step.now) >= minutes(options.nodeDeadlineMinutes) / 2,
  });
}

function withHow({ evict, remove }: Pass): { one: AssessedPod; how: How }[] {
  return [...evict.map((one) => ({ one, how: 'evict' as const })), ...remove.map((one) => ({ one, how: 'delete' as const }))];
}

/** What must be known even if this step is killed right after: whose pods move, and what will be lost. */
async function beforeActing(step: Step, view: ClusterView, batch: Batch, { evict, remove }: Pass): Promise<void> {
  const moved = ownersOfPods([...evict, ...remove], workloadLookup(view)).filter((owner) => !batch.moved.includes(owner));
  const lost = remove.map(({ pod }) => `Pod ${podKey(pod)}`).filter((pod) => !step.record.stamps.lost.includes(pod));
  if (moved.length === 0 && lost.length === 0) return;
  await step.update((record) => ({
    ...record,
    stamps: { ...record.stamps, lost: [...new Set([...record.stamps.lost, ...lost])].sort() },
    batches: record.batches.map((one) =>
      one.index === batch.index ? { ...one, moved: [...new Set([...one.moved, ...moved])].sort() } : one,
    ),
  }));
}

function noteBounced(step: Step, nodes: readonly AssessedNode[], bounced: readonly string[]): void {
  for (const { node, pods } of nodes.filter(({ node: name }) => bounced.includes(name))) {
    for (const { pod, assessment } of pods)
      if (assessment.verdict !== 'skip')
        step.note({ kind: 'pod', object: `Pod ${podKey(pod)}`, message: `bounced: ${node} was empty, and holds it now` });
  }
}

/** Refused evictions, as blockers: a webhook by its name, once patience is over (D24). */
function refusedOf(step: Step, { refused, evictions }: Asked): Omit<Blocker, 'since'>[] {
  return refused.map(({ one, answer }) => {
    const attempt = evictions[one.pod.metadata.uid ?? ''];
    const patienceOver = attempt !== undefined && blocksByErrors(attempt, step.now, step.record.options);
    const blocks = answer.meaning === 'two-budgets' || (answer.meaning === 'failing' && patienceOver);
    const webhook = answer.webhook === undefined ? '' : `webhook ${answer.webhook}: `;
    return {
      verdict: blocks ? 'block' : 'wait',
      reason: answer.meaning === 'failing' ? (answer.webhook === undefined ? 'eviction-fails' : 'webhook') : `eviction-${answer.meaning}`,
      pod: podKey(one.pod),
      node: one.node,
      message: `${nameOfPod(one)}: ${webhook}${answer.message}`,
    };
  });
}

function whyOf({ index }: Batch, nodes: readonly AssessedNode[], blockers: readonly Blocker[], exclusion: string | undefined): string {
  const open = nodes.filter(({ drained }) => !drained);
  if (open.length === 0) return exclusion ?? `batch ${index} is empty, and is looked at once more`;
  return blockers.length > 0
    ? firstOf(blockers.map(({ message }) => message))
    : `pods of ${open.length} nodes of batch ${index} are moving`;
}

/** Often, and earlier where something is due, or was asked to go just now.
 *  @param askedAt undefined where nothing is left to go */
function secondsUntil(step: Step, { nextDue }: Pass, waitMs: number | undefined, askedAt: number | undefined): number {
  const { options } = step.record;
  const due = nextDue === undefined ? [] : [(nextDue - step.now.getTime()) / 1000];
  const look = waitMs === undefined ? [] : [waitMs / 1000];
  const soon = askedAt === undefined ? [] : [pollSecondsOf(options, step.now.getTime() - askedAt)];
  return Math.max(1, Math.ceil(Math.min(options.pollSeconds, ...soon, ...due, ...look)));
}

/** When a pod of the batch was last asked to go, in ms since the epoch; when the batch began, where none was. */
function lastAskedAt({ startedAt, evictions }: Batch, asked: Asked): number {
  const attempts = [...Object.values(evictions), ...Object.values(asked.evictions)];
  return Math.max(Date.parse(startedAt), ...attempts.map(({ lastAt }) => Date.parse(lastAt)));
}

function progressOf({ index }: Batch, nodes: readonly AssessedNode[], drained: number, blockers: readonly Blocker[]) {
  const left = nodes.reduce((sum, { pods }) => sum + pods.filter(({ assessment }) => assessment.verdict !== 'skip').length, 0);
  const named = blockers.slice(0, 5).map(({ message }) => message);
  return { batch: index, nodes: nodes.length, drained, podsLeft: left, blockers: named };
}
