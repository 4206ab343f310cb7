import path from 'node:path';
import { run } from './command.ts';
import { LabError } from './errors.ts';
import { ensureAptRepository } from './parts/apt.ts';
import { partsForKubernetes } from './parts/catalog.ts';
import { ensureRegistryData } from './parts/images.ts';
import { ensureParts } from './parts/parts.ts';
import type { Progress } from './parts/progress.ts';
import type { PartRef } from './parts/recipes.ts';
import { ensureRootfs } from './rootfs.ts';

/** Everything a lab is made of, built or taken from the cache. */
export interface Material {
  readonly rootfs: string;
  readonly containerd: string;
  readonly etcd: string;
  readonly registryServer: string;
  readonly s3Server: string;
  readonly aptDirectory: string;
  readonly registryDirectory: string;
  readonly pauseImage: string;
}

/** Builds what a lab of that version needs, with packages and images of all versions. */
export async function ensureMaterial(
  version: string,
  versions: readonly string[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<Material> {
  // The parts of all versions at once, so that what is announced is the whole of it.
  const refs = [version, ...versions].flatMap(partsForKubernetes);
  // A root file system waits for the network, builds for the processors: together they take as long as one.
  const [rootfs, parts] = await Promise.all([
    ensureRootfs(progress, signal),
    ensureParts(refs, progress, signal),
  ]);
  const aptDirectory = await ensureAptRepository(versions, progress, signal);
  const registryDirectory = await ensureRegistryData(versions, progress, signal);
  const directory = (name: PartRef['name']): string => directoryOf(name, refs, parts);
  return {
    rootfs,
    containerd: directory('containerd'),
    etcd: directory('etcd'),
    registryServer: directory('registry'),
    s3Server: directory('versitygw'),
    aptDirectory,
    registryDirectory,
    pauseImage: await pauseImageOf(directory('kubernetes'), version),
  };
}

function directoryOf(
  name: PartRef['name'],
  refs: readonly PartRef[],
  parts: ReadonlyMap<string, string>,
): string {
  const ref = refs.find((candidate) => candidate.name === name);
  const directory = ref && parts.get(`${ref.name}@${ref.version}`);
  if (directory !== undefined) return directory;
  throw new LabError(`the lab's parts lack ${name}: name it in partsForKubernetes`);
}

async function pauseImageOf(kubernetes: string, version: string): Promise<string> {
  const args = ['config', 'images', 'list', '--kubernetes-version', `v${version}`];
  const images = (await run(path.join(kubernetes, 'kubeadm'), args)).split('\n');
  const pause = images.find((image) => image.includes('/pause:'));
  if (pause !== undefined) return pause;
  throw new LabError(`kubeadm ${version} names no pause image; its output was: ${images.join(' ')}`);
}
