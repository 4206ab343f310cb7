import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { architecture } from './debian.ts';
import { run } from './process.ts';

const compress = promisify(zstdCompress);

const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+zstd',
} as const;

interface Blob {
  readonly digest: string;
  readonly size: number;
}

export interface Layer extends Blob {
  /** Digest of the layer before compression. */
  readonly diffId: string;
}

export interface Image {
  /** Without the registry: `coredns/coredns`. */
  readonly name: string;
  readonly tag: string;
  readonly layers: readonly Layer[];
  readonly entrypoint?: readonly string[];
  readonly user?: string;
}

/** Writes the files of a directory as a layer into a registry's directory; equal files, equal layer. */
export async function writeLayer(
  registry: string,
  tree: string,
  signal: AbortSignal | undefined,
): Promise<Layer> {
  const archive = `${tree}.tar`;
  const reproducible = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  await run('tar', ['-C', tree, ...reproducible, '-cf', archive, '.'], { signal });
  const content = await readFile(archive);
  await rm(archive);
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  return { ...(await writeBlob(registry, await compress(content, { params }))), diffId: digestOf(content) };
}

/** Writes configuration and manifest of an image whose layers are there already. */
export async function writeImage(registry: string, image: Image): Promise<void> {
  const config = {
    architecture: architecture(),
    os: 'linux',
    config: {
      // Without it images of equal layers would be one image to a container runtime.
      Labels: { 'org.opencontainers.image.title': image.name },
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ...(image.entrypoint && { Entrypoint: image.entrypoint }),
      ...(image.user && { User: image.user }),
    },
    rootfs: { type: 'layers', diff_ids: image.layers.map((layer) => layer.diffId) },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, ...(await writeBlob(registry, jsonOf(config))) },
    layers: image.layers.map(({ digest, size }) => ({ mediaType: mediaTypes.layer, digest, size })),
  };
  const content = jsonOf(manifest);
  const directory = join(registry, 'manifests', image.name);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, image.tag), content);
  await writeFile(join(directory, digestOf(content)), content);
}

async function writeBlob(registry: string, content: Buffer): Promise<Blob> {
  const digest = digestOf(content);
  const file = join(registry, 'blobs', digest);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return { digest, size: content.length };
}

function jsonOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
