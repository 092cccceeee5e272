import { messageOf } from '../inventory/error-codes.ts';
import { keys } from '../store/layout.ts';
import { type LeaseKeeper, releaseLease, verifyLease } from './lease.ts';
import { raiseNeedsHuman } from './needs-human.ts';
import { noticeOf } from './notices.ts';
import type { Outcome } from './phases.ts';
import type { RotationDesk, RotationNotice } from './ports.ts';
import type { RotationRecord } from './record.ts';
import { readRecord, updateRecord } from './record-store.ts';
import { renderReport } from './report-html.ts';
import { buildReport, parseReport, type RotationReport } from './rotation-report.ts';
import { readTimeline } from './timeline.ts';

/** How a rotation is to end. */
export interface Ending {
  readonly outcome: Outcome;
  /** One sentence. */
  readonly cause: string;
  /** Of the machine that ends it; null where it has no lease. */
  readonly fence: number | null;
}

/** Ends that leave something to be looked at. */
const needsHuman: readonly Outcome[] = ['hold-both-up', 'dirty-finish'];

/** Brings a rotation to its end, in this order: report, needs-human flag, outcome in the record, notices, marker, lease. It may be killed
 *  anywhere and called again: what is done is not done twice, and the outcome that was decided first stays, whatever is given later.
 *
 *  A notice that cannot be delivered changes nothing of it (F-81): the record says what is still untold (`untold`), and the marker stays, by
 *  which the sweep finds the rotation and calls again.
 *  @returns the record as it stands then
 *  @throws LeaseLost when another machine has taken the rotation over before its outcome was written; whatever the store throws */
export async function endRotation(outside: RotationDesk, record: RotationRecord, ending: Ending): Promise<RotationRecord> {
  const stored = (await readRecord(outside.store, record.cluster, record.rotationId))?.record ?? record;
  const concluded = stored.outcome ? stored : await conclude(outside, stored, ending);
  const told = await tellEnd(outside, concluded);
  if (untold(told).length === 0) await outside.store.remove(keys.openRotation(told.rotationId));
  if (ending.fence !== null) await releaseLease(keeperOf(outside, told), told.rotationId, ending.fence);
  return told;
}

/** Notices of the end that could not be delivered yet, with what came back. */
export function untold({ notes }: Pick<RotationRecord, 'notes'>): string[] {
  return Array.isArray(notes.untold) ? notes.untold.filter((one) => typeof one === 'string') : [];
}

async function conclude(outside: RotationDesk, record: RotationRecord, { outcome, cause, fence }: Ending): Promise<RotationRecord> {
  const mayWrite = async () => {
    if (fence !== null && !record.dryRun) await verifyLease(keeperOf(outside, record), record.rotationId, fence);
  };
  await mayWrite();
  const at = outside.clock().toISOString();
  const decided =
    outcome === 'busy' ? { name: outcome, cause, at } : (await keepReport(outside, record, { name: outcome, cause, at })).outcome;
  if (needsHuman.includes(decided.name)) {
    const { name, cause: why, at: when } = decided;
    await raiseNeedsHuman(outside.store, record.cluster, { rotationId: record.rotationId, outcome: name, cause: why, at: when });
  }
  const change = (latest: RotationRecord): RotationRecord => ({ ...latest, outcome: latest.outcome ?? decided, waitingFor: null });
  return updateRecord(outside.store, record, outside.randomId, change, mayWrite);
}

/** The report is the first that is kept of an end: what it says is how the rotation ended, even if the rest was written by another call. */
async function keepReport(
  { store }: RotationDesk,
  record: RotationRecord,
  outcome: NonNullable<RotationRecord['outcome']>,
): Promise<RotationReport> {
  const timeline = await readTimeline(store, record.cluster, record.rotationId);
  const key = keys.rotationReport(record.cluster, record.rotationId, 'json');
  await store.putIfAbsent(key, `${JSON.stringify(buildReport({ record, timeline, outcome }))}\n`);
  const kept = await store.get(key);
  if (!kept) throw new Error(`${key} was written and is not there`);
  const report = parseReport(kept.body, key);
  await store.putIfAbsent(keys.rotationReport(record.cluster, record.rotationId, 'html'), renderReport(report));
  return report;
}

async function tellEnd(outside: RotationDesk, record: RotationRecord): Promise<RotationRecord> {
  const due = endNotices(record, outside.clock()).filter(({ id }) => !record.told.includes(id));
  const missed: string[] = [];
  const delivered: string[] = [];
  for (const notice of due) {
    try {
      await outside.tell(notice);
      delivered.push(notice.id);
    } catch (error) {
      missed.push(`${notice.kind}: ${messageOf(error)}`);
    }
  }
  if (delivered.length === 0 && sameTexts(missed, untold(record))) return record;
  return updateRecord(outside.store, record, outside.randomId, (latest) => {
    const { untold: _, ...notes } = latest.notes;
    const told = [...latest.told, ...delivered.filter((id) => !latest.told.includes(id))];
    return { ...latest, told, notes: missed.length > 0 ? { ...notes, untold: missed } : notes };
  });
}

/** Nobody is told that a cluster was busy: who asked sees it at once. */
function endNotices(record: RotationRecord, at: Date): RotationNotice[] {
  const { outcome, cluster, rotationId } = record;
  if (!outcome || outcome.name === 'busy') return [];
  const reportKey = keys.rotationReport(cluster, rotationId, 'json');
  const kinds = needsHuman.includes(outcome.name) ? (['finished', 'needs-human'] as const) : (['finished'] as const);
  return kinds.map((kind) => ({ ...noticeOf(record, kind, kind, at), reportKey }));
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

function keeperOf({ store, clock, randomId }: RotationDesk, { cluster }: RotationRecord): LeaseKeeper {
  return { store, cluster, clock, randomId };
}
