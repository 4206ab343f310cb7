import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { attempt, lastWords, type RunOptions, type RunResult, run } from './command.ts';
import { LabError } from './errors.ts';
import { type LabPaths, labPaths } from './paths.ts';
import type { LabHost, LabState } from './state.ts';
import { hostNamed } from './topology.ts';

/** The unprivileged user whom users of the lab log in as; sudo asks no password. */
export const user = 'ops';

/** Makes the lab's key pair and a host key for each host, and writes known_hosts from the real keys. */
export async function makeKeys(state: LabState, paths: LabPaths): Promise<void> {
  await mkdir(paths.ssh, { recursive: true, mode: 0o700 });
  await makeKey(paths.key, `kubestair-lab-${state.name}`);
  const lines: string[] = [];
  for (const host of state.hosts) {
    const key = hostKeyPath(paths, host);
    await makeKey(key, host.name);
    const [type, value] = (await readFile(`${key}.pub`, 'utf8')).split(' ');
    lines.push(`${host.name},${host.address} ${type} ${value}`);
  }
  await writeFile(paths.knownHosts, `${lines.join('\n')}\n`);
}

/** The private host key of a host. */
export function hostKeyPath(paths: LabPaths, host: LabHost): string {
  return path.join(paths.ssh, `host_${host.name}`);
}

/** Arguments that bring ssh to a host as the lab's user. */
export function sshArguments(paths: LabPaths, host: LabHost): readonly string[] {
  const options = {
    BatchMode: 'yes',
    ConnectTimeout: '15',
    IdentitiesOnly: 'yes',
    LogLevel: 'ERROR',
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: paths.knownHosts,
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return ['-F', 'none', '-i', paths.key, ...flags, `${user}@${host.address}`];
}

/** Runs a bash script as root on a host and returns what it printed, whatever its exit code. */
export async function tryOnHost(
  state: LabState,
  hostName: string,
  script: string,
  options: Omit<RunOptions, 'input'> = {},
): Promise<RunResult> {
  const args = sshArguments(labPaths(state.name), hostNamed(state, hostName));
  return attempt('ssh', [...args, 'sudo bash -euo pipefail -s'], { ...options, input: script });
}

/** Runs a bash script as root on a host; a failing script is an error. */
export async function onHost(
  state: LabState,
  hostName: string,
  script: string,
  options: Omit<RunOptions, 'input'> = {},
): Promise<string> {
  const result = await tryOnHost(state, hostName, script, options);
  if (result.code === 0) return result.stdout;
  throw new LabError(`on ${hostName}: ${lastWords(result)}; look there with: lab ssh ${hostName}`);
}

/** Logs in to a host and out again; not getting in is an error. */
export async function tryLogin(state: LabState, host: LabHost, signal?: AbortSignal): Promise<true> {
  const args = sshArguments(labPaths(state.name), host);
  await run('ssh', [...args, 'true'], { signal, timeoutMs: 8000 });
  return true;
}

async function makeKey(file: string, comment: string): Promise<void> {
  const there = await readFile(`${file}.pub`).then(
    () => true,
    () => false,
  );
  if (there) return;
  // ssh-keygen asks before it overwrites what an interrupted run left.
  await rm(file, { force: true });
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file]);
  await chmod(file, 0o600);
}
