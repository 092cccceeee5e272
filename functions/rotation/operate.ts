import * as z from 'zod';
import type { ClusterPlace } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type Operation, refusalOf } from './decide/operations.ts';
import type { RotationRecord } from './record.ts';
import { findRotation, readRecord, updateRecord } from './record-store.ts';

/** Who asks, and why. */
export interface Operator {
  /** ARN of the caller, or a name. */
  readonly by: string;
  readonly reason: string | null;
}

export interface OperateOutside {
  readonly store: ObjectStore;
  readonly clock: () => Date;
  readonly randomId: () => string;
}

/** The rotation does not take this operation now. Says what happens, or what to do, instead. */
export class OperationRefused extends Error {
  override readonly name = 'OperationRefused';
}

/** There is no rotation of that id in the store. */
export class NoSuchRotation extends Error {
  override readonly name = 'NoSuchRotation';

  constructor(rotationId: string) {
    super(`there is no rotation "${rotationId}" in the store: "greenlight rotate status" lists them`);
  }
}

/** What operators asked for, as it is kept in `notes.operations`; the last twenty. */
const operationsSchema = z.array(z.object({ at: z.string(), by: z.string(), operation: z.string(), reason: z.string().nullable() }));
const operationsKept = 20;

/** Where a rotation lives, and how it stands.
 *  @throws NoSuchRotation */
export async function rotationNamed(
  store: ObjectStore,
  rotationId: string,
): Promise<{ readonly cluster: ClusterPlace; readonly record: RotationRecord }> {
  const cluster = await findRotation(store, rotationId);
  const stored = cluster && (await readRecord(store, cluster, rotationId));
  if (!cluster || !stored) throw new NoSuchRotation(rotationId);
  return { cluster, record: stored.record };
}

/** Writes what an operator asks for into the record, where the next step reads it. It is checked against the record that is replaced, so
 *  that of two answers at the same time one counts.
 *  @param nonce of the approval request, for `approve` and `reject`
 *  @returns the record as it stands now
 *  @throws NoSuchRotation; OperationRefused */
export async function operate(
  outside: OperateOutside,
  rotationId: string,
  operation: Operation,
  operator: Operator,
  nonce?: string,
): Promise<RotationRecord> {
  const { record } = await rotationNamed(outside.store, rotationId);
  return updateRecord(outside.store, record, outside.randomId, (latest) => {
    const now = outside.clock();
    const refusal = refusalOf(latest, operation, now, nonce);
    if (refusal !== undefined) throw new OperationRefused(`rotation ${rotationId} does not take ${operation}: ${refusal}`);
    return remembered(changed(latest, operation, operator, now), operation, operator, now);
  });
}

function changed(record: RotationRecord, operation: Operation, operator: Operator, now: Date): RotationRecord {
  switch (operation) {
    case 'pause':
      return { ...record, desiredState: 'pause', desiredReason: asked(operator) };
    case 'resume':
      return { ...record, desiredState: 'continue', desiredReason: null };
    case 'abort':
      return { ...record, desiredState: 'revert', desiredReason: asked(operator) };
    case 'approve':
      return { ...record, approval: record.approval && { ...record.approval, state: 'approved', by: operator.by, at: now.toISOString() } };
    case 'reject':
      return { ...record, approval: record.approval && { ...record.approval, state: 'rejected', by: operator.by, at: now.toISOString() } };
  }
}

/** `bad images (arn:aws:sts::…)` */
function asked({ by, reason }: Operator): string {
  return reason === null ? by : `${reason} (${by})`;
}

function remembered(record: RotationRecord, operation: Operation, { by, reason }: Operator, now: Date): RotationRecord {
  const before = operationsSchema.safeParse(record.notes.operations).data ?? [];
  const operations = [...before, { at: now.toISOString(), by, operation, reason }].slice(-operationsKept);
  return { ...record, notes: { ...record.notes, operations } };
}
