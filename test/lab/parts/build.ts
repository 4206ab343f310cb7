import { rename, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { contentKey, ensureDirectory } from './cache.ts';
import { compileFlags, go, goVersion } from './go.ts';
import { ensureModule, moduleInputs, readSources } from './modules.ts';
import { type Progress, withProgress } from './progress.ts';
import { type GoBinary, type PartRef, type Recipe, recipeOf } from './recipes.ts';

/** The name of a part's directory in the cache: version and everything that shapes the binaries. */
export async function partDirectoryName(ref: PartRef): Promise<string> {
  const recipe = recipeOf(ref);
  const { seconds: _seconds, gigabytes: _gigabytes, ...shape } = recipe;
  const key = contentKey([
    await goVersion(),
    process.arch,
    buildArguments(recipe),
    shape,
    moduleInputs(recipe),
    await readSources(recipe.sources),
  ]);
  return `parts/${ref.name}-${ref.version}-${key}`;
}

/** Builds a part unless the cache has it; returns the directory of its binaries. */
export async function buildPart(
  ref: PartRef,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<string> {
  const recipe = recipeOf(ref);
  return await ensureDirectory(await partDirectoryName(ref), progress, signal, async (directory) => {
    const module = await ensureModule(ref, recipe, progress, signal);
    let compiled = 0;
    let last = '';
    const compile = async (): Promise<void> => {
      const packages = recipe.binaries.map((binary) => binary.package);
      await go(['build', '-v', ...buildArguments(recipe), '-o', `${directory}/`, ...packages], {
        cwd: module,
        signal,
        onErrorLine: (line) => {
          last = line;
          if (!line.startsWith('go: ')) compiled += 1;
        },
      });
    };
    const detail = (): string =>
      last.startsWith('go: downloading') ? last.slice('go: '.length) : `${compiled} packages compiled`;
    await withProgress(`${ref.name} ${ref.version}`, recipe.seconds, progress, compile, detail);
    for (const binary of recipe.binaries) await nameBinary(directory, binary);
  });
}

/** Downloads what a part is compiled from, so that a later `buildPart` need not wait for the network. */
export async function prefetchPart(ref: PartRef, signal: AbortSignal | undefined): Promise<void> {
  const recipe = recipeOf(ref);
  const module = await ensureModule(ref, recipe, () => {}, signal);
  const tags = `-tags=${(recipe.tags ?? []).join(',')}`;
  const packages = recipe.binaries.map((binary) => binary.package);
  await go(['list', '-deps', tags, ...packages], { cwd: module, signal });
}

function buildArguments(recipe: Recipe): readonly string[] {
  const variables = Object.entries(recipe.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  return [
    ...compileFlags,
    `-tags=${(recipe.tags ?? []).join(',')}`,
    `-ldflags=${['-s', '-w', ...variables].join(' ')}`,
  ];
}

async function nameBinary(directory: string, binary: GoBinary): Promise<void> {
  const built = binary.package.replace(/\/v\d+$/, '');
  await rename(join(directory, basename(built)), join(directory, binary.name));
  for (const link of binary.links ?? []) {
    await symlink(binary.name, join(directory, link));
  }
}
