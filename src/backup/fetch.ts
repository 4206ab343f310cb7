import { buffer, text } from 'node:stream/consumers';
import pLimit from 'p-limit';
import { KubestairError } from '../errors.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { BackupSummary } from '../report/model.ts';
import { MANIFEST_NAME } from './catalog.ts';
import { digestOf } from './digest.ts';
import { type Digest, type Manifest, type Part, partsOf } from './manifest.ts';
import { together } from './together.ts';
import { type BackupSource, openPart, readSealed } from './unseal.ts';

const CONCURRENCY = 4;
/** Says which backup a folder is being filled with; gone once all of it is there. */
const MARKER = '.kubestair-fetch.json';
const SUMS = 'SHA256SUMS';
/** Proofs that were made later lie beside the manifest, in no list of it. */
const PROOFS = 'proofs/';

export interface FetchDeps {
  readonly source: BackupSource;
  /** The folder to fill. */
  readonly target: Store;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface Fetched {
  /** Parts of the backup, and how many of them an earlier run had fetched. */
  readonly parts: number;
  readonly already: number;
  /** Of the parts as they lie in the folder. */
  readonly bytes: number;
  /** Plain files: decrypted and decompressed. */
  readonly opened: boolean;
}

/**
 * Brings a backup into a folder as files that zstd, age and jq read; opened where identities are given. Every part is compared
 * with the manifest before it gets its name, and the manifest comes last, so that a folder with a manifest is whole. What an
 * interrupted run fetched is compared and kept.
 * @throws KubestairError FOLDER_NOT_EMPTY, IDENTITY_WRONG, STORE_*
 */
export async function fetchBackup({ manifest, prefix }: BackupSummary, deps: FetchDeps): Promise<Fetched> {
  const { source, target, signal } = deps;
  const opened = source.identities.length > 0;
  const there = await claim(target, manifest, opened, signal);
  const files = partsOf(manifest).map((part) => fileOf(part, opened));
  try {
    const limit = pLimit(CONCURRENCY);
    const already = await together<readonly boolean[]>(
      signal,
      files.map((file) => (during) => limit(() => bring(file, opened, there, { ...deps, signal: during }))),
    );
    await copyBesides(prefix, files, deps);
    return {
      parts: files.length,
      already: already.filter(Boolean).length,
      bytes: files.reduce((sum, { digest }) => sum + digest.bytes, 0),
      opened,
    };
  } catch (error) {
    await unclaimIfEmpty(target);
    throw error;
  }
}

/** @returns whether it was there already */
async function bring(
  file: PartFile,
  opened: boolean,
  there: ReadonlySet<string>,
  { source, target, log, signal }: FetchDeps,
): Promise<boolean> {
  signal.throwIfAborted();
  if (there.has(file.name) && (await holds(target, file, signal))) return true;
  const bytes = opened ? openPart(file.part, source, signal) : readSealed(file.part, source, signal);
  await target.put(file.name, bytes, { signal });
  log.progress('fetch', `fetched ${file.name}`);
  return false;
}

interface PartFile {
  readonly part: Part;
  readonly name: string;
  readonly digest: Digest;
}

function fileOf(part: Part, opened: boolean): PartFile {
  if (!opened) return { part, name: part.path, digest: part.sealed };
  return { part, name: part.path.replace(/\.age$/, '').replace(/\.zst$/, ''), digest: part.plain };
}

/** @returns what an earlier run left there */
async function claim(
  target: Store,
  { id, cluster }: Manifest,
  opened: boolean,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const mark = `${JSON.stringify({ backup: `${cluster.name}/${id}`, opened })}\n`;
  const there = new Set<string>();
  for await (const { key } of target.list('', signal)) there.add(key);
  const marked = await target.get(MARKER, signal);
  if (there.size > 0 && (marked === undefined || (await text(marked)) !== mark)) {
    throw new KubestairError('FOLDER_NOT_EMPTY', 'the folder to fetch to is not empty', {
      object: target.url,
      next: 'Name another one with --to, or empty it.',
    });
  }
  await target.put(MARKER, Buffer.from(mark), { signal });
  return there;
}

async function holds(target: Store, { name, digest }: PartFile, signal: AbortSignal): Promise<boolean> {
  const body = await target.get(name, signal);
  return body !== undefined && (await digestOf(body)).sha256 === digest.sha256;
}

/** The manifest byte for byte, later proofs, and the sums in a form that `sha256sum -c` reads. */
async function copyBesides(
  prefix: string,
  files: readonly PartFile[],
  { source: { store }, target, signal }: FetchDeps,
): Promise<void> {
  const sums = files.map(({ name, digest }) => `${digest.sha256}  ${name}\n`).join('');
  await target.put(SUMS, Buffer.from(sums), { signal });
  for await (const { key } of store.list(prefix + PROOFS, signal)) {
    const proof = await store.get(key, signal);
    if (proof !== undefined) await target.put(key.slice(prefix.length), await buffer(proof), { signal });
  }
  const manifest = await store.get(prefix + MANIFEST_NAME, signal);
  if (manifest === undefined) {
    throw new KubestairError('BACKUP_NOT_FOUND', 'the backup was deleted while it was fetched', {
      object: `${store.url}/${prefix}`,
      next: 'Choose an id that `kubestair backups` shows.',
    });
  }
  await target.put(MANIFEST_NAME, await buffer(manifest), { signal });
  await target.delete(MARKER, signal);
}

/** A run that fetched nothing, for example with a wrong identity, leaves nothing. */
async function unclaimIfEmpty(target: Store): Promise<void> {
  const there: string[] = [];
  for await (const { key } of target.list('')) there.push(key);
  if (there.length === 1 && there[0] === MARKER) await target.delete(MARKER);
}
