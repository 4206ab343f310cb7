import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePart } from '../../test/lab/parts/parts.ts';

/** Asks the oracle of a release of kubeadm; it is built when the lab's cache has it not. */
export async function askOracle(
  kubernetes: string,
  about: 'policy' | 'corefile' | 'plugins',
  questions: readonly unknown[] = [],
): Promise<unknown> {
  const directory = await ensurePart({ name: 'kubeadm-oracle', version: kubernetes }, console.error);
  const { stdout, stderr, status } = spawnSync(join(directory, 'kubeadm-oracle'), [about], {
    input: JSON.stringify(questions),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`the oracle of kubeadm ${kubernetes} failed: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout);
}
