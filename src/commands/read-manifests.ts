import { glob, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ManifestUses } from '../cluster/evidence.ts';
import { usesInFile } from '../evidence/manifest-documents.ts';

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** No manifest is as large; a file that is would only be parsed for nothing. */
const LARGEST = 8 * 1024 * 1024;

/**
 * Uses of APIs with a release to go with in the repository's manifests, file by file in the order of their names.
 * @param patterns globs, relative to `cwd`
 */
export async function readManifests(patterns: readonly string[], cwd: string): Promise<ManifestUses> {
  const objects: ManifestUses['objects'][number][] = [];
  const templates: ManifestUses['templates'][number][] = [];
  const unread: ManifestUses['unread'][number][] = [];
  const files = new Set<string>();
  for (const pattern of patterns) {
    const found = await matches(pattern, cwd);
    if (found.length === 0) unread.push({ place: pattern, reason: 'no file in the repository matches it' });
    for (const file of found) files.add(file);
  }
  for (const file of [...files].toSorted()) {
    try {
      const { size } = await stat(path.resolve(cwd, file));
      if (size > LARGEST) throw new Error(`it has ${Math.round(size / 1024 / 1024)} MiB`);
      const uses = usesInFile(file, await readFile(path.resolve(cwd, file), 'utf8'));
      objects.push(...uses.objects);
      templates.push(...uses.templates);
    } catch (thrown) {
      unread.push({ place: file, reason: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }
  return { objects, templates, unread };
}

/** Files that a pattern names; a directory alone means what is in it. */
async function matches(pattern: string, cwd: string): Promise<readonly string[]> {
  const found: string[] = [];
  const isOther = ({ name }: { readonly name: string }) => name === 'node_modules' || name === '.git';
  for await (const entry of glob([pattern, `${pattern.replace(/\/+$/, '')}/**`], {
    cwd,
    withFileTypes: true,
    exclude: isOther,
  })) {
    if (!entry.isFile() || !EXTENSIONS.includes(path.extname(entry.name))) continue;
    found.push(path.relative(cwd, path.join(entry.parentPath, entry.name)));
  }
  return [...new Set(found)];
}
