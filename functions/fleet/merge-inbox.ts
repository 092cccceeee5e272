import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type ErrorCode, messageOf } from '../inventory/error-codes.ts';
import { type EvidenceKey, evidenceList } from '../inventory/evidence/list.ts';
import { type Inventory, parseInventory, readEvidence } from '../inventory/inventory.ts';
import { type ClusterPlace, keys } from '../store/layout.ts';
import { type ObjectStore, ObjectTooLarge } from '../store/object-store.ts';

/** What the in-cluster collector of a cluster left in the store, for a scan that cannot reach its API server. */
export type Inbox =
  | { readonly status: 'empty' }
  | { readonly status: 'filled'; readonly inventory: Inventory }
  | { readonly status: 'unreadable'; readonly why: string };

const hourMs = 3_600_000;
/** A collector that runs once a day may miss one run and be half a day late. */
const maxAgeMs = 36 * hourMs;
/** Clocks of nodes and of the scan may differ by this much; what is further ahead was not written by a collector. */
const maxAheadMs = 5 * 60_000;

/** Why the scan's own collection failed, where somebody inside the cluster may have had more luck: the API server could not be found
 *  (`AccessDenied`: DescribeCluster names the endpoint), reached, or read. The same for every key: each is one or more requests to the same
 *  server by the same principal.
 *  Never `NotRequested`, which is a decision; `NotFound` and `NotYetAvailable`, which are answers; `Internal`, which is a defect to be seen. */
const outOfReach: ReadonlySet<ErrorCode> = new Set([
  'EndpointUnreachable',
  'Timeout',
  'Unauthorized',
  'AccessNotConfigured',
  'Forbidden',
  'Throttled',
  'InvalidResponse',
  'AccessDenied',
]);

/** Characters of a message that came with a file. */
const longestQuote = 500;

type Entry = Inventory['evidence'][string];

/** Whether the inbox could add anything, so that it is read only then. */
export function needsInbox(inventory: Inventory): boolean {
  return missingKeys(inventory).length > 0;
}

/** The inventory of a scan, with Kubernetes evidence from the inbox where its own was out of reach. What is taken carries its own
 *  `collectedAt`; what cannot be taken says so in its message. Only data that fits its schema comes through, trimmed to it.
 *  @param now when the scan looked: a file may be up to 36 hours older, and 5 minutes newer */
export function withInbox(inventory: Inventory, inbox: Inbox, now: Date): Inventory {
  if (inbox.status === 'empty') return inventory;
  const evidence: Record<string, Entry> = { ...inventory.evidence };
  const refusal = inbox.status === 'unreadable' ? inbox.why : refusalOf(inbox.inventory, inventory, now);
  for (const key of missingKeys(inventory)) {
    const own = inventory.evidence[key];
    if (!own) continue;
    const taken = inbox.status === 'filled' && refusal === undefined ? entryOf(inbox.inventory, key, now) : (refusal ?? '');
    evidence[key] = typeof taken === 'string' ? explained(own, taken) : taken;
  }
  return { ...inventory, evidence };
}

/** Kubernetes keys that the scan asked for and could not get at. */
function missingKeys({ evidence }: Inventory): EvidenceKey[] {
  return evidenceList
    .map(({ key }) => key)
    .filter((key) => {
      const own = evidence[key];
      return key.startsWith('kubernetes.') && own?.status === 'unavailable' && outOfReach.has(own.code);
    });
}

/** Why nothing of a file may be used. */
function refusalOf(left: Inventory, scanned: Inventory, now: Date): string | undefined {
  const [said, expected] = [nameOf(left.cluster), nameOf(scanned.cluster)];
  if (said !== expected) return `it says that it is of ${said}, not of ${expected}`;
  const createdAt = createdAtOf(scanned);
  if (createdAt !== undefined && Date.parse(left.collectedAt) < createdAt)
    return `it was collected at ${left.collectedAt}, before this cluster was created: it is of an earlier one of the same name`;
  return ageProblem(left.collectedAt, now);
}

