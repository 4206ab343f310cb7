import type { ResourcePart } from '../backup/manifest.ts';
import { compareKind } from './compare-kind.ts';
import type { ObjectIndex } from './object-index.ts';
import { explainFolder, resourceName } from './storage-keys.ts';
import type { Tally } from './tally.ts';

/** The keys of one kind, in their order. */
export interface KeyFolder {
  see(rest: string, modRevision: string): Promise<void>;
  /** Others follow, so that what was held open can be closed. */
  leave?(): Promise<void>;
  /** There are no more keys at all. */
  finish(): Promise<void>;
}

/** Keys of a kind that was exported: every object is the one that etcd had. */
export function exportedFolder(
  part: ResourcePart,
  index: ObjectIndex,
  tally: Tally,
  signal: AbortSignal,
): KeyFolder {
  const comparison = compareKind({
    kind: resourceName(part),
    entries: index.entriesOf(part, signal),
    differ: tally.differ,
    findings: {
      onlyExported: 'is in the export, but not in etcd',
      notExported: 'is in etcd, but not in the export',
    },
  });
  const finish = once(async () => tally.same(await comparison.finish()));
  return {
    see: (rest, modRevision) =>
      comparison.see(rest, ({ resourceVersion }) =>
        resourceVersion === modRevision
          ? undefined
          : `has resourceVersion ${resourceVersion} in the export and ${modRevision} in etcd`,
      ),
    leave: finish,
    finish,
  };
}

/** Keys of a kind whose objects could not be listed at the export's revision: there are to be none in this etcd. */
export function elsewhereFolder(part: ResourcePart, tally: Tally): KeyFolder {
  const what = resourceName(part);
  let keys = 0;
  return {
    async see() {
      keys += 1;
    },
    async finish() {
      const missing = `could not be exported: ${part.error ?? 'no reason given'}`;
      if (keys > 0) {
        const how = part.part === undefined ? missing : 'was exported as of another time';
        tally.differ({ object: what, finding: `has ${keys} keys in etcd, but ${how}` });
      } else {
        const elsewhere =
          'the API server keeps them elsewhere than in this etcd, and counts their versions apart';
        // That it is missing makes the backup partial, and is no difference to this etcd.
        tally.except({ what, count: part.objects, reason: part.part === undefined ? missing : elsewhere });
      }
    },
  };
}

/** Keys of no exported kind. @param definitions Names of the CustomResourceDefinitions that there were. */
export function strayFolder(name: string, definitions: ReadonlySet<string>, tally: Tally): KeyFolder {
  let keys = 0;
  let example = '';
  return {
    async see(rest) {
      if (keys === 0) example = name + rest;
      keys += 1;
    },
    async finish() {
      const reason = explainFolder(name, definitions);
      if (reason !== undefined) tally.except({ what: `keys below ${name}`, count: keys, reason });
      else {
        const many = keys === 1 ? '' : ` and ${keys - 1} more below ${name}`;
        tally.differ({
          object: `key ${example}${many}`,
          finding: 'is in etcd, and no exported kind is kept there',
        });
      }
    },
  };
}

/** Kinds that are one in truth, such as events and events.events.k8s.io, lie in one folder. */
export function sharedFolder(folders: readonly KeyFolder[]): KeyFolder {
  return {
    async see(rest, modRevision) {
      for (const folder of folders) await folder.see(rest, modRevision);
    },
    async leave() {
      for (const folder of folders) await folder.leave?.();
    },
    async finish() {
      for (const folder of folders) await folder.finish();
    },
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
