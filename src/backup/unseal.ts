import { pipeline, Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { Decrypter } from 'age-encryption';
import { KubestairError } from '../errors.ts';
import type { Store } from '../ports/store.ts';
import { measure } from './digest.ts';
import type { Digest, Part } from './manifest.ts';

/** age identities (`AGE-SECRET-KEY-1…`) that open what was encrypted to their recipients. */
export type Identities = readonly string[];

/** A backup in a store, to be read. */
export interface BackupSource {
  readonly store: Store;
  /** The backup's folder in the store, ending in `/`. */
  readonly prefix: string;
  /** Empty for a backup that is not encrypted. */
  readonly identities: Identities;
}

/**
 * Reads the file that age-keygen writes: one identity a line, and comments.
 * @param called how the reader of a message knows the file
 * @throws KubestairError IDENTITY_INVALID, which repeats nothing of what was read
 */
export function readIdentities(text: string, called: string): Identities {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw invalid(called, 'holds no identity');
  for (const [index, line] of lines.entries()) {
    try {
      new Decrypter().addIdentity(line);
    } catch (error) {
      throw invalid(called, `holds something else than age identities (entry ${index + 1})`, error);
    }
  }
  return lines;
}

/**
 * A part as it was before it was sealed. Both digests are compared on the way, so what was read is proven only once the stream
 * came to its end: until then nothing may rely on it.
 * @throws KubestairError IDENTITY_MISSING, IDENTITY_WRONG, STORE_CORRUPT for a part that is gone, cut off, swapped or changed, and
 *   what the store throws; from the stream
 */
export async function* openPart(
  part: Part,
  { store, prefix, identities }: BackupSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const object = `${store.url}/${prefix}${part.path}`;
  const encrypted = part.path.endsWith('.age');
  if (encrypted && identities.length === 0) throw missing(object);
  const body = await store.get(prefix + part.path, signal);
  if (body === undefined) throw corrupt(object, 'it is gone');
  let failure: unknown;
  const stored = measure(keepingFailure(body, (thrown) => (failure = thrown)));
  const compressed = encrypted ? decrypt(stored.bytes, identities, object) : stored.bytes;
  const plain = measure(
    part.path.replace(/\.age$/, '').endsWith('.zst') ? decompress(compressed) : compressed,
  );
  try {
    yield* plain.bytes;
  } catch (thrown) {
    signal?.throwIfAborted();
    if (failure !== undefined) throw failure;
    if (thrown instanceof KubestairError) throw thrown;
    throw corrupt(object, `it cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`, thrown);
  }
  compare(object, 'as the store holds it', stored.digest(), part.sealed);
  compare(object, 'unsealed', plain.digest(), part.plain);
}

/**
 * A part as the store holds it, compared with what was written on the way: proven only once the stream came to its end.
 * @throws KubestairError STORE_CORRUPT, and what the store throws; from the stream
 */
export async function* readSealed(
  part: Part,
  { store, prefix }: Pick<BackupSource, 'store' | 'prefix'>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const object = `${store.url}/${prefix}${part.path}`;
  const body = await store.get(prefix + part.path, signal);
  if (body === undefined) throw corrupt(object, 'it is gone');
  const stored = measure(body);
  yield* stored.bytes;
  compare(object, 'as the store holds it', stored.digest(), part.sealed);
}

async function* decrypt(
  source: AsyncIterable<Uint8Array>,
  identities: Identities,
  object: string,
): AsyncGenerator<Uint8Array> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  let plain: ReadableStream<Uint8Array>;
  try {
    plain = await decrypter.decrypt(ReadableStream.from(source));
  } catch (thrown) {
    if (thrown instanceof Error && /no identity matched/.test(thrown.message)) throw wrong(object, thrown);
    throw thrown;
  }
  yield* plain;
}

async function* decompress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const zstd = createZstdDecompress();
  // The error of either side comes out of the loop below.
  const fed = new Promise<void>((resolve) => {
    pipeline(Readable.from(source, { objectMode: false }), zstd, () => resolve());
  });
  yield* zstd;
  // The last bytes may come out before the source was seen to end, and only then its digest stands.
  await fed;
}

/** Whatever stands between hands an error of the store on as one of its own. */
async function* keepingFailure(
  source: AsyncIterable<Uint8Array>,
  onFailure: (thrown: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (thrown) {
    onFailure(thrown);
    throw thrown;
  }
}

function compare(object: string, how: string, found: Digest, written: Digest): void {
  if (found.bytes === written.bytes && found.sha256 === written.sha256) return;
  throw corrupt(
    object,
    `${how} it has ${found.bytes} bytes with SHA-256 ${found.sha256}, but the manifest says ${written.bytes} bytes with ${written.sha256}`,
  );
}

function corrupt(object: string, finding: string, cause?: unknown): KubestairError {
  return new KubestairError('STORE_CORRUPT', `a part of the backup is not what was written: ${finding}`, {
    object,
    next: 'Take another backup, and look at the disks and the access log of the store.',
    cause,
  });
}

function missing(object: string): KubestairError {
  return new KubestairError('IDENTITY_MISSING', 'the backup is encrypted, and no age identity was given', {
    object,
    next: 'Give the file that age-keygen made for one of the recipients with --identity, or its contents as the input age-identity.',
  });
}

function wrong(object: string, cause: unknown): KubestairError {
  return new KubestairError('IDENTITY_WRONG', 'none of the age identities can open the backup', {
    object,
    next: 'Give the identity of one of the recipients that the manifest names.',
    cause,
  });
}

function invalid(called: string, finding: string, cause?: unknown): KubestairError {
  return new KubestairError('IDENTITY_INVALID', `${called} ${finding}`, {
    object: called,
    next: 'Give the file that age-keygen wrote, with its line AGE-SECRET-KEY-1….',
    cause,
  });
}
