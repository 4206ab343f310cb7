import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolPart } from '../lab/parts/catalog.ts';
import { ensurePart } from '../lab/parts/parts.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const workflows = ['.github/workflows', 'examples'].flatMap((directory) =>
  readdirSync(join(root, directory))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => ({ directory, name })),
);

let actionlint: string;
/** A repository with the examples as its workflows, since they call each other by that path. */
const repository = mkdtempSync(join(tmpdir(), 'examples-'));
afterAll(() => rmSync(repository, { recursive: true }));

beforeAll(async () => {
  mkdirSync(join(repository, '.git'));
  cpSync(join(root, 'examples'), join(repository, '.github/workflows'), { recursive: true });
  actionlint = join(await ensurePart(toolPart('actionlint'), () => {}), 'actionlint');
});

test.each(workflows)('$directory/$name is clean under actionlint', async ({ directory, name }) => {
  const cwd = directory === 'examples' ? repository : root;
  // Fails with the findings on standard output.
  const { stdout } = await run(actionlint, ['-no-color', `.github/workflows/${name}`], { cwd });
  expect(stdout).toBe('');
});

test('actionlint finds what is wrong', async () => {
  const broken = run(actionlint, ['-no-color', '-'], { cwd: root });
  broken.child.stdin?.end(
    'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: x, uses: y }]\n',
  );
  await expect(broken).rejects.toThrow();
});
