import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { EncryptionConfiguration } from '../backup/encryption.ts';
import type { VersionText } from '../cluster/observation.ts';
import { KubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { EtcdKeys } from '../ports/etcd-keys.ts';
import type { Kube } from '../ports/kube.ts';
import type { Log } from '../ports/log.ts';
import type { RunningService, ScratchMachine } from '../ports/scratch-machine.ts';
import type { ApiServerSettings } from './api-server-flags.ts';

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

const ETCD_PORT = 2379;
const PEER_PORT = 2380;
const API_PORT = 6443;
const READY_SECONDS = 180;
const POLL_MILLISECONDS = 250;
const GIB = 1024 ** 3;
const SNAPSHOT = 'snapshot.db';
const DATA = 'etcd-data';
const ENCRYPTION = 'encryption.yaml';
const TOKENS = 'tokens.csv';
const SIGNING_KEY = 'service-accounts.key';

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
      await restore(deps, signal);
      const service = await startEtcd(deps, signal);
      const keys = deps.clients.openKeys(service.socketPath);
      await untilReady(deps, 'etcd', service, () => keys.countAt(0n, signal), signal);
      return keys;
    },

    async startApiServer(version, settings, encryption, hopeless, signal) {
      const program = await machine.program('kube-apiserver', version, signal);
      if (servers === 0) await keepSecrets(deps, token, encryption, signal);
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

async function restore({ machine }: ScratchDeps, signal: AbortSignal): Promise<void> {
  const etcdutl = await machine.program('etcdutl', undefined, signal);
  const file = `${machine.directory}/${SNAPSHOT}`;
  const flags = [`--data-dir=${machine.directory}/${DATA}`, ...MEMBER];
  const { exitCode, lines } = await machine.run([etcdutl, 'snapshot', 'restore', file, ...flags], signal);
  if (exitCode !== 0) throw notRestored(machine, lines);
  await machine.remove(SNAPSHOT, signal);
}

const MEMBER = [
  '--name=scratch',
  `--initial-cluster=scratch=http://127.0.0.1:${PEER_PORT}`,
  `--initial-advertise-peer-urls=http://127.0.0.1:${PEER_PORT}`,
];

async function startEtcd({ machine }: ScratchDeps, signal: AbortSignal): Promise<RunningService> {
  const client = `http://127.0.0.1:${ETCD_PORT}`;
  const command = [
    await machine.program('etcd', undefined, signal),
    ...MEMBER,
    `--data-dir=${machine.directory}/${DATA}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=http://127.0.0.1:${PEER_PORT}`,
    // Nothing of it is to last, and the members of the cluster may write to the same disk.
    '--unsafe-no-fsync',
    // The history that the snapshot carries has to stay.
    '--auto-compaction-retention=0',
    `--quota-backend-bytes=${64 * GIB}`,
    '--log-level=warn',
  ];
  return machine.start({ name: 'etcd', command, port: ETCD_PORT, memoryBytes: 8 * GIB }, signal);
}

/** An API server that changes as little as it can, calls no webhooks, and lets in whoever has the token. */
function apiServerFlags(
  inside: (file: string) => string,
  name: string,
  port: number,
  { flags, etcdPrefix }: ApiServerSettings,
  encryption: EncryptionConfiguration | undefined,
): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${ETCD_PORT}`,
    `--etcd-prefix=${etcdPrefix}`,
    '--etcd-compaction-interval=0',
    // Every list is read at one old revision, from etcd: a cache would take memory, and time to fill.
    '--watch-cache=false',
    '--advertise-address=127.0.0.1',
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${inside(name)}`,
    '--endpoint-reconciler-type=none',
    '--authorization-mode=AlwaysAllow',
    `--token-auth-file=${inside(TOKENS)}`,
    '--service-account-issuer=https://scratch.invalid',
    `--service-account-key-file=${inside(SIGNING_KEY)}`,
    `--service-account-signing-key-file=${inside(SIGNING_KEY)}`,
    ...flags,
    ...(encryption === undefined ? [] : [`--encryption-provider-config=${inside(ENCRYPTION)}`]),
  ];
}

async function keepSecrets(
  { machine }: ScratchDeps,
  token: string,
  encryption: EncryptionConfiguration | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const key = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  await machine.keepText(SIGNING_KEY, key, signal);
  if (encryption !== undefined) await machine.keepText(ENCRYPTION, encryption.text, signal);
  await machine.keepText(TOKENS, `${token},kubestair,1,system:masters\n`, signal);
}

/** It makes one for itself, which may be half written. */
async function readCertificate(machine: ScratchMachine, name: string, signal: AbortSignal): Promise<string> {
  const text = await machine.readText(`${name}/apiserver.crt`, signal);
  if (!text.trimEnd().endsWith('-----END CERTIFICATE-----')) throw new Error('no whole certificate yet');
  return text;
}

async function readiness(kube: Kube, signal: AbortSignal): Promise<void> {
  // Its answer is no JSON.
  for await (const _chunk of await kube.stream({ path: '/readyz', retries: 0, signal }));
}

/** Asks until there is an answer; a program that has ended will not give one. */
async function untilReady<T>(
  { machine, clock }: ScratchDeps,
  title: string,
  service: RunningService,
  ask: () => Promise<T>,
  signal: AbortSignal,
  hopeless: (line: string) => KubestairError | undefined = () => undefined,
): Promise<T> {
  const deadline = clock.monotonic() + READY_SECONDS * 1000;
  for (;;) {
    try {
      return await ask();
    } catch (thrown) {
      signal.throwIfAborted();
      const { running, lines } = await service.look(signal);
      for (const line of lines) {
        const error = hopeless(line);
        if (error !== undefined) throw error;
      }
      const late = clock.monotonic() >= deadline;
      if (!running || late) {
        throw notStarted(
          machine,
          title,
          running ? `is not ready after ${READY_SECONDS} s (${thrown})` : 'ended',
          lines,
          thrown,
        );
      }
    }
    await clock.sleep(POLL_MILLISECONDS, signal);
  }
}

function notRestored(machine: ScratchMachine, lines: readonly string[]): KubestairError {
  const words = lines.slice(-3).join('\n');
  if (/expected sha256|integrity check failed/.test(words)) {
    return new KubestairError('SNAPSHOT_HASH', `etcdutl refuses the snapshot: ${words}`, {
      object: machine.name,
      next: 'Run the command again; if it happens again, take another backup.',
    });
  }
  return new KubestairError('SCRATCH_FAILED', `etcdutl did not restore the snapshot: ${words}`, {
    object: machine.name,
    next: 'Look at what it says; an etcdutl of another minor than etcd may not read its snapshot.',
  });
}

function notStarted(
  machine: ScratchMachine,
  title: string,
  how: string,
  lines: readonly string[],
  cause: unknown,
): KubestairError {
  return new KubestairError('SCRATCH_FAILED', `the scratch ${title} ${how}:\n${lines.slice(-5).join('\n')}`, {
    object: machine.name,
    next: 'Its last words say why.',
    cause,
  });
}
