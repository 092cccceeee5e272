/** One object as it was read. */
export interface StoredObject {
  readonly body: Uint8Array;
  /** Names this content for `putIfUnchanged`: the ETag of S3, or a digest of the file. */
  readonly version: string;
}

/** A place for the objects of contracts.md §3: a bucket or a folder, with the same keys. A put is whole or not at all. */
export interface ObjectStore {
  get(key: string): Promise<StoredObject | undefined>;
  put(key: string, body: Uint8Array | string): Promise<void>;
  /** @returns false when there was an object of that key already, which then stays as it is */
  putIfAbsent(key: string, body: Uint8Array | string): Promise<boolean>;
  /** Replaces an object that is still what `get` gave. Equal bodies have equal versions: who must tell apart puts a `writeId` into the body.
   *  @returns false when it was replaced or removed meanwhile, and then stays as it is */
  putIfUnchanged(key: string, body: Uint8Array | string, version: string): Promise<boolean>;
  /** Keys below a prefix, in ascending order of their code units. */
  list(prefix: string): AsyncIterable<string>;
}
