import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readManifests } from '../../../src/commands/read-manifests.ts';

const BUDGET = 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: web }\n';

function repository(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'repository-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(directory, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }
  return directory;
}

test('patterns and directories name files, each read once and told in order', async () => {
  const cwd = repository({
    'deploy/b.yaml': BUDGET,
    'deploy/a/x.yml': BUDGET,
    'deploy/readme.md': BUDGET,
    'deploy/node_modules/m.yaml': BUDGET,
    'deploy/chart/templates/t.yaml': `{{ if x }}\n${BUDGET}{{ end }}`,
  });
  const { objects, templates, unread } = await readManifests(
    ['deploy/**/*.y*ml', 'deploy', 'deploy/b.yaml'],
    cwd,
  );
  expect(objects.map(({ location }) => location)).toEqual([
    { file: 'deploy/a/x.yml', line: 1, column: 13 },
    { file: 'deploy/b.yaml', line: 1, column: 13 },
  ]);
  expect(templates.map(({ location }) => location.file)).toEqual(['deploy/chart/templates/t.yaml']);
  expect(unread).toEqual([]);
});

test('a pattern without a file and a file that cannot be read are told, and hide nothing', async () => {
  const cwd = repository({
    'deploy/b.yaml': BUDGET,
    'deploy/large.yaml': `# ${'x'.repeat(9 * 1024 * 1024)}`,
  });
  const { objects, unread } = await readManifests(['depoly/**', 'deploy'], cwd);
  expect(objects).toHaveLength(1);
  expect(unread).toEqual([
    { place: 'depoly/**', reason: 'no file in the repository matches it' },
    { place: 'deploy/large.yaml', reason: 'it has 9 MiB' },
  ]);
});

test('links are not followed out of the repository', async () => {
  const elsewhere = repository({ 'secret.yaml': BUDGET });
  const cwd = repository({ 'deploy/ok.yaml': BUDGET });
  symlinkSync(path.join(elsewhere, 'secret.yaml'), path.join(cwd, 'deploy/link.yaml'));
  symlinkSync(elsewhere, path.join(cwd, 'deploy/directory'));
  const { objects } = await readManifests(['deploy'], cwd);
  expect(objects.map(({ location }) => location.file)).toEqual(['deploy/ok.yaml']);
});
