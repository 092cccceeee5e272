import * as z from 'zod';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { isoSeconds } from '../versions/days.ts';
import type { Identity } from './item.ts';
import { type Channel, channels } from './ports.ts';

/** `state/notifications/<yyyy-mm>/<id>.json`: who tells of one thing, and where it was told. */
export const notificationRecordSchema = z.object({
  schemaVersion: z.literal('1'),
  id: z.string(),
  /** The run that tells of it. */
  runId: z.string(),
  kind: z.string(),
  clusterArn: z.string().nullable(),
  claimedAt: z.iso.datetime(),
  /** When it was sent, by channel. */
  channels: z.partialRecord(z.enum(channels), z.iso.datetime()),
});
export type NotificationRecord = z.output<typeof notificationRecordSchema>;

/** Another run that claimed something this recently may still be sending it. The function that sends lives for five minutes. */
const claimMilliseconds = 15 * 60_000;

/** Attempts at an object that others write at the same time. */
const attempts = 8;

/** One thing that is told once: an item of a run, or news of a rotation. */
export interface Tellable extends Identity {
  readonly kind: string;
  /** What is told of one cluster says which, in one of two ways. */
  readonly change?: { readonly clusterArn: string };
  readonly clusterArn?: string;
}

export interface Claimer {
  readonly store: ObjectStore;
  /** Or of the rotation. */
  readonly runId: string;
  readonly now: Date;
}

/** mine: these channels are left. told: by this or another run, on every channel. busy: another run has just begun to tell it. */
export type Claim =
  | { readonly status: 'mine'; readonly missing: readonly Channel[] }
  | { readonly status: 'told' }
  | { readonly status: 'busy'; readonly runId: string; readonly claimedAt: string };

/** Claims one thing for this run, before it is told. A claim of another run that has not ended after a quarter of an hour is taken over.
 *  @param wanted the channels on which it is to be told
 *  @throws what the store throws */
export async function claim(item: Tellable, wanted: readonly Channel[], claimer: Claimer): Promise<Claim> {
  const { store, runId, now } = claimer;
  const key = keys.notification(item.month, item.id);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const stored = await store.get(key);
    if (stored === undefined) {
      if (await store.putIfAbsent(key, json(newRecord(item, claimer)))) return { status: 'mine', missing: wanted };
      continue;
    }
    const record = parsed(stored.body, key);
    const missing = wanted.filter((channel) => record.channels[channel] === undefined);
    if (missing.length === 0) return { status: 'told' };
    if (record.runId === runId) return { status: 'mine', missing };
    if (now.getTime() - Date.parse(record.claimedAt) < claimMilliseconds)
      return { status: 'busy', runId: record.runId, claimedAt: record.claimedAt };
    const taken = { ...record, runId, claimedAt: isoSeconds(now) };
    if (await store.putIfUnchanged(key, json(taken), stored.version)) return { status: 'mine', missing };
  }
  throw new Error(`Claiming ${key}: it changed ${attempts} times while it was claimed; run the step again`);
}

/** Writes down that something was sent. A claim that was taken over meanwhile keeps its new owner.
 *  @throws what the store throws */
export async function recordSent(item: Tellable, channel: Channel, { store, now }: Claimer): Promise<void> {
  const key = keys.notification(item.month, item.id);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const stored = await store.get(key);
    if (stored === undefined) throw new Error(`Recording ${channel} in ${key}: the claim is gone`);
    const record = parsed(stored.body, key);
    const sent = { ...record, channels: { ...record.channels, [channel]: isoSeconds(now) } };
    if (await store.putIfUnchanged(key, json(sent), stored.version)) return;
  }
  throw new Error(`Recording ${channel} in ${key}: it changed ${attempts} times while it was written; run the step again`);
}

function newRecord(item: Tellable, { runId, now }: Claimer): NotificationRecord {
  const clusterArn = item.change?.clusterArn ?? item.clusterArn ?? null;
  return { schemaVersion: '1', id: item.id, runId, kind: item.kind, clusterArn, claimedAt: isoSeconds(now), channels: {} };
}

function parsed(body: Uint8Array, key: string): NotificationRecord {
  const problem = 'expected a record of a notification; remove the object if it was changed by hand';
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw new Error(`Reading ${key}: no JSON, ${problem}`, { cause });
  }
  const result = notificationRecordSchema.safeParse(value);
  if (result.success) return result.data;
  throw new Error(
    `Reading ${key}: ${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}; ${problem}`,
  );
}

function json(record: NotificationRecord): string {
  return `${JSON.stringify(record)}\n`;
}
