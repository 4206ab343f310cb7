import type { Manifest, Proof } from '../backup/manifest.ts';
import { readBack } from '../backup/read-back.ts';
import { connect } from '../connect.ts';
import { KubestairError } from '../errors.ts';
import { endedProof, madeProof } from '../proof/proof-result.ts';
import { unmadeProofs } from '../proof/prover.ts';
import type { Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { RequestOf } from '../request/request.ts';
import { loadCluster } from './load-cluster.ts';
import { openBackup } from './open-backup.ts';
import { requireIdentity, requireOwn } from './own-backup.ts';
import { keepProofs, outcomeOfProofs } from './proof-outcome.ts';
import { proveStored, type StoredBackup, withoutSnapshot } from './prove-stored.ts';
import { whoRuns } from './who-runs.ts';

/**
 * Reads a backup back from the store and compares its export with its snapshot. What an encrypted backup lets nobody see without an
 * identity is left out and named.
 */
export async function verify(request: RequestOf<'verify'>, io: RunIo): Promise<Result> {
  const { config } = await loadCluster(request, io);
  await using connections = await connect(config, request.access, io);
  const identity = request.access.ageIdentityFile;
  const opened = await openBackup(request.from, config.name, identity, connections.store, io);
  requireOwn(opened.summary, config);
  const backup = { ...opened, config, binaries: request.binaries ?? [] };
  const lack = lackOf(opened.summary.manifest, identity);
  if (lack?.code !== 'IDENTITY_MISSING') await requireIdentity(backup, io);
  const checksums = await proveChecksums(backup, io);
  const compared =
    lack === undefined
      ? await proveStored(backup, { drill: false }, connections, io)
      : notCompared(backup, lack, io);
  const proofs = [checksums, ...compared];
  return {
    command: 'verify',
    outcome: outcomeOfProofs(backup, proofs, lack ? ['checksums'] : ['checksums', 'cross-proof']),
    backup: opened.summary,
    proofs,
    ...(await keepProofs(backup, proofs, connections, io)),
  };
}

async function proveChecksums({ summary, source }: StoredBackup, io: RunIo): Promise<Proof> {
  const { clock, log, signal } = io;
  const frame = { kind: 'checksums', by: whoRuns(io.env), startedAt: clock.now() } as const;
  log.progress('proof', 'reading the parts back from the store');
  try {
    const proof = madeProof(frame, await readBack(summary.manifest, source, signal), clock.now());
    log.info(`checksums ${proof.result} in ${proof.seconds} s: ${proof.detail}`);
    return proof;
  } catch (thrown) {
    signal.throwIfAborted();
    return endedProof(frame, thrown, clock.now());
  }
}

/** What keeps an export from being compared with its snapshot, whoever asks. */
function lackOf(
  { id, recipients, etcd }: Manifest,
  identity: string | undefined,
): KubestairError | undefined {
  if (recipients.length > 0 && identity === undefined) {
    return new KubestairError('IDENTITY_MISSING', 'the backup is encrypted, and no age identity was given', {
      next: 'Give the file that age-keygen made for one of the recipients with --identity, or its contents as the input age-identity.',
    });
  }
  return etcd === undefined ? withoutSnapshot(id) : undefined;
}

function notCompared(
  { summary: { manifest } }: StoredBackup,
  lack: KubestairError,
  { env, clock, log }: RunIo,
): readonly Proof[] {
  const { version } = manifest.cluster;
  const by = whoRuns(env);
  return unmadeProofs(lack, clock.now(), { wanted: { drill: false }, version, by, clock, log });
}
