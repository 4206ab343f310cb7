import pLimit from 'p-limit';
import { asKubestairError, type ErrorCode, KubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Etcd } from '../ports/etcd.ts';
import { type Kube, KubeStatusError } from '../ports/kube.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { BackupSummary } from '../report/model.ts';
import { type AcceptedGroup, markAccepted } from './accepted-group.ts';
import { backupPrefix, MANIFEST_NAME } from './catalog.ts';
import { measure } from './digest.ts';
import {
  backUpEncryption,
  type EncryptionConfiguration,
  type NodeEncryption,
  readEncryption,
  requireSealedKeys,
} from './encryption.ts';
import { exportResources } from './export.ts';
import { type HostPart, type Manifest, type Part, type Proof, partsOf } from './manifest.ts';
import { openPartStore, type PartStore } from './parts.ts';
import { formatBytes, metered, startMeter } from './progress.ts';
import { checkRecipients } from './seal.ts';
import { takeSnapshot } from './snapshot.ts';
import { together } from './together.ts';
import { isWhole } from './verified.ts';
import type { BackupWitness } from './witness.ts';

const READ_BACK_CONCURRENCY = 4;
/** A cancelled job of GitHub Actions is killed 10 s after the signal. */
const CLEAN_UP_MILLISECONDS = 4_000;

