import { createHash } from 'node:crypto';
import { byCodeUnit } from '../functions/analysis/order.ts';
import { type ObjectStore, ObjectTooLarge } from '../functions/store/object-store.ts';

/** A store in memory that also remembers the order in which objects were written. */
export function memoryStore() {
  const objects = new Map<string, Uint8Array>();
  const written: string[] = [];
  const versionOf = (body: Uint8Array) => createHash('sha256').update(body).digest('hex');
  const bytes = (body: Uint8Array | string) => (typeof body === 'string' ? new TextEncoder().encode(body) : body);
  const put = (key: string, body: Uint8Array | string) => {
    objects.set(key, bytes(body));
    written.push(key);
  };
  const store: ObjectStore = {
    get: async (key, maxBytes = Number.POSITIVE_INFINITY) => {
      const body = objects.get(key);
      if (body && body.length > maxBytes) throw new ObjectTooLarge(key, body.length, maxBytes);
      return body && { body, version: versionOf(body) };
    },
    put: async (key, body) => put(key, body),
    putIfAbsent: async (key, body) => {
      if (objects.has(key)) return false;
      put(key, body);
      return true;
    },
    putIfUnchanged: async (key, body, version) => {
      const present = objects.get(key);
      if (!present || versionOf(present) !== version) return false;
      put(key, body);
      return true;
    },
    remove: async (key) => {
      objects.delete(key);
    },
    async *list(prefix) {
      yield* [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted(byCodeUnit);
    },
  };
  return { store, written, text: (key: string) => new TextDecoder().decode(objects.get(key)) };
}
