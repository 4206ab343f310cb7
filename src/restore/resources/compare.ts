import { createHash } from 'node:crypto';
import { type KindName, type RawObject, resourceName } from './object.ts';
import { prepare, without } from './prepare.ts';

const NO_RENAMES: ReadonlyMap<string, string> = new Map();

/**
 * What an object says, whoever wrote it and when: equal for a live object and the one of a backup when restoring would
 * change nothing. Status counts for custom resources alone; everything else's is written by its controllers.
 */
export function digestOf(kind: KindName, object: RawObject, custom: boolean): string {
  const { object: prepared } = prepare(kind, object, NO_RENAMES);
  const said = custom ? prepared : without(prepared, ['status']);
  return createHash('sha256')
    .update(JSON.stringify(sorted(ignoring(kind, said))))
    .digest('base64url');
}

// What others write into a spec while the object lives.
function ignoring(kind: KindName, object: Readonly<Record<string, unknown>>): unknown {
  const spec = object.spec as Readonly<Record<string, unknown>> | undefined;
  switch (resourceName(kind)) {
    case 'persistentvolumeclaims':
    case 'persistentvolumes':
      return { ...object, spec: without(spec, ['volumeName', 'claimRef']) };
    case 'customresourcedefinitions.apiextensions.k8s.io':
    case 'apiservices.apiregistration.k8s.io':
      return without(object, ['status']);
    default:
      return object;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
