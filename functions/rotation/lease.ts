import * as z from 'zod';
import { type ClusterPlace, keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';

/** How long a lease holds without being renewed. */
export const leaseMs = 15 * 60_000;

const leaseSchema = z.object({
  /** Rotation; null once released. */
  owner: z.string().nullable(),
  /** Grows with every start of a machine, and never falls. */
  fence: z.number(),
  /** ARN of the execution that holds it. */
  execution: z.string().nullable(),
  expiresAt: z.string(),
  writeId: z.string(),
});
export type Lease = z.output<typeof leaseSchema>;

/** Another start of a machine has taken the rotation over. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export interface LeaseKeeper {
  readonly store: ObjectStore;
  readonly cluster: ClusterPlace;
  readonly clock: () => Date;
  readonly randomId: () => string;
}

export async function readLease({ store, cluster }: Pick<LeaseKeeper, 'store' | 'cluster'>): Promise<Lease | undefined> {
  return (await present({ store, cluster }))?.lease;
}

/** Takes the lease with the next fence: where there is none, where it is released or expired, or where it is this rotation's already.
 *  @returns undefined while another rotation holds it */
export async function takeLease(keeper: LeaseKeeper, owner: string, execution: string): Promise<Lease | undefined> {
  for (;;) {
    const found = await present(keeper);
    if (found?.lease.owner != null && found.lease.owner !== owner && !isExpired(found.lease, keeper.clock())) return undefined;
    const lease = { owner, execution, ...renewed(keeper), fence: (found?.lease.fence ?? 0) + 1 };
    if (await write(keeper, lease, found?.version)) return lease;
  }
}

/** Gives a lease that is still ours another quarter of an hour.
 *  @throws LeaseLost */
export async function renewLease(keeper: LeaseKeeper, owner: string, fence: number): Promise<void> {
  const found = await held(keeper, owner, fence);
  if (!(await write(keeper, { ...found.lease, ...renewed(keeper) }, found.version))) await held(keeper, owner, fence, true);
}

/** Asked before each write.
 *  @throws LeaseLost */
export async function verifyLease(keeper: LeaseKeeper, owner: string, fence: number): Promise<void> {
  const { lease } = await held(keeper, owner, fence);
  if (isExpired(lease, keeper.clock())) throw new LeaseLost(`the lease of ${owner} has expired at ${lease.expiresAt}`);
}

/** Releases what is ours; what somebody else has taken is left. */
export async function releaseLease(keeper: LeaseKeeper, owner: string, fence: number): Promise<void> {
  const found = await present(keeper);
  if (found?.lease.owner !== owner || found.lease.fence !== fence) return;
  await write(keeper, { ...found.lease, owner: null, execution: null, writeId: keeper.randomId() }, found.version);
}

export function isExpired({ expiresAt }: Lease, now: Date): boolean {
  return Date.parse(expiresAt) <= now.getTime();
}

function renewed({ clock, randomId }: LeaseKeeper): Pick<Lease, 'expiresAt' | 'writeId'> {
  return { expiresAt: new Date(clock().getTime() + leaseMs).toISOString(), writeId: randomId() };
}

async function held(keeper: LeaseKeeper, owner: string, fence: number, overtaken = false): Promise<{ lease: Lease; version: string }> {
  const found = await present(keeper);
  if (found?.lease.owner === owner && found.lease.fence === fence && !overtaken) return found;
  const holder = found?.lease.owner == null ? 'nobody' : `${found.lease.owner} with fence ${found.lease.fence}`;
  throw new LeaseLost(`the lease of ${owner} with fence ${fence} is now held by ${holder}`);
}

async function present({ store, cluster }: Pick<LeaseKeeper, 'store' | 'cluster'>): Promise<{ lease: Lease; version: string } | undefined> {
  const object = await store.get(keys.lease(cluster));
  return object && { lease: leaseSchema.parse(JSON.parse(new TextDecoder().decode(object.body))), version: object.version };
}

/** A conditional put. Where the answer says no, or none came, what stands there decides: our own `writeId` means that it was done. */
async function write({ store, cluster }: LeaseKeeper, lease: Lease, version: string | undefined): Promise<boolean> {
  const key = keys.lease(cluster);
  const body = `${JSON.stringify(lease)}\n`;
  const isOurs = async () => (await present({ store, cluster }))?.lease.writeId === lease.writeId;
  try {
    const done = version === undefined ? await store.putIfAbsent(key, body) : await store.putIfUnchanged(key, body, version);
    return done || (await isOurs());
  } catch (error) {
    if (await isOurs()) return true;
    throw error;
  }
}
