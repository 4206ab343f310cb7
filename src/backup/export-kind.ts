import { KubestairError } from '../errors.ts';
import { type Kube, KubeStatusError } from '../ports/kube.ts';
import { measure } from './digest.ts';
import type { ListableKind } from './discover.ts';
import { listPages } from './list-pages.ts';
import type { ListEnvelope } from './list-scanner.ts';
import type { ResourcePart } from './manifest.ts';
import type { PartStore } from './parts.ts';
import type { Meter } from './progress.ts';
import type { BackupWitness } from './witness.ts';

/** A list that breaks off is read again from its start this often. */
const ATTEMPTS = 3;

/** How an aggregated API that does not know `resourceVersionMatch` refuses it: BadRequest, Invalid. */
const CANNOT_CUT: readonly number[] = [400, 422];

export interface KindDeps {
  readonly kube: Kube;
  readonly parts: PartStore;
  readonly witness?: BackupWitness | undefined;
  readonly meter: Meter;
  readonly signal: AbortSignal;
}

/** The resource version was compacted away before the kind was listed: the whole cut has to be made again. */
export class CutExpiredError extends Error {
  override readonly name = 'CutExpiredError';
}

/**
 * Exports one kind into its part. What the API server refuses becomes the part's `error`; trouble with the store is thrown.
 * @param exactly Resource version of the cut; undefined for a kind that only has versions of its own.
 * @throws CutExpiredError, KubestairError of the store and KUBE_UNREACHABLE, the signal's reason
 */
export async function exportKind(
  kind: ListableKind,
  exactly: string | undefined,
  deps: KindDeps,
): Promise<ResourcePart> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await exportOnce(kind, exactly, deps);
    } catch (error) {
      deps.signal.throwIfAborted();
      if (error instanceof KubestairError) {
        // The connection may break in the middle of a page, where the Kube port cannot repeat the request.
        if (error.code === 'KUBE_UNREACHABLE' && attempt < ATTEMPTS) continue;
        throw error;
      }
      const refused = error instanceof KubeStatusError;
      if (refused && error.status === 410 && exactly !== undefined) {
        throw new CutExpiredError(error.message, { cause: error });
      }
      if (refused && CANNOT_CUT.includes(error.status) && exactly !== undefined) {
        return await exportKind(kind, undefined, deps);
      }
      const again = !refused || error.status === 410;
      if (!again || attempt === ATTEMPTS) return failedKind(kind, reasonOf(error));
    }
  }
}

/** The entry of a kind that could not be exported. */
export function failedKind(kind: ListableKind, reason: string): ResourcePart {
  return { ...kind, objects: 0, consistency: 'own', listResourceVersion: '', error: reason };
}

async function exportOnce(
  kind: ListableKind,
  exactly: string | undefined,
  { kube, parts, witness, meter, signal }: KindDeps,
): Promise<ResourcePart> {
  const pages: ListEnvelope[] = [];
  const lines = listPages(
    kube,
    kind,
    exactly,
    (page, bytes) => {
      pages.push(page);
      meter.add(bytes, page.items);
    },
    signal,
  );
  const part = await parts.write(
    `${partFolder(kind)}/${kind.resource}.ndjson`,
    measure(witness?.resources(kind, lines) ?? lines),
    signal,
  );
  const versions = [...new Set(pages.map((page) => page.resourceVersion))];
  return {
    ...kind,
    objects: pages.reduce((sum, page) => sum + page.items, 0),
    // The server's word counts: an API that does not know resourceVersionMatch answers with some other version.
    consistency: versions.length === 1 && versions[0] === exactly ? 'exact' : 'own',
    listResourceVersion: versions.at(-1) ?? '',
    part,
  };
}

function partFolder(kind: ListableKind): string {
  // No group of a custom resource or an aggregated API is without a dot, so "core" cannot clash.
  return `resources/${kind.group || 'core'}/${kind.version}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof KubeStatusError) return `${error.status} ${error.reason}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
