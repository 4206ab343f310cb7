/** Where backups and journals live: S3 or a directory. Keys are relative to the store's URL, `/`-separated. */
export interface Store {
  /** The store's URL without credentials, for people. */
  readonly url: string;
  /**
   * Writes a whole object; a reader sees all of it or nothing. `createOnly` fails when the key exists.
   * @throws KubestairError STORE_REFUSED, STORE_FAILED, and BACKUP_EXISTS when `createOnly` meets an existing key.
   */
  put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>, options?: PutOptions): Promise<void>;
  /** @returns undefined when there is no such key. */
  get(key: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** All keys below a prefix, in lexical order. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<StoreEntry>;
  /** What is not there is deleted. A store that keeps versions may keep this one. */
  delete(key: string, signal?: AbortSignal): Promise<void>;
  /**
   * Deletes an object for good, in every version that the store keeps of it.
   * @returns the lock, where the store keeps some version for that reason
   */
  erase(key: string, signal?: AbortSignal): Promise<StoreLock | undefined>;
  /** The lock of an object as it is now, which may have run out; undefined where it has none, or is not there. */
  lockOf(key: string, signal?: AbortSignal): Promise<StoreLock | undefined>;
  /**
   * Removes what is left of writes below a prefix that were cut off, begun before that time; it is no object, and no list shows it.
   * @returns how many there were
   */
  sweep(prefix: string, before: Date, signal?: AbortSignal): Promise<number>;
  /**
   * Proves before any work that objects can be written create-only, read back and deleted.
   * @throws KubestairError STORE_NOT_FOUND, STORE_REFUSED
   */
  probe(prefix: string, signal?: AbortSignal): Promise<void>;
}

export interface PutOptions {
  readonly createOnly?: boolean;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Why a store deletes an object for nobody: Object Lock of S3. */
export interface StoreLock {
  /** RFC 3339; absent where a legal hold is all there is. */
  readonly until?: string;
  /** Ends when somebody takes it off. */
  readonly legalHold: boolean;
}

export interface StoreEntry {
  readonly key: string;
  readonly size: number;
  readonly modified: Date;
}
