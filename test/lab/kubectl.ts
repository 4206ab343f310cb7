import { existsSync } from 'node:fs';
import path from 'node:path';
import { type RunOptions, run } from './command.ts';
import { LabError } from './errors.ts';
import { labPaths } from './paths.ts';
import type { LabState } from './state.ts';

export interface KubectlCommand {
  readonly command: string;
  readonly env: { readonly KUBECONFIG: string };
}

/** The kubectl of the version that the lab was made with, and the environment that points it at the lab. */
export function kubectlCommand(state: LabState): KubectlCommand {
  const paths = labPaths(state.name);
  if (!existsSync(paths.kubeconfig)) {
    throw new LabError(`lab ${state.name} has no cluster yet; start it with: lab up --name ${state.name}`);
  }
  // The packages that the hosts have were installed in their base, and a Go program runs anywhere.
  const command = path.join(paths.volume, 'base/usr/bin/kubectl');
  return { command, env: { KUBECONFIG: paths.kubeconfig } };
}

/** Runs kubectl against the lab's cluster and returns what it printed. */
export async function kubectl(
  state: LabState,
  args: readonly string[],
  options: Omit<RunOptions, 'env'> = {},
): Promise<string> {
  const { command, env } = kubectlCommand(state);
  return run(command, args, { ...options, env });
}

/** Runs `kubectl get -o json` and returns the items of the list that it prints. */
export async function getItems<T>(state: LabState, args: readonly string[]): Promise<readonly T[]> {
  const text = await kubectl(state, ['get', ...args, '-o', 'json', '--request-timeout=10s']);
  return (JSON.parse(text) as { readonly items: readonly T[] }).items;
}
