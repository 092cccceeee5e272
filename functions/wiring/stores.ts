import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { folderStore } from '../adapters/local/folder-store.ts';
import { writeInventoryFile } from '../adapters/local/inventory-file.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { inventoryJson } from '../inventory/serialize.ts';
import { type BucketPlace, bucketPlace, isBucketUrl } from '../store/location.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { prefixedStore } from '../store/prefixed-store.ts';

/** With whose credentials a bucket is read and written. Folders need nobody's. */
export interface BucketCaller {
  /** @default what the environment says */
  readonly profile?: string | undefined;
  /** Where S3 is asked first if neither environment nor profile name a region; the bucket itself may be in another one of the partition. */
  readonly region?: string | undefined;
}

/** The store in a folder, or in a bucket below `s3://bucket[/prefix]`. Makes no request, and loads the SDK for a bucket only. */
export function openStore(location: string, caller: BucketCaller = {}): ObjectStore {
  if (!isBucketUrl(location)) return folderStore(location);
  const { bucket, key } = placeIn(location, 's3://BUCKET[/PREFIX]');
  const store = openedWhenUsed(() => openBucket(bucket, caller));
  return key === '' ? store : prefixedStore(store, key);
}

/** Writes one object.
 *  @param url `s3://bucket/key`
 *  @throws CollectionError */
export async function writeObject(url: string, body: Uint8Array | string, caller: BucketCaller = {}): Promise<void> {
  const { bucket, key } = placeIn(url, 's3://BUCKET/KEY');
  await (await openBucket(bucket, caller)).put(key, body);
}

/** Writes an inventory to a file, to standard output for `-`, or to `s3://bucket/key`: compressed when the name ends in `.gz`. */
export async function writeInventory(path: string, inventory: Inventory, caller: BucketCaller = {}): Promise<void> {
  if (!isBucketUrl(path)) return writeInventoryFile(path, inventory);
  const json = Readable.from(inventoryJson(inventory));
  // Compressed it is small; S3 wants to know the length before it takes the first byte.
  await writeObject(path, await buffer(path.endsWith('.gz') ? json.compose<Readable>(createGzip()) : json), caller);
}

function placeIn(url: string, expected: string): BucketPlace {
  const place = bucketPlace(url);
  if (place) return place;
  throw new Error(`cannot use "${url}": expected ${expected}`);
}

async function openBucket(bucket: string, { profile, region }: BucketCaller): Promise<ObjectStore> {
  const [{ s3Store }, { callerCredentials }, { configuredRegion }] = await Promise.all([
    import('../adapters/aws/s3-store.ts'),
    import('../adapters/aws/credentials.ts'),
    import('../adapters/aws/sts.ts'),
  ]);
  const first = await configuredRegion(profile).catch((error: unknown) => {
    if (region !== undefined) return region;
    throw error;
  });
  return s3Store({ bucket, region: first, credentials: callerCredentials(profile) });
}

/** Opens at the first use, once; a failure is that of each use. */
function openedWhenUsed(open: () => Promise<ObjectStore>): ObjectStore {
  let opened: Promise<ObjectStore> | undefined;
  const store = () => {
    opened ??= open();
    return opened;
  };
  return {
    get: async (key, maxBytes) => (await store()).get(key, maxBytes),
    put: async (key, body) => (await store()).put(key, body),
    putIfAbsent: async (key, body) => (await store()).putIfAbsent(key, body),
    putIfUnchanged: async (key, body, version) => (await store()).putIfUnchanged(key, body, version),
    remove: async (key) => (await store()).remove(key),
    async *list(prefix) {
      yield* (await store()).list(prefix);
    },
  };
}
