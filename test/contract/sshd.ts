import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './support/server.ts';

const SSHD = '/usr/sbin/sshd';

export interface Sshd {
  readonly port: number;
  /** `type base64` of the server's own key, as known_hosts has it after the name. */
  readonly hostKey: string;
  stop(): Promise<void>;
}

/** A private directory with a user key, and any number of real SSH servers on loopback that accept it. */
export interface SshLab {
  readonly directory: string;
  readonly identityFile: string;
  start(options?: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly port?: number;
  }): Promise<Sshd>;
  writeKnownHosts(
    name: string,
    entries: readonly { readonly port: number; readonly hostKey: string }[],
  ): string;
  stop(): Promise<void>;
}

export function makeSshLab(): SshLab {
  if (!existsSync(SSHD)) throw new Error(`${SSHD} is missing: install openssh-server`);
  // sshd separates privileges in this directory; packages make it when the service starts.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const directory = mkdtempSync(path.join(tmpdir(), 'sshd-'));
  const identityFile = makeKey(directory, 'user');
  const running: Sshd[] = [];
  return {
    directory,
    identityFile,
    async start({ environment = {}, port } = {}) {
      const sshd = await startSshd(
        directory,
        identityFile,
        port ?? (await freePort()),
        environment,
        running.length,
      );
      running.push(sshd);
      return sshd;
    },
    writeKnownHosts(name, entries) {
      const file = path.join(directory, name);
      writeFileSync(file, entries.map(({ port, hostKey }) => `[127.0.0.1]:${port} ${hostKey}\n`).join(''));
      return file;
    },
    async stop() {
      await Promise.all(running.map((sshd) => sshd.stop()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function startSshd(
  directory: string,
  identityFile: string,
  port: number,
  environment: Readonly<Record<string, string>>,
  index: number,
): Promise<Sshd> {
  const key = makeKey(directory, `host${index}`);
  const config = path.join(directory, `sshd${index}.conf`);
  const setEnv = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  writeFileSync(
    config,
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${key}`,
      `AuthorizedKeysFile ${identityFile}.pub`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      ...(setEnv.length > 0 ? [`SetEnv ${setEnv.join(' ')}`] : []),
      '',
    ].join('\n'),
  );
  const child = spawn(SSHD, ['-D', '-e', '-f', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  for (let look = 0; !(await answers(port)); look += 1) {
    if (child.exitCode !== null || look > 100) throw new Error(`sshd did not start: ${log}`);
    await sleep(50);
  }
  const hostKey = readFileSync(`${key}.pub`, 'utf8').split(' ').slice(0, 2).join(' ').trim();
  return { port, hostKey, stop: () => stop(child) };
}

// Connections are served by children of their own, which would outlive the listener.
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  for (const pid of childrenOf(child.pid)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout.split(/\s+/).filter(Boolean).map(Number);
}

function makeKey(directory: string, name: string): string {
  const file = path.join(directory, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
  return file;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
