import type { ObjectStore } from './object-store.ts';

/** A part of a store as a store of its own: a prefix and a slash stand before all of its keys.
 *  @param prefix without a slash at its end */
export function prefixedStore(store: ObjectStore, prefix: string): ObjectStore {
  const before = `${prefix}/`;
  return {
    get: (key, maxBytes) => store.get(before + key, maxBytes),
    put: (key, body) => store.put(before + key, body),
    putIfAbsent: (key, body) => store.putIfAbsent(before + key, body),
    putIfUnchanged: (key, body, version) => store.putIfUnchanged(before + key, body, version),
    remove: (key) => store.remove(before + key),
    async *list(keys) {
      for await (const key of store.list(before + keys)) yield key.slice(before.length);
    },
  };
}
