import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { KubestairError } from '../errors.ts';
import type { History } from '../ports/history.ts';

const run = promisify(execFile);

/** A monorepo's list of changed files can be long. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The history that `git` knows of a working directory. */
export function openGit(cwd: string): History {
  const git = async (args: readonly string[], signal: AbortSignal | undefined): Promise<string> => {
    const { stdout } = await run('git', [...args], { cwd, maxBuffer: MOST_BYTES, signal });
    return stdout;
  };
  const commitOf = async (base: string, signal: AbortSignal | undefined): Promise<string> => {
    try {
      // What a name stands for first, so that a name can be no option of the commands below.
      const text = await git(['rev-parse', '--verify', '--end-of-options', `${base}^{commit}`], signal);
      return text.trim();
    } catch (thrown) {
      signal?.throwIfAborted();
      throw unknownBase(base, thrown);
    }
  };
  return {
    async changedSince(base, signal) {
      const commit = await commitOf(base, signal);
      // What the base branch changed since is no change of this one; a shallow clone does not know where they parted.
      const parted = await git(['merge-base', commit, 'HEAD'], signal).then(
        (text) => text.trim(),
        () => commit,
      );
      const output = await git(
        ['diff', '--name-only', '--relative', '--diff-filter=d', '-z', parted],
        signal,
      );
      return output.split('\0').filter((file) => file !== '');
    },

    async textAt(base, file, signal) {
      const commit = await commitOf(base, signal);
      try {
        return await git(['show', `${commit}:./${file}`], signal);
      } catch {
        signal?.throwIfAborted();
        return undefined;
      }
    },
  };
}

function unknownBase(base: string, cause: unknown): KubestairError {
  const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
  return new KubestairError('HISTORY_UNKNOWN', `git does not know ${base}: ${said.split('\n')[0]}`, {
    object: base,
    next: 'Fetch it first; in a workflow, check out with `fetch-depth: 0`.',
    cause,
  });
}
