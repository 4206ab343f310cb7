import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { programBinary } from '../../scripts/tables/binaries.ts';
import { PROGRAMS } from '../../scripts/tables/flag-table.ts';
import { type ReleaseSources, readReleases } from '../../scripts/tables/release.ts';
import { flagsModule } from '../../scripts/tables/write.ts';
import { FLAGS } from '../../src/tables/data/flags.ts';
import { FREE_GATES, GATES_LOCKED_ON } from '../../src/tables/data/settings.ts';
import { namesAt } from '../../src/tables/names.ts';

/** No hosts are needed, but every program of every release is, as the lab has built them. */
let releases: readonly ReleaseSources[];

beforeAll(async () => {
  releases = await readReleases();
});

test('the table of flags is what the programs say', async () => {
  const file = 'src/tables/data/flags.ts';
  const input = await flagsModule(releases, programBinary);
  const formatted = execFileSync('biome', ['format', `--stdin-file-path=${file}`], {
    input,
    encoding: 'utf8',
  });
  expect(readFileSync(file, 'utf8')).toBe(formatted);
});

describe('a program does not start', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'kubestair-tables-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  const said = async (release: ReleaseSources, ...args: readonly string[]): Promise<string> => {
    const { stdout, stderr, status } = spawnSync(
      await programBinary('kube-apiserver', release),
      [...args, `--cert-dir=${directory}`],
      {
        encoding: 'utf8',
        timeout: 60_000,
      },
    );
    expect(status).not.toBe(0);
    return `${stdout}${stderr}`;
  };

  test('with any flag that it lost', async () => {
    for (const program of PROGRAMS) {
      for (const [index, release] of releases.entries()) {
        const before = releases[index - 1];
        if (before === undefined) continue;
        const known = namesAt(FLAGS[program], release.minor);
        const lost = [...namesAt(FLAGS[program], before.minor)].filter((name) => !known.has(name));
        for (const name of lost) {
          const { stdout, stderr, status } = spawnSync(
            await programBinary(program, release),
            [`--${name}=1`, '--version'],
            { encoding: 'utf8', timeout: 60_000 },
          );
          expect(`${name} ${stdout}${stderr}`).toMatch(/unknown flag|not defined/);
          expect(status).not.toBe(0);
        }
      }
    }
  });

  test('with a feature gate that it lost or that is locked', async () => {
    const newest = releases.at(-1);
    const before = releases.at(-2);
    if (newest === undefined || before === undefined) throw new Error('the lab has one release');
    const now = new Set([FREE_GATES, GATES_LOCKED_ON].flatMap((table) => [...namesAt(table, newest.minor)]));
    const [lost] = [...namesAt(GATES_LOCKED_ON, before.minor)].filter((name) => !now.has(name));
    const [locked] = namesAt(GATES_LOCKED_ON, newest.minor);
    expect(await said(newest, `--feature-gates=${lost}=true`)).toContain('unrecognized feature gate');
    expect(await said(newest, `--feature-gates=${locked}=false`)).toContain('locked to true');
    expect(await said(newest, `--feature-gates=${locked}=true`)).not.toMatch(
      /unrecognized feature|locked to/,
    );
  });
});
