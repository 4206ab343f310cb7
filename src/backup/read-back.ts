import pLimit from 'p-limit';
import { KubestairError } from '../errors.ts';
import { startTally, type TallyReport } from '../proof/tally.ts';
import { digestOf } from './digest.ts';
import { type Manifest, type Part, partsOf } from './manifest.ts';
import { type BackupSource, openPart } from './unseal.ts';

const CONCURRENCY = 4;

/**
 * Reads every part of a backup back from the store and compares it with its manifest: as the store holds it, and unsealed where that
 * can be done. What is gone, cut off, swapped or changed is a difference.
 * @throws KubestairError STORE_* when the store cannot be read, IDENTITY_WRONG
 */
export async function readBack(
  manifest: Manifest,
  source: BackupSource,
  signal: AbortSignal,
): Promise<TallyReport> {
  const { tally, report } = startTally();
  let sealed = 0;
  await pLimit(CONCURRENCY).map(partsOf(manifest), async (part) => {
    const closed = part.path.endsWith('.age') && source.identities.length === 0;
    if (closed) sealed += 1;
    const finding = await (closed
      ? sealedProblem(part, source, signal)
      : openedProblem(part, source, signal));
    if (finding === undefined) tally.same(1);
    else tally.differ({ object: part.path, finding });
  });
  if (sealed > 0) {
    tally.except({
      what: 'contents of encrypted parts',
      count: sealed,
      reason: 'compared as the store holds them, since no age identity was given',
    });
  }
  return report();
}

async function sealedProblem(
  part: Part,
  { store, prefix }: BackupSource,
  signal: AbortSignal,
): Promise<string | undefined> {
  const stored = await store.get(prefix + part.path, signal);
  if (stored === undefined) return 'is gone';
  const { bytes, sha256 } = await digestOf(stored);
  if (sha256 === part.sealed.sha256) return undefined;
  return `has ${bytes} bytes with SHA-256 ${sha256}, and ${part.sealed.bytes} bytes with ${part.sealed.sha256} were written`;
}

async function openedProblem(
  part: Part,
  source: BackupSource,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    for await (const _chunk of openPart(part, source, signal));
    return undefined;
  } catch (thrown) {
    if (thrown instanceof KubestairError && thrown.code === 'STORE_CORRUPT')
      return thrown.message.replace(/^a part of the backup /, '');
    throw thrown;
  }
}
