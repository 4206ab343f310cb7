import { collectionPath } from '../backup/list-pages.ts';
import type { ResourcePart } from '../backup/manifest.ts';
import { type Kube, KubeStatusError } from '../ports/kube.ts';
import type { CompareServersInput } from './compare-servers.ts';
import { type Json, lostFields } from './lost-fields.ts';
import { splitObjectPath } from './object-index.ts';
import { resourceName } from './storage-keys.ts';
import type { Tally } from './tally.ts';

/** Answers that say nothing of the object: it changed or went after the export, or its kind knows no updates. */
const BESIDE_THE_POINT: ReadonlySet<number> = new Set([404, 405, 409]);

/**
 * Reads an object from the next version's API server and writes it back as a dry run: it decodes, passes the validation and
 * admission of that version, and loses nothing. What today's API server refuses too is not held against the next one.
 */
export async function roundTrip(
  part: ResourcePart,
  path: string,
  { current, target, signal }: CompareServersInput,
  tally: Tally,
): Promise<void> {
  const problem = await writeBack(target, part, path, signal);
  if (problem === undefined) return;
  if ((await writeBack(current, part, path, signal)) !== undefined) return;
  tally.differ({ object: `${resourceName(part)} ${path}`, finding: `cannot be written back: ${problem}` });
}

async function writeBack(
  kube: Kube,
  part: ResourcePart,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { namespace, name } = splitObjectPath(path);
  const object = `${collectionPath(part, namespace)}/${encodeURIComponent(name)}`;
  try {
    const before = (await kube.request({ path: object, signal })) as Json;
    const after = await kube.request({ method: 'PUT', path: `${object}?dryRun=All`, body: before, signal });
    const lost = lostFields(before, after as Json);
    return lost.length === 0 ? undefined : `it loses ${lost.join(', ')}`;
  } catch (thrown) {
    if (!(thrown instanceof KubeStatusError)) throw thrown;
    return BESIDE_THE_POINT.has(thrown.status) ? undefined : thrown.message;
  }
}
