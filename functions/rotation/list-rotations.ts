import { messageOf } from '../inventory/error-codes.ts';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { rotationNamed } from './operate.ts';
import type { RotationRecord } from './record.ts';

/** A rotation of the store. One whose record cannot be read is named too. */
export type ListedRotation =
  | { readonly rotationId: string; readonly record: RotationRecord }
  | { readonly rotationId: string; readonly problem: string };

/** Objects that are read at a time. */
const readsAtOnce = 16;

/** Every rotation that the index names: those under way first, then the newest. */
export async function listRotations(store: ObjectStore): Promise<ListedRotation[]> {
  const ids: string[] = [];
  for await (const key of store.list(keys.rotationIndexes))
    ids.push(decodeURIComponent(key.slice(keys.rotationIndexes.length).replace(/\.json$/, '')));
  const listed: ListedRotation[] = [];
  for (let start = 0; start < ids.length; start += readsAtOnce)
    listed.push(...(await Promise.all(ids.slice(start, start + readsAtOnce).map((rotationId) => readOne(store, rotationId)))));
  return listed.toSorted(
    (one, other) => rank(one) - rank(other) || newestFirst(one, other) || (one.rotationId < other.rotationId ? -1 : 1),
  );
}

async function readOne(store: ObjectStore, rotationId: string): Promise<ListedRotation> {
  try {
    return { rotationId, record: (await rotationNamed(store, rotationId)).record };
  } catch (error) {
    return { rotationId, problem: messageOf(error) };
  }
}

const rank = (rotation: ListedRotation): number => {
  if ('problem' in rotation) return 2;
  return rotation.record.outcome ? 1 : 0;
};

function newestFirst(one: ListedRotation, other: ListedRotation): number {
  if ('problem' in one || 'problem' in other) return 0;
  return Date.parse(other.record.startedAt) - Date.parse(one.record.startedAt);
}
