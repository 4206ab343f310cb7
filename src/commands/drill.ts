import type { VersionText } from '../cluster/observation.ts';
import { compareVersions, minorsBetween, readVersion } from '../cluster/version.ts';
import { connect } from '../connect.ts';
import { KubestairError } from '../errors.ts';
import type { Result } from '../report/model.ts';
import type { RunIo } from '../request/io.ts';
import type { RequestOf } from '../request/request.ts';
import { loadCluster } from './load-cluster.ts';
import { openBackup } from './open-backup.ts';
import { requireIdentity, requireOwn } from './own-backup.ts';
import { keepProofs, outcomeOfProofs } from './proof-outcome.ts';
import { proveStored } from './prove-stored.ts';

/** Starts a scratch control plane from a backup, and compares what it serves with what was exported. Changes nothing. */
export async function drill(request: RequestOf<'drill'>, io: RunIo): Promise<Result> {
  const target =
    request.target === undefined ? undefined : readVersion(request.target, { object: '--target' });
  const { config } = await loadCluster(request, io);
  await using connections = await connect(config, request.access, io);
  const identity = request.access.ageIdentityFile;
  const opened = await openBackup(request.from, config.name, identity, connections.store, io);
  requireOwn(opened.summary, config);
  if (target !== undefined) requireNext(opened.summary.manifest.cluster.version, target);
  const backup = { ...opened, config, binaries: request.binaries ?? [] };
  await requireIdentity(backup, io);
  const wanted = { drill: true, ...(target !== undefined && { rehearse: target }) };
  const proofs = await proveStored(backup, wanted, connections, io);
  return {
    command: 'drill',
    outcome: outcomeOfProofs(backup, proofs, ['cross-proof', 'drill', 'rehearsal']),
    backup: opened.summary,
    proofs,
    ...(await keepProofs(backup, proofs, connections, io)),
  };
}

/** @throws KubestairError VERSION_DOWNGRADE, VERSION_SKIPS_MINOR */
function requireNext(version: VersionText, target: VersionText): void {
  const next = `Choose a version of the minor of ${version} or of the one above.`;
  if (compareVersions(target, version) < 0) {
    throw new KubestairError(
      'VERSION_DOWNGRADE',
      `${target} is older than ${version}, which the backup is of`,
      {
        object: '--target',
        next,
      },
    );
  }
  if (minorsBetween(version, target) <= 1) return;
  throw new KubestairError(
    'VERSION_SKIPS_MINOR',
    `an upgrade from ${version} does not reach ${target} in one hop`,
    {
      object: '--target',
      next,
    },
  );
}
