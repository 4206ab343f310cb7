import type { EncryptionConfiguration } from '../backup/encryption.ts';
import type { Manifest, Proof } from '../backup/manifest.ts';
import type { VersionText } from '../cluster/observation.ts';
import type { Clock } from '../ports/clock.ts';
import type { EtcdKeys } from '../ports/etcd-keys.ts';
import type { Log } from '../ports/log.ts';
import { DEFAULT_SETTINGS } from './api-server-flags.ts';
import { crossProve, type ExportToProve } from './cross-proof.ts';
import { type CustomKind, definitionsChangedAfter, readCustomKinds } from './custom-kinds.ts';
import { drill } from './drill.ts';
import { asMissingKeys, type EncryptedKind, encryptedKinds, requireKeys } from './encryption.ts';
import type { ObjectIndex } from './object-index.ts';
import { endedProof, madeProof } from './proof-result.ts';
import { rehearse } from './rehearsal.ts';
import type { Scratch, ScratchApiServer } from './scratch.ts';
import type { TallyReport } from './tally.ts';

/** A backup whose snapshot is on the scratch machine. */
export interface Subject {
  readonly manifest: Pick<Manifest, 'resourceVersion' | 'resources' | 'cluster' | 'apiServer'>;
  readonly index: ObjectIndex;
  /** How the cluster encrypts what it stores, keys included; absent where it does not or they are not to be had. */
  readonly encryption?: EncryptionConfiguration | undefined;
}

/** What is to be proven besides the cross-proof. */
export interface Wanted {
  readonly drill: boolean;
  /** Version to rehearse with. */
  readonly rehearse?: VersionText | undefined;
}

export interface ProveDeps {
  readonly scratch: Scratch;
  /** Who proves. */
  readonly by: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Restores the snapshot on a scratch machine and makes the proofs that are wanted, one after the other. A proof that fails is a
 * result like any other, and so is one that could not be made.
 * @throws the signal's reason
 */
export async function prove(subject: Subject, wanted: Wanted, deps: ProveDeps): Promise<readonly Proof[]> {
  const { signal } = deps;
  const current = subject.manifest.cluster.version;
  const keys = once(() => deps.scratch.startEtcd(signal));
  const stage = once(async () => openStage(subject, await keys(), deps));
  const proofs = [
    await proving('cross-proof', undefined, deps, async () =>
      crossProve({
        ...exportOf(subject),
        prefix: settingsOf(subject).etcdPrefix,
        keys: await keys(),
        signal,
      }),
    ),
  ];
  if (!wanted.drill) return proofs;
  proofs.push(
    await proving('drill', current, deps, async () => {
      const { server, ...known } = await stage();
      return withKeys(
        await drill({ ...exportOf(subject), ...known, kube: server.kube, signal }),
        known.encrypted,
      );
    }),
  );
  const { rehearse: version } = wanted;
  if (version !== undefined) {
    proofs.push(
      await proving('rehearsal', version, deps, async () =>
        rehearseOn(await stage(), version, subject, deps),
      ),
    );
  }
  return proofs;
}

async function proving(
  kind: Proof['kind'],
  version: VersionText | undefined,
  { scratch, by, clock, log, signal }: ProveDeps,
  work: () => Promise<TallyReport>,
): Promise<Proof> {
  const frame = { kind, by, where: scratch.place, startedAt: clock.now(), ...(version && { version }) };
  log.progress('proof', `${kind} on ${scratch.place}`);
  const proof = await work().then(
    (report) => madeProof(frame, report, clock.now()),
    (thrown: unknown) => {
      signal.throwIfAborted();
      return endedProof(frame, thrown, clock.now());
    },
  );
  const line = `${kind} ${proof.result} on ${scratch.place} in ${proof.seconds} s: ${proof.detail}`;
  if (proof.result === 'passed') log.info(line);
  else log.warn(line);
  return proof;
}

/** An API server of today's version on the restored snapshot, and what it says of the kinds there. */
interface Stage {
  readonly server: ScratchApiServer;
  readonly customKinds: ReadonlyMap<string, CustomKind>;
  readonly changedDefinitions: ReadonlySet<string>;
  readonly encrypted: readonly EncryptedKind[];
}

async function openStage(subject: Subject, keys: EtcdKeys, { scratch, signal }: ProveDeps): Promise<Stage> {
  const { manifest, encryption } = subject;
  const settings = settingsOf(subject);
  const revision = BigInt(manifest.resourceVersion);
  const encrypted = await encryptedKinds(keys, settings.etcdPrefix, revision, manifest.resources, signal);
  requireKeys(encrypted, encryption);
  // Before an API server runs on it, which makes definitions anew that it changes.
  const changedDefinitions = await definitionsChangedAfter(keys, settings.etcdPrefix, revision, signal);
  const hopeless = (line: string) => asMissingKeys(line, encrypted);
  const { version } = manifest.cluster;
  const server = await scratch.startApiServer(version, settings, encryption, hopeless, signal);
  const customKinds = await readCustomKinds(server.kube, manifest.resourceVersion, signal);
  return { server, customKinds, changedDefinitions, encrypted };
}

async function rehearseOn(
  { server, ...known }: Stage,
  version: VersionText,
  subject: Subject,
  { scratch, clock, signal }: ProveDeps,
): Promise<TallyReport> {
  const settings = settingsOf(subject);
  const target = await scratch.startApiServer(version, settings, subject.encryption, () => undefined, signal);
  const targetKinds = await readCustomKinds(target.kube, undefined, signal);
  return await rehearse({
    ...exportOf(subject),
    ...known,
    current: server.kube,
    target: target.kube,
    targetKinds,
    clock,
    signal,
  });
}

/** Objects that cannot be decrypted look like any other that cannot be read: the keys are what is wrong then. */
function withKeys(report: TallyReport, encrypted: readonly EncryptedKind[]): TallyReport {
  for (const { finding } of report.examples) {
    const missing = asMissingKeys(finding, encrypted);
    if (missing !== undefined) throw missing;
  }
  return report;
}

function exportOf({ manifest, index }: Subject): ExportToProve {
  return { resourceVersion: manifest.resourceVersion, resources: manifest.resources, index };
}

function settingsOf({ manifest }: Subject): typeof DEFAULT_SETTINGS {
  return manifest.apiServer ?? DEFAULT_SETTINGS;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
