import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { cli } from './kubestair.ts';

/** Runs the built command line and kills it as soon as it begins a step of that title, as nothing can be caught or tidied then. */
export async function killedAt(
  args: readonly string[],
  title: RegExp,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_code, signal) => resolve(signal));
  });
  for await (const printed of createInterface({ input: child.stderr })) {
    console.error(printed);
    // The plan names the step too, without its number.
    if (/^\S*\[\d+\/\d+\]/.test(printed) && title.test(printed)) child.kill('SIGKILL');
  }
  expect(await ended, 'it was killed at work').toBe('SIGKILL');
}
