import { createHash } from 'node:crypto';
import type { Change } from '../fleet/change.ts';
import type { RunFailure } from '../fleet/run-failures.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import type { Digest } from './digest.ts';

/** What identifies one thing that is told, and where the record of it is kept (docs/decisions/0011-notification-identity.md). */
export interface Identity {
  /** 32 hex digits. */
  readonly id: string;
  /** Folder of the record, YYYY-MM: known from the item alone, so that every run looks in the same place. */
  readonly month: string;
}

export interface ChangeItem extends Identity {
  readonly kind: Change['kind'];
  readonly change: Change;
  readonly cluster: ClusterFacts;
}

/** What could not be read, and could be before. */
export interface IncompleteItem extends Identity {
  readonly kind: 'incomplete';
  readonly failures: readonly RunFailure[];
}

export interface DigestItem extends Identity {
  readonly kind: 'digest';
  readonly digest: Digest;
}

/** That the run has ended. Only the event bus hears of it. */
export interface CompletedItem extends Identity {
  readonly kind: 'completed';
}

export type MessageItem = ChangeItem | IncompleteItem | DigestItem;
export type Item = MessageItem | CompletedItem;

/** First 32 hex digits of SHA-256 over cluster, kind, key and occurrence, joined by `\n`. */
function idOf(clusterArn: string, kind: string, key: string, occurrence: string): string {
  return createHash('sha256').update([clusterArn, kind, key, occurrence].join('\n')).digest('hex').slice(0, 32);
}

/** Two runs that see the same change beside the same base tell of one thing; a milestone is reached once, whoever sees it first.
 *  @param runId of the present run, which only dates what has no base */
export function identityOfChange(change: Change, runId: string): Identity {
  const { clusterArn, kind, milestone, base } = change;
  if (milestone !== undefined) {
    const key = `${milestone.end} ${milestone.endDate} ${milestone.days}`;
    return { id: idOf(clusterArn, kind, key, ''), month: milestone.endDate.slice(0, 7) };
  }
  return { id: idOf(clusterArn, kind, keyOf(change), base ?? ''), month: monthOfRun(base ?? runId) };
}

function keyOf({ kind, finding, from, to }: Change): string {
  switch (kind) {
    case 'appeared':
    case 'resolved':
      return finding?.id ?? '';
    case 'worsened':
      return `${finding?.id ?? ''} ${finding?.severity ?? ''}`;
    case 'stale':
      return from ?? '';
    default:
      return to ?? '';
  }
}

/** @param base the last run that happened, null if there is none */
export function identityOfFailures(failures: readonly RunFailure[], base: string | null, runId: string): Identity {
  const key = failures
    .map((failure) => failure.key)
    .toSorted()
    .join('\n');
  return { id: idOf('', 'incomplete', key, base ?? ''), month: monthOfRun(base ?? runId) };
}

/** @param day YYYY-MM-DD */
export function identityOfDigest(day: string): Identity {
  return { id: idOf('', 'digest', day, ''), month: day.slice(0, 7) };
}

export function identityOfRun(runId: string): Identity {
  return { id: idOf('', 'completed', runId, ''), month: monthOfRun(runId) };
}

/** `2026-11` of `2026-11-21T06-00-00Z-<8 hex>`. */
function monthOfRun(runId: string): string {
  return runId.slice(0, 7);
}

export function isChange(item: Item): item is ChangeItem {
  return 'change' in item;
}
