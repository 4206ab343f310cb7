import { inCgroup } from './cgroup.ts';
import { type RunOptions, run } from './command.ts';

/** Runs a command that belongs to a lab, so that `down` finds and ends it even when its caller is gone. */
export async function runFor(
  lab: string,
  command: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const [program = '', ...args] = [...(await inCgroup(lab, 'work')), ...command];
  return run(program, args, options);
}
