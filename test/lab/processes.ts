import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Detached {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly pidFile: string;
  readonly logFile: string;
}

/** Starts a process that outlives this one and notes its id. */
export async function startDetached(spec: Detached): Promise<void> {
  const log = openSync(spec.logFile, 'a');
  try {
    const [program = '', ...args] = spec.command;
    const child = spawn(program, args, {
      detached: true,
      cwd: '/',
      env: { ...process.env, ...spec.env },
      stdio: ['ignore', log, log],
    });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => resolve(child.pid ?? 0));
    });
    child.unref();
    await notePid(spec.pidFile, pid);
  } finally {
    closeSync(log);
  }
}

/** Notes a process in a pid file, in a way that a later one with the same id does not match. */
export async function notePid(pidFile: string, pid: number): Promise<void> {
  await writeFile(pidFile, `${pid} ${await startTime(pid)}\n`);
}

/** The id of the process that a pid file names, if it is still that process. */
export async function livePid(pidFile: string): Promise<number | undefined> {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const [pid, started] = text.trim().split(' ');
  if (pid === undefined || pid === '' || started === undefined) return undefined;
  return (await startTime(Number(pid))) === started ? Number(pid) : undefined;
}

/** Ends the process that a pid file names, by force if it does not go by itself. Safe to repeat. */
export async function stopDetached(pidFile: string, graceMs = 3000): Promise<void> {
  const deadline = performance.now() + graceMs;
  let signal: NodeJS.Signals = 'SIGTERM';
  for (;;) {
    const pid = await livePid(pidFile);
    if (pid === undefined) break;
    if (performance.now() > deadline) signal = 'SIGKILL';
    sendSignal(pid, signal);
    await sleep(100);
  }
  await rm(pidFile, { force: true });
}

/** Signals a process; one that is gone already is fine. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause;
  }
}

// Ids are used again. A process is the same one only if it started at the same tick.
// A zombie has ended: only its parent has not looked yet.
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}
