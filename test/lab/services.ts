import { mkdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { inCgroup } from './cgroup.ts';
import type { LabPaths } from './paths.ts';
import { type Detached, livePid, startDetached } from './processes.ts';
import type { LabState } from './state.ts';
import { gateway } from './topology.ts';
import { HopelessError, waitFor } from './wait.ts';

/** Directories that the services serve or run from. */
export interface ServiceInput {
  readonly aptDirectory: string;
  readonly registryDirectory: string;
  readonly registryServer: string;
  readonly s3Server: string;
}

export interface ServiceStatus {
  readonly name: string;
  readonly url: string;
  readonly pid: number | undefined;
}

const ports = { apt: 8090, registry: 5000, s3: 7070 } as const;

type ServiceName = keyof typeof ports;

const serviceNames: readonly ServiceName[] = ['apt', 'registry', 's3'];

/** Name of the bucket that every lab has. */
export const bucket = 'backups';

/** Where a service of a lab answers, without a scheme. */
export function serviceAddress(slot: number, name: ServiceName): string {
  return `${gateway(slot)}:${ports[name]}`;
}

/** Base URL of a service of a lab. */
export function serviceUrl(slot: number, name: ServiceName): string {
  return `http://${serviceAddress(slot, name)}`;
}

/** Starts the package repository, the image registry and the object store, unless they run. */
export async function startServices(state: LabState, paths: LabPaths, input: ServiceInput): Promise<void> {
  await mkdir(paths.services, { recursive: true });
  // The store takes directories as buckets.
  await mkdir(path.join(paths.s3, bucket), { recursive: true });
  for (const name of serviceNames) await startService(name, state, paths, input);
}

/** What the services of a lab are doing. */
export async function serviceStatus(state: LabState, paths: LabPaths): Promise<readonly ServiceStatus[]> {
  return Promise.all(
    serviceNames.map(async (name) => ({
      name,
      url: serviceUrl(state.slot, name),
      pid: await livePid(pidFile(paths, name)),
    })),
  );
}

async function startService(
  name: ServiceName,
  state: LabState,
  paths: LabPaths,
  input: ServiceInput,
): Promise<void> {
  if ((await livePid(pidFile(paths, name))) !== undefined) return;
  const logFile = path.join(paths.services, `${name}.log`);
  const { command, env } = commandOf(name, state, paths, input);
  const grouped = [...(await inCgroup(state.name, name)), ...command];
  await startDetached({ command: grouped, env, pidFile: pidFile(paths, name), logFile });
  await waitFor(`the start of the ${name} service`, () => answers(name, state, paths, logFile), {
    timeoutMs: 20_000,
    everyMs: 100,
  });
}

function commandOf(
  name: ServiceName,
  state: LabState,
  paths: LabPaths,
  input: ServiceInput,
): Pick<Detached, 'command' | 'env'> {
  const address = serviceAddress(state.slot, name);
  if (name === 'apt') {
    const program = path.join(import.meta.dirname, 'apt-server.ts');
    const [host = '', port = ''] = address.split(':');
    return { command: [process.execPath, program, input.aptDirectory, host, port] };
  }
  if (name === 'registry') {
    const program = path.join(input.registryServer, 'registry');
    return { command: [program, '--listen', address, '--root', input.registryDirectory] };
  }
  const env = { ROOT_ACCESS_KEY: state.secrets.accessKey, ROOT_SECRET_KEY: state.secrets.secretKey };
  return { command: [path.join(input.s3Server, 'versitygw'), '--listen', address, '--root', paths.s3], env };
}

async function answers(
  name: ServiceName,
  state: LabState,
  paths: LabPaths,
  logFile: string,
): Promise<true | undefined> {
  if ((await livePid(pidFile(paths, name))) === undefined) {
    const log = (await readFile(logFile, 'utf8')).trim().split('\n');
    throw new HopelessError(`the ${name} service ended: ${log.at(-1) ?? ''}; see ${logFile}`);
  }
  return (await accepts(gateway(state.slot), ports[name])) ? true : undefined;
}

async function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function pidFile(paths: LabPaths, name: ServiceName): string {
  return path.join(paths.services, `${name}.pid`);
}
