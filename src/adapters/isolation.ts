import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { KubestairError } from '../errors.ts';
import { type SupervisorEvent, type SupervisorOrder, supervise } from './scratch-supervisor.ts';

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Programs in a network namespace of their own on this machine. */
export interface Isolation {
  send(order: SupervisorOrder): void;
  onEvent(listener: (event: SupervisorEvent) => void): void;
  /** Settles when nothing runs in it any more. */
  readonly ended: Promise<void>;
  /** Ends everything in it. */
  close(): Promise<void>;
}

const SPACES = ['--net', '--pid', '--fork', '--kill-child'];
const LOOPBACK = 'ip link set lo up && exec';

/**
 * Opens a network namespace with nothing but a loopback interface in it: as root, as root of a user namespace, or through sudo,
 * whichever this machine allows.
 * @throws KubestairError SCRATCH_UNAVAILABLE with what each way said
 */
export async function openIsolation(): Promise<Isolation> {
  const problems: string[] = [];
  for (const way of waysIn(process.getuid?.() ?? 0, process.getgid?.() ?? 0)) {
    const opened = await tryWay(way);
    if (typeof opened !== 'string') return opened;
    problems.push(`${way.slice(0, 3).join(' ')}: ${opened}`);
  }
  throw new KubestairError(
    'SCRATCH_UNAVAILABLE',
    `this machine gives no network namespace, and without one a scratch API server could call webhooks of the cluster (${problems.join('; ')})`,
    { next: 'Run it where unshare or sudo work, or without --binaries on a control-plane host.' },
  );
}

function waysIn(uid: number, gid: number): readonly (readonly string[])[] {
  const asRoot = ['unshare', ...SPACES, 'sh', '-c', `${LOOPBACK} "$@"`, 'sh'];
  if (uid === 0) return [asRoot];
  const asUser = `${LOOPBACK} setpriv --reuid=${uid} --regid=${gid} --clear-groups "$@"`;
  return [
    ['unshare', '--map-root-user', ...asRoot.slice(1)],
    ['sudo', '-n', 'unshare', ...SPACES, 'sh', '-c', asUser, 'sh'],
  ];
}

async function tryWay([command = '', ...args]: readonly string[]): Promise<Isolation | string> {
  const text = `(${supervise})()`;
  const child: Child = spawn(command, [...args, process.execPath, '--eval', text], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    said = (said + more).slice(-2000);
  });
  // A supervisor that is gone closes its pipe; its end says so.
  child.stdin.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      said += error.message;
      resolve();
    });
  });
  const listeners = new Set<(event: SupervisorEvent) => void>();
  const ready = Promise.withResolvers<'ready'>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as SupervisorEvent;
    if (event.event === 'ready') ready.resolve('ready');
    for (const listener of listeners) listener(event);
  });
  const outcome = await Promise.race([ready.promise, ended.then(() => 'ended' as const)]);
  if (outcome === 'ended') return said.trim().split('\n').at(-1) || 'it ended without a word';
  return {
    send: (order) => void child.stdin.write(`${JSON.stringify(order)}\n`),
    onEvent: (listener) => void listeners.add(listener),
    ended,
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
