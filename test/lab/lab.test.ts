import { readdir, readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from './command.ts';
import { down } from './down.ts';
import { kubectl } from './kubectl.ts';
import { up } from './lab.ts';
import { labPaths } from './paths.ts';
import { freshLab } from './support/test-lab.ts';
import { bridgeName } from './topology.ts';

const say = (line: string): void => console.error(`[lab second] ${line}`);

describe('two labs on one machine', () => {
  afterAll(() => down('second', say));

  it('are told apart by name, and one leaves nothing behind when it goes', async () => {
    const first = await freshLab();
    const second = await up(
      { name: 'second', controlPlanes: 1, workers: 0, version: '1.36.3', also: [] },
      say,
    );

    expect(second.slot).not.toBe(first.state.slot);
    expect(await kubectl(second, ['get', 'nodes', '-o', 'name'])).toBe('node/cp1\n');
    expect((await kubectl(first.state, ['get', 'nodes', '-o', 'name'])).trim().split('\n')).toHaveLength(3);
    expect(await traces(second.slot)).not.toEqual([]);

    await down('second', say);
    expect(await traces(second.slot)).toEqual([]);
    expect((await kubectl(first.state, ['get', 'nodes', '-o', 'name'])).trim().split('\n')).toHaveLength(3);
  });
});

/** Everything on the machine that names the lab: processes, mounts, links, files. */
async function traces(slot: number): Promise<readonly string[]> {
  const { dir } = labPaths('second');
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .filter((line) => line.includes(dir));
  const links = (await run('ip', ['-o', 'link']))
    .split('\n')
    .filter((line) => line.includes(`${bridgeName(slot)}:`));
  const files = await readdir(dir).catch(() => []);
  const processes = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return [...mounts, ...links, ...files, ...processes.filter((line) => line.includes(`${dir}/`))];
}
