import { KubestairError } from '../errors.ts';
import type { Forge } from '../ports/forge.ts';
import type { History } from '../ports/history.ts';

export interface ForgeHistoryOptions {
  readonly forge: Forge;
  readonly pullRequest: number;
  /** The commit of the base branch that the pull request was opened against. */
  readonly base: string;
  /** What to ask about any other commit, and where the forge does not answer. */
  readonly otherwise: History;
}

/** What a pull request changes, asked of the forge, so that a workflow needs no deeper clone than it has. */
export function forgeHistory({ forge, pullRequest, base, otherwise }: ForgeHistoryOptions): History {
  const asked = async <T>(commit: string, ask: () => Promise<T>, instead: () => Promise<T>): Promise<T> => {
    if (commit !== base) return instead();
    try {
      return await ask();
    } catch (thrown) {
      const isForge = thrown instanceof KubestairError && thrown.code.startsWith('FORGE_');
      if (!isForge) throw thrown;
      return instead();
    }
  };
  return {
    changedSince: (commit, signal) =>
      asked(
        commit,
        () => Array.fromAsync(forge.changedFiles(pullRequest, signal)),
        () => otherwise.changedSince(commit, signal),
      ),
    textAt: (commit, file, signal) =>
      asked(
        commit,
        () => forge.textAt(commit, file, signal),
        () => otherwise.textAt(commit, file, signal),
      ),
  };
}
