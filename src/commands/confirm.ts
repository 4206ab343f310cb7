import { KubestairError } from '../errors.ts';
import type { RunIo } from '../request/io.ts';

/**
 * Whether a person may be asked, or has said already, that this cluster is meant: before any work, since a wrong name or none is
 * known at once.
 * @throws KubestairError NOT_CONFIRMED
 */
export function requireConfirmable(cluster: string, typed: string | undefined, { ask }: RunIo): void {
  if (typed === undefined && ask !== undefined) return;
  if (typed === undefined) throw notConfirmed('Nobody confirmed this', cluster);
  compare(cluster, typed);
}

/** Has the person at the terminal type the cluster's name, unless it was given. @throws KubestairError NOT_CONFIRMED */
export async function confirm(
  cluster: string,
  typed: string | undefined,
  question: string,
  { ask, signal }: RunIo,
): Promise<void> {
  if (typed !== undefined) return compare(cluster, typed);
  if (ask === undefined) throw notConfirmed('Nobody confirmed this', cluster);
  compare(cluster, (await ask(question, signal)).trim());
}

function compare(cluster: string, typed: string): void {
  if (typed === cluster) return;
  throw notConfirmed(`"${typed}" was typed, and the cluster's name is ${cluster}`, cluster);
}

function notConfirmed(what: string, cluster: string): KubestairError {
  return new KubestairError('NOT_CONFIRMED', `${what}; nothing was touched`, {
    object: `cluster ${cluster}`,
    next: `Look at it first with --dry-run. If you mean it, type the name of the cluster: --confirm ${cluster}.`,
  });
}
