import type { ResourcePart } from '../../backup/manifest.ts';

/** An object as the API server writes it; only what a restore looks at has a type. */
export interface RawObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: RawMetadata;
  readonly spec?: RawFields;
  readonly status?: RawFields;
  readonly [field: string]: unknown;
}

export interface RawMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly [field: string]: unknown;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly [field: string]: unknown;
}

export type RawFields = Readonly<Record<string, unknown>>;

/** What tells one kind from another in the API. */
export type KindName = Pick<ResourcePart, 'group' | 'version' | 'resource' | 'kind' | 'namespaced'>;

/** `deployments.apps`, as `kubectl api-resources -o name` writes it. */
export function resourceName({ group, resource }: Pick<KindName, 'group' | 'resource'>): string {
  return group === '' ? resource : `${resource}.${group}`;
}

export function apiVersionOf({ group, version }: Pick<KindName, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** As kubectl would name it, with its namespace: `deployments.apps/shop/web`. */
export function objectName(kind: KindName, { metadata }: RawObject): string {
  const place = metadata.namespace === undefined ? '' : `${metadata.namespace}/`;
  return `${resourceName(kind)}/${place}${metadata.name}`;
}

/** Unique within its kind. */
export function keyOf({ metadata }: RawObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** The collection that objects of a kind are created in. */
export function collectionPath(
  { group, version, resource, namespaced }: KindName,
  namespace?: string,
): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${place}/${resource}`;
}

export function objectPath(kind: KindName, { metadata }: RawObject): string {
  return `${collectionPath(kind, metadata.namespace)}/${encodeURIComponent(metadata.name)}`;
}
