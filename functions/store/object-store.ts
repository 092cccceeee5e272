/** A place for the objects of contracts.md §3: a bucket or a folder, with the same keys. A put is whole or not at all. */
export interface ObjectStore {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, body: Uint8Array | string): Promise<void>;
  /** @returns false when there was an object of that key already, which then stays as it is */
  putIfAbsent(key: string, body: Uint8Array | string): Promise<boolean>;
  /** Keys below a prefix, in ascending order of their code units. */
  list(prefix: string): AsyncIterable<string>;
}
