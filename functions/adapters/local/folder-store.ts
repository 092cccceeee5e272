import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { byCodeUnit } from '../../analysis/order.ts';
import type { ObjectStore, StoredObject } from '../../store/object-store.ts';

/** Files that are being written; a crash may leave some, nobody reads them. */
const temporarySuffix = '.tmp';

/** A folder with the keys of the store as paths. A put is written to a temporary file, synced and renamed: a reader sees the old or the new object. */
export function folderStore(folder: string): ObjectStore {
  const pathOf = (key: string): string => {
    const segments = key.split('/');
    if (segments.some((segment) => segment === '' || segment === '.' || segment === '..'))
      throw new Error(`not a key of the store: "${key}"`);
    return join(folder, ...segments);
  };
  return {
    get: async (key) => {
      try {
        return versioned(await readFile(pathOf(key)));
      } catch (error) {
        // A folder on the way, or a file in its place, is no object either.
        if (isCode(error, 'ENOENT', 'EISDIR', 'ENOTDIR')) return undefined;
        throw error;
      }
    },
    put: async (key, body) => {
      const path = pathOf(key);
      const temporary = await writeTemporary(path, body);
      try {
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    putIfAbsent: async (key, body) => {
      const path = pathOf(key);
      const temporary = await writeTemporary(path, body);
      try {
        // A link, unlike a rename, fails when the name is taken.
        await link(temporary, path);
        return true;
      } catch (error) {
        if (isCode(error, 'EEXIST')) return false;
        throw error;
      } finally {
        await rm(temporary, { force: true });
      }
    },
    putIfUnchanged: async (key, body, version) => {
      const path = pathOf(key);
      const temporary = await writeTemporary(path, body);
      try {
        const present = await readFile(path).catch(() => undefined);
        if (!present || versioned(present).version !== version) return false;
        await rename(temporary, path);
        return true;
      } finally {
        await rm(temporary, { force: true });
      }
    },
    list: (prefix) => listFolder(folder, prefix),
  };
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

function versioned(body: Uint8Array): StoredObject {
  return { body, version: createHash('sha256').update(body).digest('hex') };
}
