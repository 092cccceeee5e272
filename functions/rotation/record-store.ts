import * as z from 'zod';
import { type ClusterPlace, keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type RotationRecord, recordSchema } from './record.ts';

const indexSchema = z.object({ accountId: z.string(), region: z.string(), name: z.string() });

/** Says where a rotation lives, before anything else of it is written.
 *  @returns false when a rotation of that id exists */
export async function writeIndex(store: ObjectStore, rotationId: string, cluster: ClusterPlace): Promise<boolean> {
  const { accountId, region, name } = cluster;
  return store.putIfAbsent(keys.rotationIndex(rotationId), `${JSON.stringify({ accountId, region, name })}\n`);
}

export async function findRotation(store: ObjectStore, rotationId: string): Promise<ClusterPlace | undefined> {
  const object = await store.get(keys.rotationIndex(rotationId));
  return object && indexSchema.parse(JSON.parse(new TextDecoder().decode(object.body)));
}

export interface StoredRecord {
  readonly record: RotationRecord;
  readonly version: string;
}

export async function readRecord(store: ObjectStore, cluster: ClusterPlace, rotationId: string): Promise<StoredRecord | undefined> {
  const object = await store.get(keys.rotationRecord(cluster, rotationId));
  return object && { record: recordSchema.parse(JSON.parse(new TextDecoder().decode(object.body))), version: object.version };
}

/** Writes a first record.
 *  @returns false when there is one */
export async function createRecord(store: ObjectStore, record: RotationRecord): Promise<boolean> {
  const done = await store.putIfAbsent(keys.rotationRecord(record.cluster, record.rotationId), bodyOf(record));
  return done || (await readRecord(store, record.cluster, record.rotationId))?.record.writeId === record.writeId;
}

/** Changes a record that others (an operator's pause, abort, approval) may change at the same time: what changed meanwhile is read again, and
 *  the change made to that. The snapshot, once taken, is never another.
 *  @param mayWrite asked after each read, before the write
 *  @returns the record as it stands now */
export async function updateRecord(
  store: ObjectStore,
  { cluster, rotationId }: Pick<RotationRecord, 'cluster' | 'rotationId'>,
  randomId: () => string,
  change: (record: RotationRecord) => RotationRecord,
  mayWrite: () => Promise<void> = async () => {},
): Promise<RotationRecord> {
  const writeId = randomId();
  for (;;) {
    const stored = await readRecord(store, cluster, rotationId);
    if (!stored) throw new Error(`there is no record of rotation ${rotationId}`);
    if (stored.record.writeId === writeId) return stored.record;
    const changed = recordSchema.parse({ ...change(stored.record), writeId });
    if (stored.record.snapshot && JSON.stringify(changed.snapshot) !== JSON.stringify(stored.record.snapshot))
      throw new Error(`the snapshot of rotation ${rotationId} must not change`);
    await mayWrite();
    if (await putUnlessDone(store, changed, stored.version)) return changed;
  }
}

async function putUnlessDone(store: ObjectStore, record: RotationRecord, version: string): Promise<boolean> {
  try {
    return await store.putIfUnchanged(keys.rotationRecord(record.cluster, record.rotationId), bodyOf(record), version);
  } catch (error) {
    // The answer may have been lost after the object was written.
    const stored = await readRecord(store, record.cluster, record.rotationId);
    if (stored?.record.writeId === record.writeId) return true;
    throw error;
  }
}

const bodyOf = (record: RotationRecord): string => `${JSON.stringify(record)}\n`;
