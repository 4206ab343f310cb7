import { cp, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { contentKey, ensureDirectory } from './cache.ts';
import { toolPart } from './catalog.ts';
import { type Layer, writeImage, writeLayer } from './oci.ts';
import { ensureParts, partIn } from './parts.ts';
import { run } from './process.ts';
import { type Progress, withProgress } from './progress.ts';
import { copyProxyFiles, proxyFilesVersion } from './proxy-files.ts';
import type { PartRef } from './recipes.ts';
import { type Release, releaseOf } from './releases.ts';

// Raised by hand when the contents of the images change.
const RECIPE = 2;

const REGISTRY = 'registry.k8s.io/';

const kubernetesImages = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
] as const;

type Directories = Readonly<Record<'kubernetes' | 'etcd' | 'coredns' | 'pause' | 'web', string>>;

/**
 * Makes every image that kubeadm of these versions pulls, and a demonstration workload's, and returns the
 * directory for the part `registry` (`registry --listen HOST:PORT --root DIRECTORY`). The images hold the
 * programs and no shell, like the real ones.
 */
export async function ensureRegistryData(
  versions: readonly string[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<string> {
  const parts = await ensureParts(versions.flatMap(imageParts), progress, signal);
  const sets: string[] = [];
  for (const version of versions) {
    sets.push(await ensureImageSet(releaseOf(version), parts, progress, signal));
  }
  return await ensureDirectory(`registry/${contentKey(sets)}`, progress, signal, async (directory) => {
    // Hard links: a set is some 100 MB and belongs to many registries.
    for (const set of sets)
      await run('cp', ['--recursive', '--link', '--force', `${set}/.`, directory], { signal });
  });
}

function imageParts(version: string): readonly PartRef[] {
  const release = releaseOf(version);
  return [
    { name: 'kubernetes', version },
    { name: 'etcd', version: release.etcd },
    { name: 'coredns', version: release.coredns },
    { name: 'pause', version: release.pause },
    toolPart('web'),
  ];
}

async function ensureImageSet(
  release: Release,
  parts: ReadonlyMap<string, string>,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<string> {
  const refs = imageParts(release.kubernetes);
  const found = Object.fromEntries(refs.map((ref) => [ref.name, partIn(parts, ref)])) as Directories;
  const key = contentKey([
    Object.values(found).map((path) => basename(path)),
    await proxyFilesVersion(),
    RECIPE,
  ]);
  const name = `images/${release.kubernetes}-${key}`;
  return await ensureDirectory(name, progress, signal, async (directory) => {
    const make = (): Promise<void> => writeImages(directory, release, found, signal);
    await withProgress(`images of Kubernetes ${release.kubernetes}`, 15, progress, make);
    await compareWithKubeadm(release, found.kubernetes, signal);
  });
}

async function writeImages(
  registry: string,
  release: Release,
  parts: Directories,
  signal: AbortSignal | undefined,
): Promise<void> {
  const layer = async (fill: (tree: string) => Promise<void>): Promise<Layer> => {
    const tree = join(registry, 'tree');
    await mkdir(tree);
    await fill(tree);
    const written = await writeLayer(registry, tree, signal);
    await rm(tree, { recursive: true });
    return written;
  };
  const programs = (from: string, to: string) => (tree: string) =>
    cp(from, join(tree, to), { recursive: true, verbatimSymlinks: true });

  const kubernetes = await layer(programs(parts.kubernetes, 'usr/local/bin'));
  const proxy = await layer((tree) => copyProxyFiles(tree, signal));
  for (const name of kubernetesImages) {
    const layers = name === 'kube-proxy' ? [proxy, kubernetes] : [kubernetes];
    await writeImage(registry, { name, tag: `v${release.kubernetes}`, layers });
  }
  const etcd = await layer(programs(parts.etcd, 'usr/local/bin'));
  await writeImage(registry, { name: 'etcd', tag: etcdTag(release), layers: [etcd] });
  const coredns = await layer(programs(parts.coredns, ''));
  const corednsImage = { name: 'coredns/coredns', tag: `v${release.coredns}`, entrypoint: ['/coredns'] };
  await writeImage(registry, { ...corednsImage, layers: [coredns] });
  const pause = await layer(programs(parts.pause, ''));
  const pauseImage = { name: 'pause', tag: release.pause, entrypoint: ['/pause'], user: '65535:65535' };
  await writeImage(registry, { ...pauseImage, layers: [pause] });
  const web = await layer(programs(parts.web, ''));
  const workload = { name: 'lab/web', tag: '1', entrypoint: ['/web'], user: '65532:65532' };
  await writeImage(registry, { ...workload, layers: [web] });
}

function etcdTag(release: Release): string {
  return `${release.etcd}-0`;
}

/** kubeadm itself says what it pulls: a release whose table here is wrong must not be served. */
async function compareWithKubeadm(
  release: Release,
  kubernetes: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const args = ['config', 'images', 'list', '--kubernetes-version', `v${release.kubernetes}`];
  const named = (await run(join(kubernetes, 'kubeadm'), args, { signal })).trim().split('\n');
  const made = [
    ...kubernetesImages.map((name) => `${REGISTRY}${name}:v${release.kubernetes}`),
    `${REGISTRY}coredns/coredns:v${release.coredns}`,
    `${REGISTRY}pause:${release.pause}`,
    `${REGISTRY}etcd:${etcdTag(release)}`,
  ];
  const missing = named.filter((image) => !made.includes(image));
  if (missing.length === 0) return;
  throw new Error(
    `kubeadm ${release.kubernetes} pulls ${missing.join(', ')}: correct its versions in releases.ts`,
  );
}
