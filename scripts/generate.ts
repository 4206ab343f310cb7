import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { clusterJsonSchema } from '../src/config/file-schema.ts';
import { actionInputs, actionOutputs } from './generate/action.ts';
import { checksPage } from './generate/checks-page.ts';
import { errorsPage } from './generate/errors-page.ts';
import { between } from './generate/markers.ts';
import { rbacManifest } from './generate/rbac-manifest.ts';
import { documentSchemas } from './generate/schema/documents.ts';
import { commandTable, exitCodeTable, flagTable, inputTable, outputTable } from './generate/tables.ts';
import { versionModule } from './generate/version-module.ts';

/**
 * Writes everything that follows from a registry in the sources. With --check it changes nothing and fails when
 * something is not up to date.
 */
interface Generated {
  readonly path: string;
  /** The whole new text of the file out of its old one. */
  readonly make: (old: string) => string;
}

const generated: readonly Generated[] = [
  {
    path: 'action.yml',
    make: (old) => between(between(old, 'inputs', actionInputs(), '#'), 'outputs', actionOutputs(), '#'),
  },
  {
    path: 'README.md',
    make: (old) =>
      [
        ['commands', commandTable()],
        ['inputs', inputTable()],
        ['outputs', outputTable()],
        ['flags', flagTable()],
        ['exit-codes', exitCodeTable()],
      ].reduce((text, [name = '', table = '']) => between(text, name, table, '<!--'), old),
  },
  { path: 'docs/checks.md', make: checksPage },
  { path: 'docs/errors.md', make: errorsPage },
  { path: 'docs/rbac.yaml', make: rbacManifest },
  {
    path: 'schema/cluster.schema.json',
    make: () => JSON.stringify(clusterJsonSchema()),
  },
  ...[...documentSchemas(process.cwd())].map(([path, schema]) => ({
    path,
    make: () => JSON.stringify(schema),
  })),
  { path: 'src/version.ts', make: versionModule(await versionOf('package.json')) },
];

const check = process.argv.includes('--check');
for (const { path, make } of generated) {
  const old = await readFile(path, 'utf8').catch(() => '');
  const text = formatted(path, make(old));
  if (text === old) continue;
  if (check) {
    console.error(`${path} is not up to date: run npm run generate.`);
    process.exitCode = 1;
  } else {
    await writeFile(path, text);
    console.log(`wrote ${path}`);
  }
}

// As the linter wants it, so that the two do not undo each other's work.
function formatted(path: string, text: string): string {
  if (!/\.(json|md|ts|yml)$/.test(path)) return text;
  return execFileSync('biome', ['format', `--stdin-file-path=${path}`], { input: text, encoding: 'utf8' });
}

async function versionOf(path: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path, 'utf8'));
  return version;
}
