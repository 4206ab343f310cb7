import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadClusterConfig } from '../../src/config/load.ts';
import { DESCRIPTIONS } from '../../src/plan/checks/registry.ts';
import { OUTPUTS } from '../../src/request/contract/outputs.ts';
import { SETTINGS } from '../../src/request/contract/settings.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const workflows = readdirSync(new URL('examples/', root)).filter((name) => name.endsWith('.yml'));

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}

test('the cluster file of the examples can be read', async () => {
  const { config } = await loadClusterConfig(
    'examples/clusters/prod.yaml',
    async (path) => read(path),
    DESCRIPTIONS,
  );
  expect(config).toMatchObject({ name: 'prod', version: 'v1.36.3' });
});

test('the cluster file of the README is the one of the examples', () => {
  const [, shown = ''] = /```yaml\n# clusters\/prod\.yaml\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
  expect(parse(shown)).toEqual(parse(read('examples/clusters/prod.yaml')));
});

test.each(workflows)('%s uses only inputs and outputs that exist', (name) => {
  const text = read(`examples/${name}`);
  const jobs: Readonly<Record<string, { readonly steps?: readonly Step[] }>> = parse(text).jobs;
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
  const ours = steps.filter((step) => step.uses?.startsWith('kubestair/kubestair@'));
  expect(ours).not.toEqual([]);
  const inputs = Object.values(SETTINGS).flatMap((setting) => ('input' in setting ? [setting.input] : []));
  for (const step of ours) expect(inputs).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
  const used = [...text.matchAll(/steps\.\w+\.outputs\.([\w-]+)/g)].map((match) => match[1]);
  expect(Object.keys(OUTPUTS)).toEqual(expect.arrayContaining(used));
});
