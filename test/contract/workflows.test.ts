import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { toolPart } from '../lab/parts/catalog.ts';
import { ensurePart } from '../lab/parts/parts.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const directories = ['.github/workflows', 'examples'];
const workflows = directories.flatMap((directory) =>
  readdirSync(join(root, directory))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(directory, name)),
);

let actionlint: string;

beforeAll(async () => {
  actionlint = join(await ensurePart(toolPart('actionlint'), () => {}), 'actionlint');
});

test.each(workflows)('%s is clean under actionlint', async (workflow) => {
  // Fails with the findings on standard output.
  const { stdout } = await run(actionlint, ['-no-color', workflow], { cwd: root });
  expect(stdout).toBe('');
});

test('actionlint finds what is wrong', async () => {
  const broken = run(actionlint, ['-no-color', '-'], { cwd: root });
  broken.child.stdin?.end(
    'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: x, uses: y }]\n',
  );
  await expect(broken).rejects.toThrow();
});
