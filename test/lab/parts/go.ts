import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from './cache.ts';
import { type RunOptions, run } from './process.ts';

const MINIMUM_GO = [1, 26] as const;

/**
 * Flags of every compilation. They are part of what Go's cache is keyed by, so they are equal for all
 * parts: a package that two parts have in common is compiled once. No DWARF saves a sixth of the time.
 */
export const compileFlags = ['-trimpath', '-gcflags=all=-dwarf=false'] as const;

/** Go's compile cache for the lab: an own one, since it grows by about 3 GB for a Kubernetes minor. */
export function goCacheDirectory(): string {
  return join(cacheDir(), 'gocache');
}

/** Runs the go command in the lab's environment and returns its standard output. */
export async function go(args: readonly string[], options: RunOptions = {}): Promise<string> {
  try {
    return await run('go', args, { ...options, env: { ...goEnvironment(), ...options.env } });
  } catch (error) {
    if (!isMissingCommand(error)) throw error;
    throw new Error(
      `Go ${MINIMUM_GO.join('.')} or newer is needed to build the lab and there is no "go" in PATH`,
    );
  }
}

let knownGoVersion: Promise<string> | undefined;

/** The version of the go command, `go1.26.8`. */
export async function goVersion(): Promise<string> {
  knownGoVersion ??= readGoVersion();
  return await knownGoVersion;
}

async function readGoVersion(): Promise<string> {
  const version = (await go(['env', 'GOVERSION'])).trim();
  const [major = 0, minor = 0] = version.replace('go', '').split('.').map(Number);
  if (major > MINIMUM_GO[0] || minor >= MINIMUM_GO[1]) return version;
  throw new Error(
    `Go ${MINIMUM_GO.join('.')} or newer is needed to build the lab; "go" in PATH is ${version}`,
  );
}

function goEnvironment(): Readonly<Record<string, string>> {
  // A compiler that never collects garbage is an eighth faster; the limit makes it collect when a
  // package would otherwise take the machine's memory.
  const limit = Math.floor(totalmem() / 2 / (availableParallelism() + 1) / 2 ** 20);
  return {
    GOCACHE: goCacheDirectory(),
    GOFLAGS: '-mod=mod',
    GOWORK: 'off',
    GOTOOLCHAIN: 'local',
    CGO_ENABLED: '0',
    GOGC: 'off',
    GOMEMLIMIT: `${Math.min(limit, 4096)}MiB`,
  };
}

function isMissingCommand(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
