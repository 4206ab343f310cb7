import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import semver from 'semver';
import { z } from 'zod';
import { contentKey, ensureDirectory } from './cache.ts';
import { go } from './go.ts';
import type { Progress } from './progress.ts';
import type { ModuleRecipe, PartRef, Recipe } from './recipes.ts';
import { releaseOf } from './releases.ts';
import { sharedVersions } from './shared-versions.ts';

const MODULE_PATH = 'kubestair.lab/parts';
const GO_LANGUAGE = '1.26.0';
const releaseSources = ['dispatch', 'kubernetes', 'kube-apiserver', 'coredns'] as const;

/** Where the Go sources of the lab are. */
const sourceDirectory = join(import.meta.dirname, 'go');

const downloadedModule = z.object({ Dir: z.string(), GoMod: z.string() });
const goModFile = z.object({ Require: z.array(z.object({ Path: z.string(), Version: z.string() })) });

type Versions = ReadonlyMap<string, string>;

/** What decides a part's dependencies; belongs into the key of everything built with them. */
export function moduleInputs(recipe: Recipe): unknown {
  if (recipe.kind === 'release') return [GO_LANGUAGE, releaseOf(recipe.kubernetes), sharedVersions];
  if (recipe.ownVersions !== undefined) return [GO_LANGUAGE, recipe.modules, recipe.ownVersions];
  return [GO_LANGUAGE, ...(recipe.modules.length > 0 ? [recipe.modules, sharedVersions] : [])];
}

/**
 * Returns the directory of a Go module in which the recipe's packages can be built. All recipes of one
 * Kubernetes release have one module, so that they agree on every dependency.
 */
export async function ensureModule(
  ref: PartRef,
  recipe: Recipe,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<string> {
  const sources =
    recipe.kind === 'release' ? [...new Set([...releaseSources, ...recipe.sources])] : recipe.sources;
  const name = recipe.kind === 'release' ? `release-${recipe.kubernetes}` : `${ref.name}-${ref.version}`;
  const key = contentKey([moduleInputs(recipe), await readSources(sources)]);
  return await ensureDirectory(`modules/${name}-${key}`, progress, signal, async (directory) => {
    for (const source of sources) {
      await cp(join(sourceDirectory, source), join(directory, source), { recursive: true });
    }
    if (recipe.kind === 'release') await writeReleaseModule(directory, recipe.kubernetes, signal);
    else await writePlainModule(directory, recipe);
  });
}

/** The Go sources of these directories, for keys. */
export async function readSources(directories: readonly string[]): Promise<readonly string[]> {
  const files = directories.map((directory) =>
    directory === 'dispatch' ? 'dispatch/dispatch.go' : `${directory}/main.go`,
  );
  return await Promise.all(files.map((file) => readFile(join(sourceDirectory, file), 'utf8')));
}

async function writePlainModule(directory: string, recipe: ModuleRecipe): Promise<void> {
  const { modules, ownVersions } = recipe;
  const wanted = modules.map(splitModule);
  // Without modules there is nothing to share, and resolving the shared ones would need the network.
  const shared = wanted.length > 0 && ownVersions === undefined ? Object.entries(sharedVersions) : [];
  const replaced = Object.entries(ownVersions ?? {}).map(
    ([path, by]) => `${path} => ${splitModule(by).join(' ')}`,
  );
  await writeFile(join(directory, 'go.mod'), goModText(newest([...wanted, ...shared]), replaced));
}

async function writeReleaseModule(
  directory: string,
  kubernetes: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const release = releaseOf(kubernetes);
  const answer = await go(['mod', 'download', '-json', `k8s.io/kubernetes@v${kubernetes}`], {
    cwd: directory,
    signal,
  });
  const upstream = downloadedModule.parse(JSON.parse(answer));
  const file = goModFile.parse(JSON.parse(await go(['mod', 'edit', '-json', upstream.GoMod], { signal })));
  // In Kubernetes' own repository these are directories; here they are the modules published from them.
  const stagingVersion = `v0.${kubernetes.split('.').slice(1).join('.')}`;
  const staging = file.Require.filter((require) => require.Version === 'v0.0.0').map(({ Path }) => Path);
  const required = newest([
    ...file.Require.map(({ Path, Version }): [string, string] => [Path, Version]),
    ...staging.map((path): [string, string] => [path, stagingVersion]),
    ['k8s.io/kubernetes', `v${kubernetes}`],
    ...['server', 'etcdctl', 'etcdutl'].map((part): [string, string] => [
      `go.etcd.io/etcd/${part}/v3`,
      `v${release.etcd}`,
    ]),
    ['github.com/coredns/coredns', `v${release.coredns}`],
    ...Object.entries(sharedVersions),
  ]);
  const replaced = staging.map((path) => `${path} v0.0.0 => ${path} ${stagingVersion}`);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'go.mod'), goModText(required, replaced));
  // Upstream's checksums save a look-up for each of its 300 modules.
  await cp(join(upstream.Dir, 'go.sum'), join(directory, 'go.sum'));
}

function goModText(required: Versions, replaced: readonly string[]): string {
  const lines = [`module ${MODULE_PATH}`, `go ${GO_LANGUAGE}`];
  for (const [path, version] of required) lines.push(`require ${path} ${version}`);
  for (const replacement of replaced) lines.push(`replace ${replacement}`);
  return `${lines.join('\n')}\n`;
}

function splitModule(module: string): [string, string] {
  const at = module.lastIndexOf('@');
  return [module.slice(0, at), module.slice(at + 1)];
}

function newest(entries: readonly (readonly [string, string])[]): Versions {
  const versions = new Map<string, string>();
  for (const [path, version] of entries) {
    const known = versions.get(path);
    if (known === undefined || semver.gt(version, known)) versions.set(path, version);
  }
  return versions;
}
