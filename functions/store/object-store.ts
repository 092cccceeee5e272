/** One object as it was read. */
export interface StoredObject {
  readonly body: Uint8Array;
  /** Names this content for `putIfUnchanged`: the ETag of S3, or a digest of the file. */
  readonly version: string;
}

/** There is such an object, and it is larger than the reader allows. */
export class ObjectTooLarge extends Error {
  override readonly name = 'ObjectTooLarge';

  constructor(key: string, bytes: number, maxBytes: number) {
    super(`${key} has ${bytes} bytes, more than the ${maxBytes} that are allowed here`);
  }
}

/** A place for everything that is kept (layout.ts): a bucket or a folder, with the same keys. A put is whole or not at all. */
export interface ObjectStore {
  /** @param maxBytes what somebody else may have written must not fill the memory @default any size
   *  @throws ObjectTooLarge, before anything of it is read */
  get(key: string, maxBytes?: number): Promise<StoredObject | undefined>;
  put(key: string, body: Uint8Array | string): Promise<void>;
  /** @returns false when there was an object of that key already, which then stays as it is */
  putIfAbsent(key: string, body: Uint8Array | string): Promise<boolean>;
  /** Replaces an object that is still what `get` gave. Equal bodies have equal versions: who must tell apart puts a `writeId` into the body.
   *  @returns false when it was replaced or removed meanwhile, and then stays as it is */
  putIfUnchanged(key: string, body: Uint8Array | string, version: string): Promise<boolean>;
  /** Removes an object; one that is not there is no error. Only markers are ever removed: what is kept is kept. */
  remove(key: string): Promise<void>;
  /** Keys below a prefix, in ascending order of their code units. */
  list(prefix: string): AsyncIterable<string>;
}
