import { describe, expect, it } from 'vitest';
import type { Manifest, Proof } from '../../../src/backup/manifest.ts';
import type { OpenBackup } from '../../../src/commands/open-backup.ts';
import { requireOwn } from '../../../src/commands/own-backup.ts';
import { keepProofs, outcomeOfProofs } from '../../../src/commands/proof-outcome.ts';
import { KubestairError } from '../../../src/errors.ts';
import type { RunIo } from '../../../src/request/io.ts';
import { manifest, proof } from '../backup/support/manifests.ts';
import { memoryStore } from '../backup/support/memory-store.ts';
import { jumpingClock, recordedLog } from '../backup/support/quiet.ts';
import { config } from '../plan/sample.ts';

function opened(over: Partial<Manifest> = {}, folder = 'prod'): OpenBackup {
  const store = memoryStore();
  const prefix = `${folder}/20261121T090507Z-3f9a/`;
  return {
    summary: { manifest: manifest(over), storeUrl: store.url, prefix },
    source: { store, prefix, identities: [] },
  };
}

function io(): RunIo {
  return {
    log: recordedLog(),
    clock: jumpingClock(),
    signal: new AbortController().signal,
    env: {},
    cwd: '/',
    tool: 'kubestair/0.1.0',
    tempDir: '/nowhere',
    random: (bytes) => new Uint8Array(bytes),
  };
}

describe('a backup that proofs are asked for', () => {
  const file = config();
  const withUid = { ...file, access: { ...file.access, clusterUid: 'other' } };

  it('is one of the cluster that the file means, unless another one was named', () => {
    expect(() => requireOwn(opened().summary, file)).not.toThrow();
    expect(() => requireOwn(opened().summary, withUid)).toThrow(
      expect.objectContaining({ code: 'BACKUP_OTHER_CLUSTER', object: '20261121T090507Z-3f9a' }),
    );
    const other = opened({ cluster: { name: 'staging', uid: '1', version: 'v1.36.3' } }, 'staging');
    expect(() => requireOwn(other.summary, withUid)).not.toThrow();
  });
});

describe('the outcome of proofs', () => {
  const unmade = proof('drill', { result: 'not-made', code: 'SCRATCH_UNAVAILABLE', detail: 'no room' });
  const outcome = (proofs: readonly Proof[]) =>
    outcomeOfProofs(opened({ proofs: [proof('checksums', { result: 'failed' })] }), proofs, ['drill']);

  it('is good when what was asked for passed, whatever an earlier run found', () => {
    expect(outcome([proof('cross-proof'), proof('drill')])).toEqual({ state: 'ready' });
  });

  it('fails with the code of a proof that failed', () => {
    const failed = proof('cross-proof', { result: 'failed', code: 'SNAPSHOT_HASH' });
    expect(outcome([failed, unmade])).toMatchObject({ state: 'failed', problem: { code: 'SNAPSHOT_HASH' } });
  });

  it('fails where one that was asked for could not be made, and not where nobody asked', () => {
    expect(outcome([proof('cross-proof'), unmade])).toMatchObject({
      state: 'failed',
      problem: { code: 'SCRATCH_UNAVAILABLE', message: 'the drill could not be made: no room' },
    });
    expect(outcome([{ ...unmade, kind: 'cross-proof' }])).toEqual({ state: 'ready' });
  });
});

describe('proofs that were made', () => {
  it('are recorded beside the manifest', async () => {
    const backup = opened();
    const { store } = backup.source;
    const { record = '' } = await keepProofs(backup, [proof('drill')], { store }, io());
    expect(record).toBe('prod/20261121T090507Z-3f9a/proofs/20261121T090507Z-0000.json');
    expect(await store.get(record)).toBeDefined();
  });

  it('are told all the same where the store lets nobody write', async () => {
    const backup = opened();
    const put = () => Promise.reject(new KubestairError('STORE_REFUSED', 'read only'));
    const store = { ...backup.source.store, put };
    const run = io();
    expect(await keepProofs(backup, [proof('drill')], { store }, run)).toEqual({});
    expect((run.log as ReturnType<typeof recordedLog>).lines).toEqual([
      'the proofs were not recorded: read only',
    ]);
  });
});
