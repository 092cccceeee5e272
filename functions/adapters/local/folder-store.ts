import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { byCodeUnit } from '../../analysis/order.ts';
import { type ObjectStore, ObjectTooLarge, type StoredObject } from '../../store/object-store.ts';
import { withFileLock } from './file-lock.ts';

/** Files that are being written; a crash may leave some, nobody reads them. */
const temporarySuffix = '.tmp';

/** How long a put waits for another process that writes the same object. Each holds the lock for the time of a rename. */
const lockWaitMs = 10_000;

/** A folder with the keys of the store as paths. A put is written to a temporary file, synced and renamed: a reader sees the old or the new
 *  object. Replacing an object is done under a lock, so that `putIfUnchanged` is true to its name between processes.
 *  @param options.lockWaitMs milliseconds after which a put gives up on a lock that another process holds, with an error */
export function folderStore(folder: string, options: { readonly lockWaitMs?: number } = {}): ObjectStore {
  const pathOf = (key: string): string => {
    const segments = key.split('/');
    if (segments.some((segment) => segment === '' || segment === '.' || segment === '..' || segment.endsWith(temporarySuffix)))
      throw new Error(`not a key of the store: "${key}"`);
    return join(folder, ...segments);
  };
  const locked = <T>(path: string, work: () => Promise<T>): Promise<T> =>
    withFileLock(`${path}.lock${temporarySuffix}`, options.lockWaitMs ?? lockWaitMs, work);
  return {
    get: async (key, maxBytes) => readObject(key, pathOf(key), maxBytes),
    put: async (key, body) => {
      const path = pathOf(key);
      await withTemporary(path, body, (temporary) => locked(path, () => rename(temporary, path)));
    },
    putIfAbsent: async (key, body) => {
      const path = pathOf(key);
      return withTemporary(path, body, async (temporary) => {
        try {
          // A link, unlike a rename, fails when the name is taken; it needs no lock.
          await link(temporary, path);
          return true;
        } catch (error) {
          if (isCode(error, 'EEXIST')) return false;
          throw error;
        }
      });
    },
    putIfUnchanged: async (key, body, version) => {
      const path = pathOf(key);
      const isUnchanged = async () => (await readObject(key, path))?.version === version;
      if (!(await isUnchanged())) return false;
      return withTemporary(path, body, (temporary) =>
        locked(path, async () => {
          if (!(await isUnchanged())) return false;
          await rename(temporary, path);
          return true;
        }),
      );
    },
    remove: (key) => rm(pathOf(key), { force: true }),
    list: (prefix) => listFolder(folder, prefix),
  };
}

async function readObject(key: string, path: string, maxBytes = Number.POSITIVE_INFINITY): Promise<StoredObject | undefined> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw new ObjectTooLarge(key, size, maxBytes);
    const body = await readFile(path);
    return { body, version: createHash('sha256').update(body).digest('hex') };
  } catch (error) {
    // A folder on the way, or a file in its place, is no object either.
    if (isCode(error, 'ENOENT', 'EISDIR', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Writes a body beside its place, and removes what is left of it afterwards. */
async function withTemporary<T>(path: string, body: Uint8Array | string, place: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = await writeTemporary(path, body);
  try {
    return await place(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeTemporary(path: string, body: Uint8Array | string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomBytes(6).toString('hex')}${temporarySuffix}`;
  const file = await open(temporary, 'wx');
  try {
    await file.writeFile(body);
    await file.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return temporary;
}

async function* listFolder(folder: string, prefix: string): AsyncIterable<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  });
  const keys = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(temporarySuffix))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  yield* keys.filter((key) => key.startsWith(prefix)).sort(byCodeUnit);
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
