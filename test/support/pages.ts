import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { between } from '../../scripts/generate/markers.ts';

/** Puts measured text between the markers of that name in a page of docs, formatted as the linter wants it. */
export async function writeBetween(page: string, marker: string, text: string): Promise<void> {
  const changed = between(await readFile(page, 'utf8'), marker, text, '<!--');
  const formatted = execFileSync('biome', ['format', `--stdin-file-path=${page}`], { input: changed });
  await writeFile(page, formatted);
  console.error(`wrote ${page}`);
}
