import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { getLicenseFileText } from 'generate-license-file';
import { build, type OutputOptions } from 'rolldown';
import config from '../rolldown.config.ts';

/**
 * Writes dist: the three programs and the licences of what they contain. With --check it builds elsewhere, compares and
 * changes nothing.
 */
if (process.argv.includes('--check')) await check();
else await buildInto('dist');

async function buildInto(directory: string): Promise<void> {
  const output: OutputOptions = { ...config.output, dir: directory };
  await build({ ...config, output, logLevel: 'warn' });
  await chmod(join(directory, 'cli.js'), 0o755);
  const licenses = await getLicenseFileText('./package.json');
  await writeFile(join(directory, 'licenses.txt'), licenses.replaceAll('\r\n', '\n'));
}

async function check(): Promise<void> {
  const fresh = await mkdtemp(join(tmpdir(), 'kubestair-dist-'));
  try {
    await buildInto(fresh);
    const different = await differences('dist', fresh);
    if (different.length === 0) return;
    console.error(
      `dist is not what the sources build: ${different.join(', ')}\nRun npm run build and commit dist.`,
    );
    process.exitCode = 1;
  } finally {
    await rm(fresh, { recursive: true });
  }
}

async function differences(committed: string, fresh: string): Promise<readonly string[]> {
  const names = new Set([...(await filesIn(committed)), ...(await filesIn(fresh))]);
  const found: string[] = [];
  for (const name of [...names].sort()) {
    const [old, now] = await Promise.all([contentOf(join(committed, name)), contentOf(join(fresh, name))]);
    if (old === undefined || now === undefined || !old.equals(now)) found.push(name);
  }
  return found;
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}

async function contentOf(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}
