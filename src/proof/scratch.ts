import { randomBytes } from 'node:crypto';
import type { EncryptionConfiguration } from '../backup/encryption.ts';
import type { VersionText } from '../cluster/observation.ts';
import type { KubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { EtcdKeys } from '../ports/etcd-keys.ts';
import type { Kube } from '../ports/kube.ts';
import type { Log } from '../ports/log.ts';
import type { ScratchMachine } from '../ports/scratch-machine.ts';
import type { ApiServerSettings } from './api-server-flags.ts';
import { apiServerFlags, keepSecrets, readCertificate, readiness } from './scratch-api-server.ts';
import { restoreSnapshot, SNAPSHOT, startEtcd } from './scratch-etcd.ts';
import { untilReady } from './scratch-ready.ts';

/** How what runs on a machine is talked to. */
export interface ScratchClients {
  readonly openKeys: (socketPath: string) => EtcdKeys;
  readonly openKube: (options: {
    readonly name: string;
    readonly socketPath: string;
    readonly certificate: string;
    readonly token: string;
  }) => Kube & { close(): Promise<void> };
}

export interface ScratchDeps {
  readonly machine: ScratchMachine;
  readonly clients: ScratchClients;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ScratchApiServer {
  readonly version: VersionText;
  readonly kube: Kube;
  stop(): Promise<void>;
}

/** A control plane without nodes and controllers, made from a snapshot, that nothing can reach and that reaches nothing. */
export interface Scratch {
  /** For people. */
  readonly place: string;
  /** Keeps the snapshot on the machine. */
  receive(snapshot: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /**
   * Restores the snapshot into an etcd whose revisions stay what they were, and starts it. etcdutl compares the snapshot with the
   * SHA-256 at its end, so one that arrived damaged or in part is found here.
   * @throws KubestairError SNAPSHOT_HASH, SCRATCH_*
   */
  startEtcd(signal: AbortSignal): Promise<EtcdKeys>;
  /** @throws KubestairError SCRATCH_UNAVAILABLE, and SCRATCH_FAILED with its last words */
  startApiServer(
    version: VersionText,
    settings: ApiServerSettings,
    encryption: EncryptionConfiguration | undefined,
    /** Why it will never be ready, by what it says. */
    hopeless: (line: string) => KubestairError | undefined,
    signal: AbortSignal,
  ): Promise<ScratchApiServer>;
  close(): Promise<void>;
}

const API_PORT = 6443;
const GIB = 1024 ** 3;

export function openScratch(deps: ScratchDeps): Scratch {
  const { machine } = deps;
  const inside = (file: string): string => `${machine.directory}/${file}`;
  const token = randomBytes(24).toString('hex');
  deps.log.mask(token);
  let servers = 0;

  return {
    place: machine.name,

    receive: (snapshot, signal) => machine.keep(SNAPSHOT, snapshot, signal),

    async startEtcd(signal) {
      await restoreSnapshot(machine, signal);
      const service = await startEtcd(machine, signal);
      const keys = deps.clients.openKeys(service.socketPath);
      await untilReady(deps, 'etcd', service, () => keys.countAt(0n, signal), signal);
      return keys;
    },

    async startApiServer(version, settings, encryption, hopeless, signal) {
      const program = await machine.program('kube-apiserver', version, signal);
      if (servers === 0) await keepSecrets(machine, token, encryption, signal);
      const port = API_PORT + servers;
      servers += 1;
      const name = `apiserver${servers}`;
      const command = [program, ...apiServerFlags(inside, name, port, settings, encryption)];
      const service = await machine.start({ name, command, port, memoryBytes: 4 * GIB }, signal);
      const title = `kube-apiserver ${version}`;
      const certificate = await untilReady(
        deps,
        title,
        service,
        () => readCertificate(machine, name, signal),
        signal,
      );
      const { socketPath } = service;
      const kube = deps.clients.openKube({
        name: `the scratch ${title} on ${machine.name}`,
        socketPath,
        certificate,
        token,
      });
      await untilReady(deps, title, service, () => readiness(kube, signal), signal, hopeless);
      return {
        version,
        kube,
        async stop() {
          await kube.close();
          await service.stop();
        },
      };
    },

    close: () => machine.close(),
  };
}
