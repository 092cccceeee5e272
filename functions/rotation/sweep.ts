import { keys } from '../store/layout.ts';
import { isExpired, readLease } from './lease.ts';
import type { RotationOutside } from './ports.ts';
import { findRotation, readRecord } from './record-store.ts';

/** Rotations that are not at their end, and that nobody looks after any more: their lease has expired, or was never taken. */
export async function abandonedRotations(outside: Pick<RotationOutside, 'store' | 'clock'>): Promise<string[]> {
  const abandoned: string[] = [];
  for await (const key of outside.store.list(keys.openRotations)) {
    const rotationId = decodeURIComponent(key.slice(keys.openRotations.length));
    const cluster = await findRotation(outside.store, rotationId);
    const stored = cluster && (await readRecord(outside.store, cluster, rotationId));
    if (!cluster || !stored) continue;
    const lease = await readLease({ store: outside.store, cluster });
    const idle = outside.clock().getTime() - Date.parse(stored.record.lastStepAt) >= quietMs;
    const free = lease === undefined || lease.owner === null || (lease.owner === rotationId && isExpired(lease, outside.clock()));
    if (free && idle) abandoned.push(rotationId);
  }
  return abandoned;
}

/** A rotation that has just begun has its marker before its lease. */
const quietMs = 15 * 60_000;
