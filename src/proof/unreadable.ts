import { collectionPath, listPages } from '../backup/list-pages.ts';
import type { ResourcePart } from '../backup/manifest.ts';
import { type Kube, KubeStatusError } from '../ports/kube.ts';
import type { ExportToProve } from './cross-proof.ts';
import { linesOf } from './lines.ts';
import { entryOf, splitObjectPath } from './object-index.ts';
import { resourceName } from './storage-keys.ts';
import type { Tally } from './tally.ts';

/** So many objects are asked for one by one to find those that cannot be read. */
const MOST_LOOKS = 2000;

export interface UnreadableInput extends Pick<ExportToProve, 'index' | 'resourceVersion'> {
  readonly kube: Kube;
  readonly signal: AbortSignal;
}

/**
 * Finds the objects of a kind that an API server cannot read. One of them makes the whole list fail, without saying which it was:
 * from the page that fails, every object is asked for alone.
 * @param refusal What the list failed with.
 */
export async function findUnreadable(
  part: ResourcePart,
  { kube, index, resourceVersion, signal }: UnreadableInput,
  refusal: KubeStatusError,
  tally: Tally,
): Promise<void> {
  const last = await lastReadable(part, kube, resourceVersion, signal);
  let passed = last === undefined;
  let looks = 0;
  let found = 0;
  for await (const { path } of index.entriesOf(part, signal)) {
    if (!passed) {
      passed = path === last;
      continue;
    }
    if (looks === MOST_LOOKS) break;
    looks += 1;
    const problem = await readOne(part, path, kube, resourceVersion, signal);
    if (problem === undefined) continue;
    found += 1;
    tally.differ({ object: `${resourceName(part)} ${path}`, finding: `cannot be read: ${problem}` });
  }
  if (found === 0)
    tally.differ({ object: resourceName(part), finding: `cannot be listed: ${refusal.message}` });
}

/** The last object before the page that fails. */
async function lastReadable(
  part: ResourcePart,
  kube: Kube,
  resourceVersion: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  let last: string | undefined;
  try {
    for await (const line of linesOf(listPages(kube, part, resourceVersion, () => {}, signal)))
      last = entryOf(line).path;
  } catch (thrown) {
    if (!(thrown instanceof KubeStatusError)) throw thrown;
  }
  return last;
}

async function readOne(
  part: ResourcePart,
  path: string,
  kube: Kube,
  resourceVersion: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { namespace, name } = splitObjectPath(path);
  // A list of one, since a single object cannot be asked for at a revision. Only within a namespace is it read from etcd alone.
  const query = new URLSearchParams({
    fieldSelector: `metadata.name=${name}`,
    resourceVersion,
    resourceVersionMatch: 'Exact',
    limit: '1',
  });
  try {
    await kube.request({ path: `${collectionPath(part, namespace)}?${query}`, retries: 0, signal });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof KubeStatusError) return thrown.message;
    throw thrown;
  }
}
