import { spawn } from 'node:child_process';
import { inCgroup } from './cgroup.ts';
import { clearCgroup } from './cgroup-processes.ts';
import { messageOf } from './errors.ts';
import { removeHostLink } from './network.ts';

// Runs as a program of its own: node supervise.ts LAB SLOT HOST COMMAND ARGUMENTS…
// It keeps one host running across its own reboots and ends when the host is switched off.

const rebootCode = 133;

async function runOnce(
  command: string,
  args: readonly string[],
  onStop: (stop: () => void) => void,
): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit' });
  onStop(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 0) : 128));
  });
}

async function supervise(
  lab: string,
  slot: number,
  host: string,
  command: readonly string[],
): Promise<number> {
  let stopping = false;
  let stopChild = (): void => undefined;
  process.on('SIGTERM', () => {
    stopping = true;
    stopChild();
  });
  for (;;) {
    // A machine forgets its control groups when it reboots. With those of the last boot still there, the
    // kubelet would look for the containers of each for seconds.
    await clearCgroup(lab, host);
    await removeHostLink(slot, host);
    const [program = '', ...args] = [...(await inCgroup(lab, host)), ...command];
    const code = await runOnce(program, args, (stop) => {
      stopChild = stop;
    });
    console.log(`${new Date().toISOString()} the host ended with code ${code}`);
    if (code !== rebootCode || stopping) return code;
  }
}

const [lab = '', slot = '', host = '', ...command] = process.argv.slice(2);
try {
  process.exitCode = await supervise(lab, Number(slot), host, command);
} catch (cause) {
  console.error(messageOf(cause));
  process.exitCode = 1;
}
