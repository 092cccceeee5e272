import { worstFirst } from '../analysis/cluster-report.ts';
import { byCodeUnit, compareFindings } from '../analysis/order.ts';
import type { Configuration } from '../config/schema.ts';
import type { Change } from '../fleet/change.ts';
import type { Latest } from '../fleet/cluster-state.ts';
import type { RunFailure } from '../fleet/run-failures.ts';
import type { StoredRun } from '../fleet/run-report.ts';
import { clusterFacts } from './cluster-facts.ts';
import { digestOf } from './digest.ts';
import { dueDigest } from './digest-day.ts';
import {
  type ChangeItem,
  type Item,
  identityOfChange,
  identityOfDigest,
  identityOfFailures,
  identityOfRun,
  isChange,
  type MessageItem,
} from './item.ts';
import type { MessageChannel } from './ports.ts';

/** What one owner is told of a run. */
export interface PlannedMessage {
  /** Who has a route of that name; null is the default route, which also hears what belongs to owners without one. */
  readonly owner: string | null;
  /** The ways on which this owner is told. */
  readonly channels: readonly MessageChannel[];
  /** Most urgent first. */
  readonly items: readonly MessageItem[];
}

export interface NotificationPlan {
  /** Owners in the order of their names, the default route last; none without an item. */
  readonly messages: readonly PlannedMessage[];
  /** What the event bus hears: every change, and that the run has ended. */
  readonly events: readonly Item[];
}

export interface PlanInput {
  readonly run: StoredRun;
  readonly newFailures: readonly RunFailure[];
  readonly configuration: Configuration;
  /** The last run that happened, null if there is none. */
  readonly latest: Latest | null;
  /** Whether this run may send the weekly digest; one narrowed to a part of the fleet must not.
   *  @default true */
  readonly digest?: boolean | undefined;
  /** Checks that this run met for the first time.
   *  @default none */
  readonly newChecks?: readonly string[] | undefined;
}

/** Who is told what of a run. Nothing changed: nothing to tell, beyond the event that the run has ended. */
export function planMessages(input: PlanInput): NotificationPlan {
  const { run, newFailures, configuration, latest } = input;
  const factsOf = clusterFacts(run, configuration);
  const changes = run.changes.map(
    (change): ChangeItem => ({
      ...identityOfChange(change, run.runId),
      kind: change.kind,
      change,
      cluster: factsOf(change.clusterArn),
    }),
  );
  const told: MessageItem[] = changes.filter(({ change }) => isTold(change));
  if (newFailures.length > 0)
    told.push({ ...identityOfFailures(newFailures, latest?.runId ?? null, run.runId), kind: 'incomplete', failures: newFailures });
  // By the start of the run, as commit-run does: a step that is done again after midnight plans the same.
  const day = input.digest === false ? null : dueDigest(configuration, latest, new Date(run.startedAt));
  if (day !== null) told.push({ ...identityOfDigest(day), kind: 'digest', digest: digestOf(run, latest, day, input.newChecks) });
  return {
    messages: messagesOf(told, configuration.notifications.routes),
    events: [...changes, { ...identityOfRun(run.runId), kind: 'completed' }],
  };
}

/** Never for what is as it was; what was resolved, found or lost is for the digest and the event bus. */
function isTold({ kind, finding }: Change): boolean {
  switch (kind) {
    case 'milestone':
    case 'verdict-changed':
    case 'stale':
      return true;
    case 'appeared':
    case 'worsened':
      return finding?.severity === 'required';
    default:
      return false;
  }
}

type Route = Configuration['notifications']['routes'][number];

function messagesOf(items: readonly MessageItem[], routes: readonly Route[]): PlannedMessage[] {
  const byOwner = new Map<string | null, MessageItem[]>();
  const routed = new Map(routes.map((route) => [route.owner, route]));
  for (const item of items) {
    const owner = isChange(item) && item.change.owner !== null && routed.has(item.change.owner) ? item.change.owner : null;
    const mine = byOwner.get(owner);
    if (mine) mine.push(item);
    else byOwner.set(owner, [item]);
  }
  const owners = [...routed.keys()].toSorted(byCodeUnit);
  return [...owners, null].flatMap((owner) => {
    const mine = byOwner.get(owner);
    if (mine === undefined) return [];
    return [{ owner, channels: channelsOf(owner === null ? undefined : routed.get(owner)), items: mine.toSorted(compareItems) }];
  });
}

/** Mail and machine subscribers are told through the alerts topic, which they filter by owner. A route with a channel of its own is told
 *  there; one without has asked for mail alone. The webhook belongs to the default route.
 *  @param route of the owner; undefined for the default one */
export function channelsOf(route: Route | undefined): readonly MessageChannel[] {
  if (route === undefined) return ['alerts', 'chat', 'slack'];
  return route.slack === undefined ? ['alerts'] : ['alerts', 'chat'];
}

const order: readonly MessageItem['kind'][] = ['milestone', 'appeared', 'worsened', 'verdict-changed', 'stale', 'incomplete', 'digest'];

function compareItems(a: MessageItem, b: MessageItem): number {
  if (!isChange(a) || !isChange(b)) return rankOf(a) - rankOf(b);
  return (
    rankOf(a) - rankOf(b) ||
    (a.change.milestone?.daysLeft ?? 0) - (b.change.milestone?.daysLeft ?? 0) ||
    verdictRank(a.change) - verdictRank(b.change) ||
    byCodeUnit(a.change.clusterArn, b.change.clusterArn) ||
    (a.change.finding && b.change.finding ? compareFindings(a.change.finding, b.change.finding) : 0) ||
    byCodeUnit(a.id, b.id)
  );
}

const verdictOrder: readonly (string | null)[] = worstFirst;

/** What appeared and what worsened stand together. */
function rankOf({ kind }: MessageItem): number {
  return order.indexOf(kind === 'worsened' ? 'appeared' : kind);
}

function verdictRank({ kind, to }: Change): number {
  return kind === 'verdict-changed' ? verdictOrder.indexOf(to) : 0;
}
