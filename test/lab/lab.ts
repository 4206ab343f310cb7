import { mkdir, rm } from 'node:fs/promises';
import { ensureBase } from './base.ts';
import { waitForCalm } from './calm.ts';
import { down } from './down.ts';
import { LabError } from './errors.ts';
import { ensureHost, isHostOn } from './host.ts';
import { prepareKernel } from './kernel.ts';
import { makeCluster } from './kubeadm.ts';
import { ensureMaterial, type Material } from './material.ts';
import { ensureBridge, ensurePodRoutes, isSlotInUse } from './network.ts';
import { ensureDebianPackages, machinePackages } from './packages.ts';
import { cacheDir } from './parts/cache.ts';
import { withLock } from './parts/lock.ts';
import type { Progress } from './parts/progress.ts';
import { labPaths } from './paths.ts';
import { bootCluster, bootHosts } from './power.ts';
import { notePid } from './processes.ts';
import { type Stage, stagesFor } from './progress.ts';
import { serviceAddress, serviceStatus, serviceUrl, startServices } from './services.ts';
import { claimSlot } from './slots.ts';
import { makeKeys } from './ssh.ts';
import { type LabState, newSecrets, readState, writeState } from './state.ts';
import { layOut } from './topology.ts';
import { defaultVersion, nextVersion, requireVersion } from './versions.ts';
import { ensureVolume, requireDisk } from './volume.ts';

export interface UpOptions {
  readonly name?: string | undefined;
  readonly controlPlanes?: number | undefined;
  readonly workers?: number | undefined;
  /** Hosts of their own for etcd: 1 or 3; none if left out. */
  readonly etcdHosts?: number | undefined;
  /** Hosts that are up and not joined; none if left out. */
  readonly spares?: number | undefined;
  readonly version?: string | undefined;
  /** Further versions whose packages and images can be had; the next minor if left out. */
  readonly also?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export const defaultName = 'lab';

/** Brings a lab up: hosts, network, services and the cluster. One that is there already is started again. */
export async function up(options: UpOptions, progress: Progress): Promise<LabState> {
  requireRoot();
  const name = options.name ?? defaultName;
  return withLock(labPaths(name).dir, progress, options.signal, () => upAlone(name, options, progress));
}

async function upAlone(name: string, options: UpOptions, progress: Progress): Promise<LabState> {
  const saved = await readState(name);
  if (saved?.ready) sameAs(saved, options);
  if (saved?.ready && (await isRunning(saved))) return saved;
  if (saved !== undefined && !saved.ready) {
    progress(`lab ${name} was not finished the last time: starting it anew`);
    await down(name, progress);
  }
  const state = saved?.ready ? saved : await newState(name, options);
  const { builder } = labPaths(name);
  await notePid(builder, process.pid);
  try {
    return await build(state, progress, options.signal);
  } finally {
    await rm(builder, { force: true });
  }
}

async function build(
  state: LabState,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<LabState> {
  const stage = stagesFor(progress);
  await stage('machine ready', () => prepareMachine(state, progress));
  const material = await stage('parts, packages and images there', () =>
    ensureMaterial(state.version, state.versions, progress, signal),
  );
  await stage('network and services up', () => startSurroundings(state, material, progress));
  if (state.ready) await bootCluster(state, stage, signal);
  else await create(state, material, stage, signal);
  return { ...state, ready: true };
}

// Whether nothing of a lab has to be started. What its cluster is like is another matter: a test may have
// left it in ruins, and a reset is what helps then.
async function isRunning(state: LabState): Promise<boolean> {
  const paths = labPaths(state.name);
  const hosts = await Promise.all(state.hosts.map((host) => isHostOn(paths, host.name)));
  const services = await serviceStatus(state, paths);
  return hosts.every((on) => on) && services.every((service) => service.pid !== undefined);
}

async function create(
  state: LabState,
  material: Material,
  stage: Stage,
  signal: AbortSignal | undefined,
): Promise<void> {
  const paths = labPaths(state.name);
  await makeKeys(state, paths);
  const base = await stage(`base with Kubernetes ${state.version} made`, () =>
    ensureBase(state, paths, {
      ...material,
      aptUrl: serviceUrl(state.slot, 'apt'),
      registry: serviceAddress(state.slot, 'registry'),
    }),
  );
  await stage(`made ${state.hosts.map((host) => host.name).join(', ')}`, async () => {
    for (const host of state.hosts) await ensureHost(state, host, base, material.etcd);
  });
  const boots = await stage('hosts booted', () => bootHosts(state, state.hosts, signal));
  await makeCluster(state, stage);
  await stage('nodes Ready and pods calm', () => waitForCalm(state, boots, signal));
  await writeState({ ...state, ready: true });
}

async function newState(name: string, options: UpOptions): Promise<LabState> {
  const version = requireVersion(options.version ?? defaultVersion);
  const next = nextVersion(version);
  const also = options.also ?? (next === undefined ? [] : [next]);
  const versions = [...new Set([version, ...also.map(requireVersion)])];
  const { controlPlanes = 1, workers = 2, spares = 0, etcdHosts = 0 } = options;
  const shape = { controlPlanes, workers, spares, etcdHosts };
  layOut(0, shape);
  labPaths(name);
  const slot = await claimSlot(name, isSlotInUse);
  const hosts = layOut(slot, shape);
  const state = { name, slot, version, versions, hosts, secrets: newSecrets(), ready: false };
  await writeState(state);
  return state;
}

// A lab that stands keeps its shape; to be told so is better than to get another one than asked for.
function sameAs(state: LabState, options: UpOptions): void {
  const count = (role: string): number => state.hosts.filter((host) => host.role === role).length;
  const differs =
    (options.version !== undefined && requireVersion(options.version) !== state.version) ||
    (options.controlPlanes !== undefined && options.controlPlanes !== count('control-plane')) ||
    (options.workers !== undefined && options.workers !== count('worker')) ||
    (options.spares !== undefined && options.spares !== count('spare')) ||
    (options.etcdHosts !== undefined && options.etcdHosts !== count('etcd'));
  if (!differs) return;
  throw new LabError(
    `lab ${state.name} is there at ${state.version} with control planes: ${count('control-plane')}, workers: ${count('worker')}, spares: ${count('spare')}, hosts of etcd: ${count('etcd')}; take it down first: lab down --name ${state.name}`,
  );
}

async function prepareMachine(state: LabState, progress: Progress): Promise<void> {
  await mkdir(cacheDir(), { recursive: true });
  // What a host writes in an upgrade, besides what all hosts share. The parts ask for their own room.
  await requireDisk(cacheDir(), 6 + 2 * state.hosts.length);
  await ensureDebianPackages(machinePackages, progress);
  await prepareKernel();
}

async function startSurroundings(state: LabState, material: Material, progress: Progress): Promise<void> {
  const paths = labPaths(state.name);
  await ensureVolume(paths, progress);
  await ensureBridge(state.slot);
  await ensurePodRoutes(state);
  await startServices(state, paths, material);
}

function requireRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new LabError(
    'the lab boots system containers and makes networks: run it as root, for example with sudo -E',
  );
}
