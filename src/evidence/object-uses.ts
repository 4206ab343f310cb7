import type { ObjectUse } from '../cluster/evidence.ts';
import type { ServedApi } from './served-apis.ts';

/** What a list of PartialObjectMetadata says of an object. */
export interface ObjectMetadata {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly ManagedFieldsEntry[];
  };
}

/** metav1.ManagedFieldsEntry. */
interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsV1?: { readonly 'f:metadata'?: { readonly 'f:annotations'?: object } };
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** They are upgraded together with what they write to. */
const OWN_MANAGERS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubeadm',
];

/** Who wrote an object through an API version that has a release to go with, and did not turn to another one since. */
export function usesOf(
  { metadata }: ObjectMetadata,
  apis: ReadonlyMap<string, Pick<ServedApi, 'kind'>>,
): readonly ObjectUse[] {
  const named = (api: string) => ({
    ...{ api, kind: apis.get(api)?.kind ?? '', name: metadata.name },
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
  });
  const entries = (metadata.managedFields ?? []).filter(
    ({ manager = '' }) => !OWN_MANAGERS.includes(manager),
  );
  const written = entries
    .filter((entry) => apis.has(entry.apiVersion ?? '') && !hasTurned(entry, entries))
    .map(
      ({ apiVersion = '', manager = '', time }): ObjectUse => ({
        ...named(apiVersion),
        ...{ by: manager, trace: 'managed-fields' },
        ...(time !== undefined && { at: time }),
      }),
    );
  const applied = apiVersionIn(metadata.annotations?.[LAST_APPLIED]);
  const writer = entries.find(ownsAnnotation);
  if (applied === undefined || !apis.has(applied) || isMigrated(applied, writer, entries))
    return unique(written);
  const use: ObjectUse = {
    ...named(applied),
    ...{ by: writer?.manager ?? 'kubectl apply', trace: 'last-applied' },
    ...(writer?.time !== undefined && { at: writer.time }),
  };
  return unique([use, ...written]);
}

/** The same manager wrote the same part of the object later through another version. */
function hasTurned(entry: ManagedFieldsEntry, entries: readonly ManagedFieldsEntry[]): boolean {
  return entries.some(
    (other) =>
      other.manager === entry.manager &&
      (other.subresource ?? '') === (entry.subresource ?? '') &&
      other.apiVersion !== entry.apiVersion &&
      isLater(other, entry),
  );
}

/**
 * The annotation is only as new as the last `kubectl apply`: whoever took the object over since, with Helm or server-side apply,
 * leaves it as it is (pluto#495, kubent#309).
 */
function isMigrated(
  applied: string,
  writer: ManagedFieldsEntry | undefined,
  entries: readonly ManagedFieldsEntry[],
): boolean {
  if (writer === undefined) return false;
  if (writer.apiVersion !== applied) return true;
  return entries.some(
    (other) =>
      other !== writer &&
      other.subresource === undefined &&
      other.apiVersion !== applied &&
      isLater(other, writer),
  );
}

function ownsAnnotation({ fieldsV1 }: ManagedFieldsEntry): boolean {
  return Object.hasOwn(fieldsV1?.['f:metadata']?.['f:annotations'] ?? {}, `f:${LAST_APPLIED}`);
}

/** Times are RFC 3339 in UTC, to the second. */
function isLater(a: ManagedFieldsEntry, b: ManagedFieldsEntry): boolean {
  return (a.time ?? '') > (b.time ?? '');
}

function apiVersionIn(annotation: string | undefined): string | undefined {
  if (annotation === undefined) return undefined;
  try {
    const applied: unknown = JSON.parse(annotation);
    if (typeof applied !== 'object' || applied === null || !('apiVersion' in applied)) return undefined;
    return typeof applied.apiVersion === 'string' ? applied.apiVersion : undefined;
  } catch {
    return undefined;
  }
}

/** One for each writer and version: `kubectl apply` leaves both traces. */
function unique(uses: readonly ObjectUse[]): readonly ObjectUse[] {
  const seen = new Set<string>();
  return uses.filter(({ api, by }) => {
    const key = `${api} ${by}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
