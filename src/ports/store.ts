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
  delete(key: string, signal?: AbortSignal): Promise<void>;
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

export interface StoreEntry {
  readonly key: string;
  readonly size: number;
  readonly modified: Date;
}