/** A control-plane host and how to read the files of it that a restore needs. */
export interface HostSource {
  readonly node: string;
  /** A tar stream. */
  files(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** How its API server encrypts what it stores; undefined where it encrypts nothing. */
  encryption?(signal: AbortSignal): Promise<EncryptionConfiguration | undefined>;
}

export interface BackupDeps {
  readonly kube: Kube;
  readonly store: Store;
  /** Absent where the provider gives no access to etcd; the backup is then without a snapshot. */
  readonly openEtcd?: (signal: AbortSignal) => Promise<Etcd>;
  readonly hosts: readonly HostSource[];
  /** Aggregated APIs that may be missing; default none. */
  readonly acceptedGroups?: readonly AcceptedGroup[];
  readonly witness?: BackupWitness | undefined;
  /** Makes further proofs of what the witness saw, beside the reading back. A proof that fails is a result like any other. */
  readonly prove?: ((subject: Subject, signal: AbortSignal) => Promise<readonly Proof[]>) | undefined;
  /** Who takes it, for its proofs. */
  readonly by?: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What there is to prove. */
export interface Subject {
  readonly manifest: Pick<Manifest, 'resourceVersion' | 'resources' | 'cluster' | 'apiServer'>;
  readonly encryption?: EncryptionConfiguration | undefined;
}

export interface BackupRequest
  extends Pick<Manifest, 'id' | 'tool' | 'cluster' | 'reason' | 'runId' | 'recipients' | 'apiServer'> {
  /** Whether the keys of encryption at rest may be written without recipients to seal them to; default they may not. */
  readonly plainKeys?: boolean;
}

/**
 * Takes a backup: proves that the store works, exports every kind at one resource version, snapshots etcd right after, fetches
 * the hosts' files, reads every part back, and writes the manifest last, create-only. On any failure there is no manifest, and
 * what was written is deleted as far as that works. A kind that cannot be exported makes the backup `partial`; acceptForUpgrade()
 * refuses such a one.
 * @throws KubestairError CONFIG_INVALID, STORE_NOT_FOUND, STORE_REFUSED or STORE_UNREACHABLE before anything was done; later
 *   STORE_FAILED, STORE_CORRUPT, SNAPSHOT_CUT, SNAPSHOT_HASH, ETCD_UNHEALTHY, BACKUP_EXISTS, KUBE_*, HOST_*
 */
export async function runBackup(
  { plainKeys = false, ...request }: BackupRequest,
  deps: BackupDeps,
): Promise<BackupSummary> {
  const { store, clock, log, signal } = deps;
  const prefix = backupPrefix(request.cluster.name, request.id);
  checkRecipients(request.recipients);
  await store.probe(`${request.cluster.name}/`, signal);
  const encrypted = await readEncryptions(deps);
  requireSealedKeys(encrypted, request.recipients, plainKeys);
  const startedAt = clock.now().toISOString();
  const parts = openPartStore(store, prefix, request.recipients);
  try {
    const gathered = await gather(parts, encrypted, deps);
    const all = partsOf(gathered);
    await parts.keepOnly(all, signal);
    const subject = { manifest: { ...request, ...gathered }, encryption: encrypted[0]?.configuration };
    const [checksums, proofs] = await together<[Proof, readonly Proof[]]>(signal, [
      (during) => proveChecksums(parts, all, { ...deps, signal: during }),
      async (during) => (await deps.prove?.(subject, during)) ?? [],
    ]);
    const manifest: Manifest = {
      format: 'kubestair.dev/backup/v1',
      ...request,
      startedAt,
      finishedAt: clock.now().toISOString(),
      state: gathered.resources.every(isWhole) ? 'complete' : 'partial',
      ...gathered,
      proofs: [checksums, ...proofs],
    };
    const body = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
    await store.put(prefix + MANIFEST_NAME, body, {
      createOnly: true,
      contentType: 'application/json',
      signal,
    });
    log.info(`backup ${request.id} is ${manifest.state}: ${store.url}/${prefix}`);
    return { manifest, storeUrl: store.url, prefix };
  } catch (error) {
    await cleanUp(prefix, parts, error, deps);
    signal.throwIfAborted();
    throw asFailure(error, deps.kube);
  }
}

type Gathered = Pick<Manifest, 'resourceVersion' | 'resources' | 'etcd' | 'hosts' | 'encryption'>;

async function gather(
  parts: PartStore,
  encrypted: readonly NodeEncryption[],
  deps: BackupDeps,
): Promise<Gathered> {
  const { openEtcd } = deps;
  // Beside the export, so that etcd cannot have compacted the export's revision before the snapshot begins.
  const cut = await exportResources(
    { ...deps, parts },
    async (resourceVersion, signal) =>
      openEtcd && takeSnapshot(resourceVersion, { ...deps, openEtcd, parts, signal }),
  );
  const { resourceVersion, beside: etcd } = cut;
  const resources = markAccepted(cut.resources, deps.acceptedGroups ?? []);
  const hosts: HostPart[] = [];
  for (const host of deps.hosts) hosts.push(await backUpHost(host, parts, deps));
  const encryption = await backUpEncryption(encrypted, parts, deps.signal);
  return {
    resourceVersion,
    resources,
    ...(etcd && { etcd }),
    hosts,
    ...(encryption.length > 0 && { encryption }),
  };
}

async function readEncryptions({ hosts, log, signal }: BackupDeps): Promise<readonly NodeEncryption[]> {
  const read = await Promise.all(
    hosts.map(async ({ node, encryption }) => {
      const configuration = await encryption?.(signal);
      return configuration && readEncryption(node, configuration, log);
    }),
  );
  return read.filter((found) => found !== undefined);
}

async function backUpHost(host: HostSource, parts: PartStore, deps: BackupDeps): Promise<HostPart> {
  const meter = startMeter(`files of ${host.node}`, deps);
  const files = metered(host.files(deps.signal), meter);
  const part = await parts.write(`hosts/${host.node}.tar`, measure(files), deps.signal);
  deps.log.info(`files of ${host.node}: ${meter.summary()}`);
  return { node: host.node, part };
}

async function proveChecksums(
  parts: PartStore,
  all: readonly Part[],
  { by, clock, log, signal }: BackupDeps,
): Promise<Proof> {
  const startedAt = clock.now();
  const limit = pLimit(READ_BACK_CONCURRENCY);
  await limit.map(all, (part) => parts.check(part, signal));
  const bytes = all.reduce((sum, part) => sum + part.sealed.bytes, 0);
  const detail = `${all.length} parts, ${formatBytes(bytes)}, read back from the store with the SHA-256 they were written with`;
  log.info(detail);
  const now = clock.now();
  const seconds = Math.round((now.getTime() - startedAt.getTime()) / 100) / 10;
  return {
    kind: 'checksums',
    result: 'passed',
    at: now.toISOString(),
    seconds,
    detail,
    objects: all.length,
    ...(by !== undefined && { by }),
  };
}

/** The manifest goes first: without it there is no backup, but with it and without its parts there would be a broken one. */
async function cleanUp(
  prefix: string,
  parts: PartStore,
  error: unknown,
  { store, log }: BackupDeps,
): Promise<void> {
  // Then the folder is another backup's.
  if (error instanceof KubestairError && error.code === 'BACKUP_EXISTS') return;
  // Own time, since the run's signal may be what ended the backup.
  const signal = AbortSignal.timeout(CLEAN_UP_MILLISECONDS);
  try {
    await store.delete(prefix + MANIFEST_NAME, signal);
    await parts.keepOnly([], signal);
  } catch (failure) {
    log.warn(
      `parts of the backup that failed are left in ${store.url}/${prefix}: ${asKubestairError(failure).message}`,
    );
  }
}

const AGAIN = 'Look at the log of that server, then run the command again.';
const LATE_REFUSALS: readonly ErrorCode[] = ['STORE_REFUSED', 'STORE_NOT_FOUND', 'STORE_UNREACHABLE'];

function asFailure(error: unknown, kube: Kube): unknown {
  if (error instanceof KubeStatusError) {
    return new KubestairError('KUBE_REQUEST', error.message, {
      object: kube.server,
      next: AGAIN,
      cause: error,
    });
  }
  // A store that passed the probe and refuses later has failed; its user has entered nothing wrong.
  if (!(error instanceof KubestairError) || !LATE_REFUSALS.includes(error.code)) return error;
  return new KubestairError('STORE_FAILED', error.message, {
    ...(error.object !== undefined && { object: error.object }),
    next: error.next ?? AGAIN,
    cause: error,
  });
}
