import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/backup/manifest.ts';
import { kubectl } from './kubectl.ts';
import { ensurePart } from './parts/parts.ts';
import { releaseOf } from './parts/releases.ts';
import { exportedObjects, type Json, listPath, takeBackup } from './support/exported.ts';
import { freshLab, type TestLab, writeClusterFile } from './support/test-lab.ts';

/** Kinds that change by themselves all the time; they are compared by their objects' names alone. */
const RESTLESS = new Set(['leases', 'events', 'pods', 'nodes', 'endpointslices', 'endpoints']);

describe('kubestair backup', () => {
  let lab: TestLab;
  let manifest: Manifest;
  let folder: string;

  beforeAll(async () => {
    lab = await freshLab();
    const file = await writeClusterFile(lab);
    ({ manifest, folder } = await takeBackup(lab, file));
  });

  it('is complete, proven, and holds host files', () => {
    expect(manifest.state).toBe('complete');
    expect(manifest.proofs.map((proof) => `${proof.kind} ${proof.result}`)).toEqual([
      'checksums passed',
      'cross-proof passed',
    ]);
    expect(manifest.hosts.map((host) => host.node)).toEqual(['cp1']);
  });

  it('has every kind that kubectl can list', async () => {
    const listed = await kubectl(lab.state, ['api-resources', '--verbs=list', '-o', 'name', '--no-headers']);
    const exported = manifest.resources.map((part) =>
      part.group === '' ? part.resource : `${part.resource}.${part.group}`,
    );
    expect(exported.toSorted()).toEqual(listed.trim().split('\n').toSorted());
  });

  it('holds each object as kubectl get --raw lists it, but for key order', async () => {
    let compared = 0;
    for (const part of manifest.resources) {
      const backed = await exportedObjects(folder, part);
      expect(backed).toHaveLength(part.objects);
      const raw = JSON.parse(await kubectl(lab.state, ['get', '--raw', listPath(part)])) as { items: Json[] };
      if (RESTLESS.has(part.resource)) continue;
      expect(byName(backed), `${part.resource}.${part.group}`).toEqual(byName(raw.items));
      compared += backed.length;
    }
    expect(compared).toBeGreaterThan(150);
  });

  it('has a snapshot that etcdutl restores', async () => {
    const directory = await ensurePart({ name: 'etcd', version: releaseOf('1.35.4').etcd }, () => undefined);
    const snapshot = manifest.etcd;
    if (snapshot === undefined) throw new Error('the backup has no snapshot');
    const plain = zstdDecompressSync(await readFile(path.join(folder, snapshot.part.path)));
    const file = path.join(lab.dir, 'snapshot.db');
    await mkdir(lab.dir, { recursive: true });
    await writeFile(file, plain);
    const run = promisify(execFile);
    const etcdutl = path.join(directory, 'etcdutl');
    await run(etcdutl, ['snapshot', 'restore', file, '--data-dir', path.join(lab.dir, 'restored')]);
    // The trailer is checked on restore: one flipped bit must be refused, or the check above means nothing.
    plain[5000] = (plain[5000] ?? 0) ^ 1;
    await writeFile(file, plain);
    const broken = run(etcdutl, ['snapshot', 'restore', file, '--data-dir', path.join(lab.dir, 'broken')]);
    await expect(broken).rejects.toThrow();
  });
});

function byName(items: readonly Json[]): Readonly<Record<string, Json>> {
  const nameOf = ({ metadata }: Json): string => {
    const { namespace = '', name } = (metadata ?? {}) as { namespace?: string; name?: string };
    return `${namespace}/${name}`;
  };
  return Object.fromEntries(items.map((item) => [nameOf(item), item]));
}
