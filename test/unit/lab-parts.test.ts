import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { contentKey, ensureDirectory } from '../lab/parts/cache.ts';
import { knownParts, partsForKubernetes } from '../lab/parts/catalog.ts';
import { packageFiles } from '../lab/parts/deb-contents.ts';
import { withLock } from '../lab/parts/lock.ts';
import { recipeOf } from '../lab/parts/recipes.ts';
import { minorOf, releaseOf, releases } from '../lab/parts/releases.ts';

const silent = (): void => {};

describe('the cache of built parts', () => {
  beforeEach(async () => {
    const cache = await mkdtemp(join(tmpdir(), 'lab-parts-'));
    vi.stubEnv('XDG_CACHE_HOME', cache);
    return async () => {
      vi.unstubAllEnvs();
      await rm(cache, { recursive: true });
    };
  });

  test('fills a directory once', async () => {
    let fills = 0;
    const fill = async (directory: string): Promise<void> => {
      fills += 1;
      await writeFile(join(directory, 'file'), 'content');
    };
    const first = await ensureDirectory('parts/a', silent, undefined, fill);
    const second = await ensureDirectory('parts/a', silent, undefined, fill);
    expect(second).toBe(first);
    expect(fills).toBe(1);
    expect(await readFile(join(first, 'file'), 'utf8')).toBe('content');
  });

  test('leaves nothing half made behind a failure, and fills anew after it', async () => {
    const failing = async (directory: string): Promise<void> => {
      await writeFile(join(directory, 'half'), '');
      throw new Error('interrupted');
    };
    await expect(ensureDirectory('parts/a', silent, undefined, failing)).rejects.toThrow('interrupted');
    const directory = await ensureDirectory('parts/a', silent, undefined, async () => {});
    expect(await readdir(directory)).toEqual([]);
  });

  test('fills once for callers at the same time, and says that it waits', async () => {
    const lines: string[] = [];
    let fills = 0;
    const call = (): Promise<string> =>
      ensureDirectory(
        'parts/a',
        (line) => lines.push(line),
        undefined,
        async () => {
          fills += 1;
          await new Promise((resolve) => setTimeout(resolve, 50));
        },
      );
    await Promise.all([call(), call(), call()]);
    expect(fills).toBe(1);
    expect(lines[0]).toMatch(/^waiting for another process/);
  });
});

describe('the lock', () => {
  test('ends the wait of a caller that is aborted', async () => {
    const abort = new AbortController();
    await withLock('abort-test', silent, undefined, async () => {
      const waiting = withLock('abort-test', silent, abort.signal, async () => {});
      setTimeout(() => abort.abort(), 20);
      await expect(waiting).rejects.toThrow('abort');
    });
  });
});

describe('recipes', () => {
  test.each(knownParts())('$name@$version can be built', (ref) => {
    expect(recipeOf(ref).binaries.length).toBeGreaterThan(0);
  });

  test('an unknown version names those that are known', () => {
    expect(() => releaseOf('1.30.0')).toThrow(/1\.35\.4, 1\.36\.3/);
    expect(() => recipeOf({ name: 'etcd', version: '3.4.0' })).toThrow(/3\.6\.6/);
  });

  test('a release brings its own etcd and CoreDNS', () => {
    const release = releases[0];
    expect(release && partsForKubernetes(release.kubernetes)).toEqual(
      expect.arrayContaining([
        { name: 'etcd', version: release?.etcd },
        { name: 'coredns', version: release?.coredns },
      ]),
    );
  });

  test('keys differ with the content', () => {
    expect(contentKey(['a', 'b'])).toBe(contentKey(['a', 'b']));
    expect(contentKey(['a', 'b'])).not.toBe(contentKey(['ab']));
    expect(minorOf('1.36.3')).toBe('v1.36');
  });
});

test('the kubelet package enables the kubelet at its installation and leaves it alone at an upgrade', () => {
  const postinst = packageFiles('kubelet', '1.36.3').find((file) => file.path === 'DEBIAN/postinst');
  expect(postinst?.text).toContain('[ -n "$2" ] || systemctl enable');
  expect(postinst?.text).not.toContain('restart');
});
