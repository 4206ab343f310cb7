import { listPages } from '../backup/list-pages.ts';
import type { ResourcePart } from '../backup/manifest.ts';
import type { Kube } from '../ports/kube.ts';
import { linesOf } from './lines.ts';
import { type Json, lostFields } from './lost-fields.ts';
import { entryOf } from './object-index.ts';
import { resourceName } from './storage-keys.ts';
import type { Tally } from './tally.ts';

export interface CompareServersInput {
  readonly current: Kube;
  readonly target: Kube;
  readonly resourceVersion: string;
  readonly signal: AbortSignal;
}

/**
 * Lists a kind from two API servers on the same data at the same revision, and looks what the second one drops or changes. What it
 * adds, such as defaults of new fields, is as it should be.
 */
export async function compareServers(
  part: ResourcePart,
  { current, target, resourceVersion, signal }: CompareServersInput,
  tally: Tally,
): Promise<void> {
  const list = (kube: Kube): AsyncGenerator<Buffer> =>
    linesOf(listPages(kube, part, resourceVersion, () => {}, signal));
  const theirs = list(target);
  let same = 0;
  let other = 0;
  for await (const mine of list(current)) {
    const { path } = entryOf(mine);
    const next = await theirs.next();
    if (next.done === true || entryOf(next.value).path !== path) {
      tally.differ({
        object: `${resourceName(part)} ${path}`,
        finding: 'is not in the list of the next version',
      });
      await theirs.return(undefined);
      return;
    }
    if (next.value.equals(mine)) {
      same += 1;
      continue;
    }
    const lost = lostFields(parse(mine), parse(next.value));
    if (lost.length === 0) other += 1;
    else tally.differ({ object: `${resourceName(part)} ${path}`, finding: `loses ${lost.join(', ')}` });
  }
  if ((await theirs.next()).done !== true) {
    tally.differ({ object: resourceName(part), finding: 'has more objects in the list of the next version' });
  }
  tally.same(same + other);
  if (other > 0) {
    tally.except({ what: resourceName(part), count: other, reason: 'the next version adds fields to them' });
  }
}

function parse(line: Buffer): Json {
  return JSON.parse(line.toString()) as Json;
}
