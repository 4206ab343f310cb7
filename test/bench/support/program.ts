import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProgramResult {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

const LOOK_MILLISECONDS = 10;
/** USER_HZ, 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Runs a program to its end, its output thrown away. */
export async function runProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  const started = performance.now();
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const watch = watchProcess(child.pid ?? 0);
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  const seconds = (performance.now() - started) / 1000;
  const seen = watch.stop();
  if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} ended with exit code ${code}`);
  return { seconds, ...seen };
}

/** Watches what a process of ours uses, from the outside. */
export function watchProcess(pid: number): { stop(): Pick<ProgramResult, 'cpuSeconds' | 'peakBytes'> } {
  const cpuBefore = cpuSecondsOf(pid);
  let seen = { cpuSeconds: 0, peakBytes: 0 };
  const look = (): void => {
    try {
      const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      seen = {
        cpuSeconds: cpuSecondsOf(pid) - cpuBefore,
        peakBytes: Math.max(seen.peakBytes, Number(peak ?? 0) * 1024),
      };
    } catch {
      // It has ended.
    }
  };
  const timer = setInterval(look, LOOK_MILLISECONDS);
  return {
    stop() {
      clearInterval(timer);
      look();
      return seen;
    },
  };
}

function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold blanks; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
