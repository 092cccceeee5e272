import * as z from 'zod';
import { CollectionError, type ErrorCode, errorCodes } from './error-codes.ts';
import { type EvidenceData, type EvidenceKey, evidenceByKey } from './evidence/list.ts';
import { firstProblem } from './parse.ts';

const timestamp = z.iso.datetime({ offset: true });

const collected = z.object({ status: z.literal('collected'), data: z.unknown(), collectedAt: timestamp.nullish() });
const unavailable = z.object({
  status: z.literal('unavailable'),
  code: z.enum(errorCodes).catch('Internal'),
  message: z.string().nullish(),
  collectedAt: timestamp.nullish(),
});

/** Requests and bytes that a scan cost each API. */
export const collectionSchema = z.object({
  durationMs: z.number(),
  requests: z.record(z.string(), z.number()),
  bytes: z.record(z.string(), z.number()),
});
export type Collection = z.output<typeof collectionSchema>;

export const clusterIdentitySchema = z.object({
  accountId: z.string().regex(/^\d{12}$/, 'expected 12 digits'),
  region: z.string().min(1),
  name: z.string().min(1),
  arn: z.string().min(1),
});
export type ClusterIdentity = z.output<typeof clusterIdentitySchema>;

const entrySchema = z.discriminatedUnion('status', [collected, unavailable]);

/** What was seen of one cluster. Data stays unparsed here: a key that does not fit its schema must not spoil the others. */
export const inventorySchema = z.object({
  schemaVersion: z.literal('1'),
  collectedAt: timestamp,
  cluster: clusterIdentitySchema,
  evidence: z.record(z.string(), entrySchema),
  collection: collectionSchema.nullish(),
});
export type Inventory = z.output<typeof inventorySchema>;

/** One key of an inventory: parsed data, or why there is none. */
export type EvidenceResult<K extends EvidenceKey> =
  | { readonly status: 'collected'; readonly data: EvidenceData<K>; readonly collectedAt: string }
  | { readonly status: 'unavailable'; readonly code: ErrorCode; readonly message: string };

const envelopeSchema = inventorySchema.extend({ evidence: z.record(z.string(), z.unknown()) });

/** Parses the envelope of an inventory; an entry of the evidence that fits no shape becomes `unavailable(InvalidResponse)`, with its path.
 *  Throws a `CollectionError` `InvalidResponse` that says where and what was expected. */
export function parseInventory(value: unknown): Inventory {
  refuseOtherVersions(value);
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success) throw new CollectionError('InvalidResponse', firstProblem(envelope.error));
  const entries = Object.entries(envelope.data.evidence).map(([key, entry]) => [key, parseEntry(key, entry)] as const);
  return { ...envelope.data, evidence: Object.fromEntries(entries) };
}

function refuseOtherVersions(value: unknown): void {
  const stated = z.object({ schemaVersion: z.union([z.string(), z.number()]) }).safeParse(value);
  if (!stated.success || stated.data.schemaVersion === '1') return;
  const { schemaVersion } = stated.data;
  const advice = Number(schemaVersion) > 1 ? '; use a newer eks-greenlight' : '';
  throw new CollectionError(
    'InvalidResponse',
    `schemaVersion: this file is of version ${JSON.stringify(schemaVersion)}, this program reads version "1"${advice}`,
  );
}

function parseEntry(key: string, entry: unknown): Inventory['evidence'][string] {
  const result = entrySchema.safeParse(entry);
  return result.success ? result.data : invalid(firstProblem(result.error, `evidence.${key}`));
}

/** Reads one key. A missing key counts as `NotRequested`; data that does not fit its schema as `InvalidResponse` with the path. */
export function readEvidence<K extends EvidenceKey>(inventory: Inventory, key: K): EvidenceResult<K> {
  const entry = inventory.evidence[key];
  if (!entry) return { status: 'unavailable', code: 'NotRequested', message: `${key} is not in the inventory` };
  if (entry.status === 'unavailable') return { status: 'unavailable', code: entry.code, message: entry.message ?? '' };
  const path = `evidence.${key}.data`;
  if (entry.data === undefined) return invalid(`${path}: expected what was collected, found nothing`);
  const result = evidenceByKey.get(key)?.schema.safeParse(entry.data);
  if (!result) throw new Error(`no schema for evidence ${key}`);
  if (!result.success) return invalid(firstProblem(result.error, path));
  // The schema that was looked up by this very key produced the data; the map cannot express that.
  return { status: 'collected', data: result.data as EvidenceData<K>, collectedAt: entry.collectedAt ?? inventory.collectedAt };
}

function invalid(message: string): { status: 'unavailable'; code: 'InvalidResponse'; message: string } {
  return { status: 'unavailable', code: 'InvalidResponse', message };
}
