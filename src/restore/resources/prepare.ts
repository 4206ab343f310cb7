import {
  apiVersionOf,
  type KindName,
  type OwnerReference,
  type RawFields,
  type RawObject,
  resourceName,
} from './object.ts';

/** An object as it is to be created, and what had to be done apart or changed. */
export interface Prepared {
  readonly object: RawObject;
  /** UID of the object when it was backed up. */
  readonly oldUid: string | undefined;
  /** Owners by their old UIDs; set apart, since their new ones are to be found first. */
  readonly owners: readonly OwnerReference[];
  /** What a restore has to change, for people. */
  readonly changes: readonly string[];
}

/** Fields that the API server writes. */
const SERVER_FIELDS = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
  'ownerReferences',
] as const;

const BINDING = ['pv.kubernetes.io/bind-completed', 'pv.kubernetes.io/bound-by-controller'] as const;

/**
 * Makes an object of a backup fit to be created: without what the API server writes, in its namespace's new name, unbound from
 * UIDs that are gone. Pure.
 */
export function prepare(kind: KindName, backedUp: RawObject, renames: ReadonlyMap<string, string>): Prepared {
  const { metadata } = backedUp;
  const changes: string[] = [];
  const renamed = rename(kind, backedUp, renames);
  const base: RawObject = {
    ...renamed,
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: without(renamed.metadata, SERVER_FIELDS) as RawObject['metadata'],
  };
  return {
    object: special(kind, base, renamed.metadata !== metadata, changes),
    oldUid: metadata.uid,
    owners: metadata.ownerReferences ?? [],
    changes,
  };
}

function rename(kind: KindName, object: RawObject, renames: ReadonlyMap<string, string>): RawObject {
  const { metadata } = object;
  if (resourceName(kind) === 'namespaces') {
    const name = renames.get(metadata.name);
    if (name === undefined) return object;
    const labels = { ...metadata.labels, 'kubernetes.io/metadata.name': name };
    return { ...object, metadata: { ...metadata, name, labels } };
  }
  const namespace = metadata.namespace === undefined ? undefined : renames.get(metadata.namespace);
  if (namespace === undefined) return object;
  const moved = { ...object, metadata: { ...metadata, namespace } };
  // Accounts of a binding that lived beside it moved with it.
  if (!resourceName(kind).startsWith('rolebindings.') || !Array.isArray(object.subjects)) return moved;
  const subjects = object.subjects.map((subject: RawFields) => {
    const to = renames.get(String(subject.namespace ?? ''));
    return to === undefined ? subject : { ...subject, namespace: to };
  });
  return { ...moved, subjects };
}

function special(kind: KindName, object: RawObject, moved: boolean, changes: string[]): RawObject {
  const { metadata, spec } = object;
  switch (resourceName(kind)) {
    case 'namespaces':
      return { ...object, spec: without(spec, ['finalizers']) };
    case 'serviceaccounts':
      return without(object, ['secrets']) as RawObject;
    case 'secrets':
      return object.type === 'kubernetes.io/service-account-token' ? freshToken(object, changes) : object;
    case 'services':
      return moved ? { ...object, spec: without(spec, ADDRESSES) } : object;
    case 'persistentvolumes':
      return unbindVolume(object);
    case 'persistentvolumeclaims': {
      const unbound = {
        ...object,
        metadata: { ...metadata, annotations: without(metadata.annotations, BINDING) },
      };
      if (!moved || spec?.volumeName === undefined) return unbound as RawObject;
      changes.push('asks for a new volume, since the old one belongs to the claim of the old namespace');
      return { ...unbound, spec: without(spec, ['volumeName']) } as RawObject;
    }
    case 'jobs.batch':
      return freshJob(object);
    case 'pods':
      changes.push('is scheduled anew');
      return { ...object, spec: without(spec, ['nodeName']) };
    case 'customresourcedefinitions.apiextensions.k8s.io':
      return without(object, ['status']) as RawObject;
    default:
      return object;
  }
}

/** Addresses that are handed out once in a cluster. */
const ADDRESSES = ['clusterIP', 'clusterIPs', 'healthCheckNodePort'] as const;

/** A Service without the addresses and ports that another one has by now. */
export function withoutAddresses(object: RawObject): RawObject {
  const { spec } = object;
  const ports = Array.isArray(spec?.ports)
    ? spec.ports.map((port: RawFields) => without(port, ['nodePort']))
    : undefined;
  const headless = spec?.clusterIP === 'None';
  return {
    ...object,
    spec: { ...without(spec, headless ? ['healthCheckNodePort'] : ADDRESSES), ...(ports && { ports }) },
  };
}

// The token names the UID of an account that is gone; a controller writes a new one.
function freshToken(object: RawObject, changes: string[]): RawObject {
  changes.push('gets a new token');
  const annotations = without(object.metadata.annotations, ['kubernetes.io/service-account.uid']);
  return { ...without(object, ['data']), metadata: { ...object.metadata, annotations } } as RawObject;
}

// Bound to the claim of that name again, whatever its UID.
function unbindVolume(object: RawObject): RawObject {
  const claim = object.spec?.claimRef as RawFields | undefined;
  const annotations = without(object.metadata.annotations, BINDING);
  const spec =
    claim === undefined
      ? object.spec
      : { ...object.spec, claimRef: without(claim, ['uid', 'resourceVersion']) };
  return { ...object, metadata: { ...object.metadata, annotations }, spec } as RawObject;
}

const JOB_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid'] as const;

// The selector of a Job names its own UID unless its author chose one.
function freshJob(object: RawObject): RawObject {
  const { spec, metadata } = object;
  if (spec === undefined || spec.manualSelector === true) return object;
  const template = spec.template as { readonly metadata?: RawFields } | undefined;
  const labels = without(template?.metadata?.labels as RawFields | undefined, JOB_LABELS);
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: without(metadata.labels, JOB_LABELS) as Readonly<Record<string, string>>,
    },
    spec: {
      ...without(spec, ['selector']),
      template: { ...template, metadata: { ...template?.metadata, labels } },
    },
  };
}

/** An object without some fields. */
export function without(fields: RawFields | undefined, names: readonly string[]): RawFields {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([name]) => !names.includes(name)));
}
