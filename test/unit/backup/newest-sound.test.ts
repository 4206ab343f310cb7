import { expect, test } from 'vitest';
import type { Manifest } from '../../../src/backup/manifest.ts';
import { newestSoundBackup } from '../../../src/backup/newest-sound.ts';
import { KubestairError } from '../../../src/errors.ts';
import { manifest } from './support/manifests.ts';
import { memoryStore } from './support/memory-store.ts';
import { recordedLog } from './support/quiet.ts';

async function newestOf(...manifests: readonly Manifest[]) {
  const store = memoryStore();
  for (const each of manifests)
    await store.put(`prod/${each.id}/manifest.json`, Buffer.from(JSON.stringify(each)));
  return await newestSoundBackup('prod', { store, log: recordedLog() });
}

const good = manifest({ id: '20261121T090507Z-aaaa' });
const later = '20261122T090507Z-bbbb';

test('is the newest one that is whole and was read back', async () => {
  const found = { known: true, value: { id: good.id, finishedAt: good.finishedAt } };
  expect(await newestOf(good, manifest({ id: later, state: 'partial' }))).toEqual(found);
  expect(await newestOf(good, manifest({ id: later, proofs: [] }))).toEqual(found);
});

test('is none in an empty store', async () => {
  expect(await newestOf()).toEqual({ known: true, value: null });
});

test('is unknown where the store does not answer', async () => {
  const refused = new KubestairError('STORE_REFUSED', 'the store says 403', { next: 'Grant s3:ListBucket.' });
  const store = {
    ...memoryStore(),
    // biome-ignore lint/correctness/useYield: it fails before there is anything to list
    async *list() {
      throw refused;
    },
  };
  expect(await newestSoundBackup('prod', { store, log: recordedLog() })).toEqual({
    known: false,
    reason: 'the store says 403',
    next: 'Grant s3:ListBucket.',
  });
});
