import { KubestairError } from '../errors.ts';
import type { RunningService, ScratchMachine } from '../ports/scratch-machine.ts';

const ETCD_PORT = 2379;
/** Where the API servers of a scratch control plane find etcd. */
export const SCRATCH_ETCD = `http://127.0.0.1:${ETCD_PORT}`;
/** What the snapshot is kept as on the machine. */
export const SNAPSHOT = 'snapshot.db';
const PEER_PORT = 2380;
const GIB = 1024 ** 3;
const DATA = 'etcd-data';

/** Makes the data of etcd from the snapshot that the machine keeps, which it needs no more then. @throws KubestairError SNAPSHOT_HASH, SCRATCH_* */
export async function restoreSnapshot(machine: ScratchMachine, signal: AbortSignal): Promise<void> {
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

/** Starts etcd on that data. @throws KubestairError SCRATCH_* */
export async function startEtcd(machine: ScratchMachine, signal: AbortSignal): Promise<RunningService> {
  const command = [
    await machine.program('etcd', undefined, signal),
    ...MEMBER,
    `--data-dir=${machine.directory}/${DATA}`,
    `--listen-client-urls=${SCRATCH_ETCD}`,
    `--advertise-client-urls=${SCRATCH_ETCD}`,
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
