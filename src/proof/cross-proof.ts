import type { ResourcePart } from '../backup/manifest.ts';
import type { EtcdKeys } from '../ports/etcd-keys.ts';
import { elsewhereFolder, exportedFolder, type KeyFolder, sharedFolder, strayFolder } from './key-folders.ts';
import type { ObjectIndex } from './object-index.ts';
import { type GroupResource, resourceName, splitPath, storageFolder } from './storage-keys.ts';
import { startTally, type Tally, type TallyReport } from './tally.ts';

/** An export and how to find its objects. */
export interface ExportToProve {
  /** Resource version that the export was cut at, which is a revision of etcd. */
  readonly resourceVersion: string;
  readonly resources: readonly ResourcePart[];
  readonly index: ObjectIndex;
}

export interface CrossProofInput extends ExportToProve {
  /** Of an etcd that the snapshot was restored into without raising its revision. */
  readonly keys: EtcdKeys;
  /** The API server's --etcd-prefix, without a `/` at its end; `/registry` unless somebody chose another. */
  readonly prefix: string;
  readonly signal: AbortSignal;
}

const DEFINITIONS: GroupResource = { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' };

/**
 * Compares an export with the snapshot taken after it, as an equality: the snapshot still knows what every key was at the export's
 * own revision, so each exported object's resourceVersion must be the revision of its key, with none missing on either side. Works
 * on encrypted clusters too, since keys and revisions are not encrypted. One pass over the keys in their order, in constant memory.
 * @throws KubestairError REVISION_COMPACTED, SCRATCH_FAILED, and what reading the index throws
 */
export async function crossProve(input: CrossProofInput): Promise<TallyReport> {
  const { keys, prefix, resourceVersion, signal } = input;
  const { tally, report } = startTally();
  const definitions = await definitionsOf(input);
  const folders = openFolders(input, definitions, tally);
  const root = `${prefix}/`;
  const revision = BigInt(resourceVersion);
  let seen = 0;
  let current: KeyFolder | undefined;
  for await (const page of keys.keysAt(root, revision, signal)) {
    seen += page.length;
    for (const { key, modRevision } of page) {
      const { folder: name, rest } = splitPath(key.slice(root.length), folders);
      const folder = folders.get(name) ?? strayFolder(name, definitions, tally);
      folders.set(name, folder);
      if (folder !== current) await current?.leave?.();
      current = folder;
      await folder.see(rest, modRevision);
    }
  }
  for (const folder of folders.values()) await folder.finish();
  const others = (await keys.countAt(revision, signal)) - seen;
  if (others > 0) {
    const reason = 'no objects of Kubernetes; API servers keep a mark of their compactions there';
    tally.except({ what: `keys outside ${root}`, count: others, reason });
  }
  return report();
}

function openFolders(
  { resources, index, signal }: CrossProofInput,
  definitions: ReadonlySet<string>,
  tally: Tally,
): Map<string, KeyFolder> {
  const byFolder = Map.groupBy(resources, (part) =>
    storageFolder(part, definitions.has(`${part.resource}.${part.group}`)),
  );
  const folders = new Map<string, KeyFolder>();
  for (const [name, parts] of byFolder) {
    const open = (part: ResourcePart): KeyFolder =>
      part.part !== undefined && part.consistency === 'exact'
        ? exportedFolder(part, index, tally, signal)
        : elsewhereFolder(part, tally);
    folders.set(name, sharedFolder(parts.map(open)));
  }
  return folders;
}

/** CustomResourceDefinitions are named `<plural>.<group>`. */
async function definitionsOf({ resources, index, signal }: CrossProofInput): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const listed = resources.some((part) => resourceName(part) === resourceName(DEFINITIONS) && part.part);
  if (!listed) return names;
  for await (const { path } of index.entriesOf(DEFINITIONS, signal)) names.add(path);
  return names;
}