function ageProblem(collectedAt: string, now: Date): string | undefined {
  const ageMs = now.getTime() - Date.parse(collectedAt);
  if (!(ageMs <= maxAgeMs))
    return `it was collected at ${collectedAt}, more than ${maxAgeMs / hourMs} hours ago; look at the CronJob of the collector`;
  if (ageMs < -maxAheadMs) return `it says that it was collected at ${collectedAt}, which is still to come`;
  return undefined;
}

/** The key as the collector saw it, or why it is not there. */
function entryOf(left: Inventory, key: EvidenceKey, now: Date): Entry | string {
  const result = readEvidence(left, key);
  if (result.status === 'collected') return ageProblem(result.collectedAt, now) ?? result;
  if (result.code === 'NotRequested') return 'its collector was not asked for this';
  return `its collector could not read this either: ${result.code}${result.message ? `: ${result.message}` : ''}`;
}

function explained(own: Entry, why: string): Entry {
  if (own.status === 'collected') return own;
  const note = `an inbox file is there, but: ${shortened(why)}`;
  return { ...own, message: own.message ? `${own.message}; ${note}` : note };
}

/** What the file says of itself may be as long as the file. */
function shortened(text: string): string {
  return text.length <= longestQuote ? text : `${text.slice(0, longestQuote)}…`;
}

function nameOf({ accountId, region, name }: ClusterPlace): string {
  return `${accountId}/${region}/${name}`;
}

/** Milliseconds since the epoch. */
function createdAtOf(inventory: Inventory): number | undefined {
  const cluster = readEvidence(inventory, 'eks.cluster');
  const at = cluster.status === 'collected' ? Date.parse(cluster.data.createdAt ?? '') : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** Bytes. A large cluster (10,000 pods) takes half a megabyte, and some twenty decompressed. */
export interface InboxLimits {
  readonly stored: number;
  /** Half of the longest string of V8, so that text and parsed inventory fit into a function together. */
  readonly decompressed: number;
}

const mebibyte = 1024 * 1024;
const inboxLimits: InboxLimits = { stored: 64 * mebibyte, decompressed: 256 * mebibyte };

/** Reads what lies in the inbox for a cluster, gzip-compressed or plain. Never throws: the file is another account's, and must not end the
 *  scan of the cluster, whatever is in it. */
export async function readInbox(store: Pick<ObjectStore, 'get'>, place: ClusterPlace, limits: InboxLimits = inboxLimits): Promise<Inbox> {
  try {
    const object = await store.get(keys.inbox(place), limits.stored);
    if (!object) return { status: 'empty' };
    const text = await textOf(object.body, limits);
    return { status: 'filled', inventory: parseInventory(JSON.parse(text)) };
  } catch (error) {
    if (error instanceof ObjectTooLarge) return unreadable(`it is larger than ${sizeOf(limits.stored)}`);
    // What JSON.parse says quotes the file.
    return unreadable(error instanceof SyntaxError ? 'it is not JSON' : messageOf(error));
  }
}

const unzip = promisify(gunzip);

async function textOf(body: Uint8Array, { decompressed }: InboxLimits): Promise<string> {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return new TextDecoder().decode(body);
  try {
    return new TextDecoder().decode(await unzip(body, { maxOutputLength: decompressed }));
  } catch (error) {
    if (error instanceof RangeError) throw new Error(`it is larger than ${sizeOf(decompressed)} when decompressed`, { cause: error });
    throw new Error(`it is no whole gzip file (${messageOf(error)})`, { cause: error });
  }
}

function unreadable(why: string): Inbox {
  return { status: 'unreadable', why };
}

function sizeOf(bytes: number): string {
  return bytes < mebibyte ? `${bytes} bytes` : `${bytes / mebibyte} MiB`;
}
