import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readReleases } from '../../scripts/tables/release.ts';
import { apisModule, settingsModule } from '../../scripts/tables/write.ts';

/** What the programs themselves say of their flags is compared in test/lab, where all of them are built. */
test.each([
  ['src/tables/data/apis.ts', apisModule],
  ['src/tables/data/settings.ts', settingsModule],
])('%s is what the sources of Kubernetes say', async (path, make) => {
  const text = make(await readReleases());
  const formatted = execFileSync('biome', ['format', `--stdin-file-path=${path}`], {
    input: text,
    encoding: 'utf8',
  });
  expect(readFileSync(path, 'utf8')).toBe(formatted);
});
