import * as z from 'zod';
import type { Batch, RotationRecord } from '../record.ts';
import type { Side, Step } from '../step.ts';

/** The batch of a side that is at work; there is at most one. */
export function openBatch({ batches }: RotationRecord, side: Side): Batch | undefined {
  return batches.find((batch) => batch.side === side && batch.state !== 'done' && batch.state !== 'failed');
}

export function batchesOf({ batches }: RotationRecord, side: Side): Batch[] {
  return batches.filter((batch) => batch.side === side);
}

/** Changes one batch of the record. */
export async function changeBatch(step: Step, { index }: Batch, change: (batch: Batch) => Batch): Promise<RotationRecord> {
  return step.update((record) => ({
    ...record,
    batches: record.batches.map((batch) => (batch.index === index ? change(batch) : batch)),
  }));
}

/** A batch without anything done. */
export function newBatch(index: number, side: Side, nodes: readonly string[], startedAt: string): Batch {
  return {
    index,
    nodes: [...nodes],
    side,
    state: 'draining',
    startedAt,
    excludedAt: null,
    emptySince: {},
    drainedAt: null,
    settledAt: null,
    endedAt: null,
    blockers: [],
    evictions: {},
    moved: [],
    evicted: 0,
    quarantined: [],
  };
}

const heldSchema = z.object({ ms: z.number(), since: z.string().nullish() });

/** Milliseconds for which an operator or a maintenance window has held up the phase: no deadline counts them. `runStep` keeps them. */
function heldMs({ notes, phase }: RotationRecord, now: Date): number {
  const held = heldSchema.safeParse(notes[`held ${phase}`]);
  if (!held.success) return 0;
  const { ms, since } = held.data;
  return ms + (since == null ? 0 : now.getTime() - Date.parse(since));
}

const heldBefore = ({ index }: Pick<Batch, 'index'>): string => `held before batch ${index}`;

/** What to remember of a batch when it begins. */
export function withBatch(record: RotationRecord, batch: Batch, now: Date): RotationRecord {
  return { ...record, batches: [...record.batches, batch], notes: { ...record.notes, [heldBefore(batch)]: heldMs(record, now) } };
}

/** How long a batch is at work, without the time in which somebody held it up. */
export function inBatchMs(record: RotationRecord, batch: Batch, now: Date, from: string = batch.startedAt): number {
  const before = z.number().safeParse(record.notes[heldBefore(batch)]);
  return now.getTime() - Date.parse(from) - (heldMs(record, now) - (before.success ? before.data : 0));
}
