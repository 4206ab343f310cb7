import type { LabelSelector } from '../../cluster/observation.ts';
import { selects } from '../../cluster/selector.ts';
import { KubestairError } from '../../errors.ts';
import { type KindName, type RawObject, resourceName } from './object.ts';

/** What of a backup is to be restored; empty lists mean everything. */
export interface Selection {
  readonly namespaces: readonly string[];
  /** As a person writes them: `deployments`, `deployments.apps`, `Deployment`. */
  readonly kinds: readonly string[];
  readonly labels?: LabelSelector;
  /** Namespaces that get another name. */
  readonly renames: ReadonlyMap<string, string>;
}

/** @throws KubestairError INPUT_INVALID for a pair that is none */
export function parseRenames(pairs: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    pairs.map((pair) => {
      const [from = '', to = '', ...more] = pair.split('=');
      if (from === '' || to === '' || more.length > 0) {
        throw new KubestairError('INPUT_INVALID', `--as-namespace "${pair}" is no pair of namespaces.`, {
          next: 'Write it as old=new.',
        });
      }
      return [from, to] as const;
    }),
  );
}

/**
 * Whether objects of a kind can be selected at all. Where namespaces are named, nothing of the whole cluster is, but
 * the Namespaces themselves, and what `kinds` names.
 */
export function selectsKind({ namespaces, kinds }: Selection, kind: KindName): boolean {
  if (kinds.length > 0) return kinds.some((written) => names(written, kind));
  return namespaces.length === 0 || kind.namespaced || resourceName(kind) === 'namespaces';
}

export function selectsObject(selection: Selection, kind: KindName, { metadata }: RawObject): boolean {
  const { namespaces, labels } = selection;
  if (labels !== undefined && !selects(labels, metadata.labels ?? {})) return false;
  if (namespaces.length === 0) return true;
  if (resourceName(kind) === 'namespaces') return namespaces.includes(metadata.name);
  return !kind.namespaced || namespaces.includes(metadata.namespace ?? '');
}

/** Kinds that were named and are not in the backup. */
export function unknownKinds({ kinds }: Selection, there: readonly KindName[]): readonly string[] {
  return kinds.filter((written) => !there.some((kind) => names(written, kind)));
}

function names(written: string, kind: KindName): boolean {
  const wanted = written.toLowerCase();
  return [kind.resource, resourceName(kind), kind.kind, `${kind.kind}.${kind.group}`].some(
    (name) => name.toLowerCase() === wanted,
  );
}
