import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { KubestairError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { CommandResult, Host } from '../../../src/ports/host.ts';
import type { StepContext } from '../../../src/providers/provider.ts';

/**
 * A host whose scripts really run through sh, in a directory of their own: what they keep and change is below it, and
 * commands that would touch a system are stand-ins of the test.
 */
export interface LocalHost extends Host {
  readonly directory: string;
  /** Puts a command of that name first in PATH. */
  command(name: string, script: string): void;
  /** Every call of a stand-in so far that wrote to `$CALLS`. */
  calls(): readonly string[];
  read(file: string): string;
  write(file: string, content: string): void;
}

export function localHost(name = 'w1'): LocalHost {
  const directory = mkdtempSync(path.join(tmpdir(), 'host-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const bin = path.join(directory, 'bin');
  const callsFile = path.join(directory, 'calls');
  mkdirSync(bin);
  writeFileSync(callsFile, '');
  const inside = (file: string) => path.join(directory, file);
  const command = (commandName: string, script: string) => {
    writeFileSync(path.join(bin, commandName), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(bin, commandName), 0o755);
  };
  // What systemd does for a transient unit: one of a name at a time, apart from whoever started it.
  command(
    'systemd-run',
    `echo "systemd-run $*" >>"$CALLS"
for last; do :; done
unit=$(dirname "$last")
if [ "$(systemctl show "$(basename "$unit").service")" = active ]; then echo "Unit was already loaded" >&2; exit 1; fi
setsid /bin/sh "$last" >/dev/null 2>&1 </dev/null 9>&- &
echo $! >"$unit/pid"`,
  );
  command(
    'systemctl',
    `case "$1" in
  show)
    for last; do :; done
    pid=$(cat "${directory}/var/lib/kubestair/units/\${last%.service}/pid" 2>/dev/null)
    # One question: a zombie may be taken away between two.
    if [ -n "$pid" ] && grep -qs '^State:.[^Z]' /proc/$pid/status; then echo active; else echo inactive; fi ;;
esac`,
  );
  const run = (script: string, allowFailure: boolean): Promise<CommandResult> => {
    const own = script
      .replaceAll('/var/lib/kubestair', inside('var/lib/kubestair'))
      .replaceAll('/var/lib/kubelet', inside('var/lib/kubelet'))
      .replaceAll('/etc/apt', inside('etc/apt'))
      .replaceAll('/etc/yum.repos.d', inside('etc/yum.repos.d'))
      .replaceAll('/etc/dnf', inside('etc/dnf'))
      .replaceAll('/etc/containerd', inside('etc/containerd'))
      .replaceAll('/usr/lib/apt/apt-helper', 'apt-helper')
      .replaceAll('export PATH=', `export CALLS=${callsFile} PATH=${bin}:`);
    return new Promise((resolve, reject) => {
      const env = { PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`, CALLS: callsFile, HOME: directory };
      const child = execFile('sh', ['-s'], { env }, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : Number(error.code ?? 1);
        if (exitCode === 0 || allowFailure) return resolve({ exitCode, stdout, stderr });
        return reject(new KubestairError('HOST_COMMAND', `exit code ${exitCode}: ${stderr}`));
      });
      child.stdin?.end(`{\n${own}\n} </dev/null\n`);
    });
  };
  return {
    name,
    target: `ops@${name}:22`,
    directory,
    command,
    calls: () => readFileSync(callsFile, 'utf8').split('\n').filter(Boolean),
    read: (file) => readFileSync(inside(file), 'utf8'),
    write(file, content) {
      mkdirSync(path.dirname(inside(file)), { recursive: true });
      writeFileSync(inside(file), content);
    },
    run: (script, options = {}) => run(script, options.allowFailure === true),
    stream: () => {
      throw new Error('no streams here');
    },
    send: () => Promise.reject(new Error('nothing is sent here')),
    tunnel: () => Promise.reject(new Error('no tunnels here')),
    close: async () => {},
  };
}

/** A clock whose sleeps take at most so much real time, and their full length of its own. */
export function quickClock(realMilliseconds = 15): Clock {
  let now = Date.parse('2026-11-21T09:00:00Z');
  return {
    now: () => new Date(now),
    monotonic: () => now,
    async sleep(milliseconds, signal) {
      await delay(Math.min(milliseconds, realMilliseconds));
      signal?.throwIfAborted();
      now += milliseconds;
    },
  };
}

export interface Told extends StepContext {
  readonly said: string[];
  readonly notes: string[];
}

export function told(signal: AbortSignal = new AbortController().signal): Told {
  const said: string[] = [];
  const notes: string[] = [];
  return {
    runId: 'run-1',
    epoch: 1,
    said,
    notes,
    say: (line) => said.push(line),
    note: (line) => notes.push(line),
    signal,
  };
}
