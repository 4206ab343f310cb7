import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../ports/clock.ts';
import { type Kube, KubeStatusError } from '../../ports/kube.ts';
import { patiently } from '../../rollout/patience.ts';
import { digestOf } from './compare.ts';
import {
  collectionPath,
  type KindName,
  type OwnerReference,
  objectPath,
  type RawObject,
  resourceName,
} from './object.ts';
import { without, withoutAddresses } from './prepare.ts';

export interface ApplyDeps {
  readonly kube: Kube;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Ask the API server what it would do, and do nothing. */
  readonly dryRun: boolean;
}

export interface Wanted {
  readonly kind: KindName;
  readonly object: RawObject;
  /** With the UIDs that they have now. */
  readonly owners: readonly OwnerReference[];
  /** Whether a CustomResourceDefinition defines the kind: then nobody but its author writes its status. */
  readonly custom: boolean;
}

/** What the API server made of an object. */
export type Applied =
  | { readonly state: 'done'; readonly uid: string; readonly notes: readonly string[] }
  /** Another object of that name appeared meanwhile. */
  | { readonly state: 'exists' }
  /** It can only be tried once something else is there. */
  | { readonly state: 'untried'; readonly reason: string }
  | { readonly state: 'refused'; readonly reason: string };

const RETRIES = 4;
/** How long a namespace may take to go that stands in the way of its own restore. */
const TERMINATING_SECONDS = 120;
const PAUSE_MILLISECONDS = 2000;

/** Creates an object that is not there. @throws what the port throws when the API server does not answer */
export async function createObject(wanted: Wanted, deps: ApplyDeps): Promise<Applied> {
  const { kind, object } = wanted;
  const deadline = deps.clock.monotonic() + TERMINATING_SECONDS * 1000;
  const notes: string[] = [];
  let body = bodyOf(wanted);
  for (;;) {
    try {
      const created = await send('POST', collectionPath(kind, object.metadata.namespace), body, deps);
      await restoreStatus(wanted, created, deps);
      return { state: 'done', uid: created.metadata.uid ?? '', notes };
    } catch (thrown) {
      if (!(thrown instanceof KubeStatusError)) throw thrown;
      if (notes.length === 0 && addressTaken(kind, thrown)) {
        notes.push('has another address or node port, since the old one is taken');
        body = withoutAddresses(body);
        continue;
      }
      if (isTerminating(thrown) && !deps.dryRun && deps.clock.monotonic() < deadline) {
        await deps.clock.sleep(PAUSE_MILLISECONDS, deps.signal);
        continue;
      }
      return await answerOf(thrown, wanted, deps);
    }
  }
}

/** Makes an object that is there what it was. @throws like createObject() */
export async function updateObject(wanted: Wanted, deps: ApplyDeps): Promise<Applied> {
  const { kind, object } = wanted;
  const path = objectPath(kind, object);
  for (let attempt = 1; ; attempt++) {
    try {
      const live = (await deps.kube.request({ path, signal: deps.signal })) as RawObject;
      const updated = await send('PUT', path, overLive(kind, bodyOf(wanted), live), deps);
      await restoreStatus(wanted, updated, deps);
      return { state: 'done', uid: updated.metadata.uid ?? '', notes: [] };
    } catch (thrown) {
      if (!(thrown instanceof KubeStatusError)) throw thrown;
      // Changed between the look and the write.
      if (thrown.status === 409 && attempt < RETRIES) continue;
      return await answerOf(thrown, wanted, deps);
    }
  }
}

function bodyOf({ object, owners, custom }: Wanted): RawObject {
  const said = (custom ? object : without(object, ['status'])) as RawObject;
  if (owners.length === 0) return said;
  return { ...said, metadata: { ...said.metadata, ownerReferences: owners } };
}

// What was handed out to the live object stays with it.
function overLive(kind: KindName, object: RawObject, live: RawObject): RawObject {
  const metadata = {
    ...object.metadata,
    resourceVersion: live.metadata.resourceVersion ?? '',
    ...(object.metadata.ownerReferences === undefined &&
      live.metadata.ownerReferences !== undefined && { ownerReferences: live.metadata.ownerReferences }),
  };
  const kept = KEPT_FROM_LIVE[resourceName(kind)] ?? [];
  const given = Object.fromEntries(
    kept.flatMap((name) => (live.spec?.[name] === undefined ? [] : [[name, live.spec[name]]])),
  );
  return { ...object, metadata, ...(object.spec !== undefined && { spec: { ...object.spec, ...given } }) };
}

const KEPT_FROM_LIVE: Readonly<Record<string, readonly string[]>> = {
  services: ['clusterIP', 'clusterIPs', 'healthCheckNodePort'],
  persistentvolumeclaims: ['volumeName'],
  persistentvolumes: ['claimRef'],
};

async function send(
  method: 'POST' | 'PUT',
  path: string,
  body: RawObject,
  deps: ApplyDeps,
): Promise<RawObject> {
  const query = new URLSearchParams({ fieldManager: 'kubestair', ...(deps.dryRun && { dryRun: 'All' }) });
  const request = { method, path: `${path}?${query}`, body, signal: deps.signal, retries: RETRIES } as const;
  return (await deps.kube.request(request)) as RawObject;
}

async function restoreStatus(
  { kind, object, custom }: Wanted,
  made: RawObject,
  deps: ApplyDeps,
): Promise<void> {
  if (!custom || deps.dryRun || object.status === undefined) return;
  if (isDeepStrictEqual(made.status, object.status)) return;
  try {
    await send('PUT', `${objectPath(kind, made)}/status`, { ...made, status: object.status }, deps);
  } catch (thrown) {
    // Its controller was faster, or the kind has no such subresource: then the status came with the object.
    if (thrown instanceof KubeStatusError && (thrown.status === 409 || thrown.status === 404)) return;
    throw thrown;
  }
}

async function answerOf(refusal: KubeStatusError, wanted: Wanted, deps: ApplyDeps): Promise<Applied> {
  if (refusal.status === 409 && refusal.reason === 'AlreadyExists') return await meetExisting(wanted, deps);
  if (refusal.status === 404 && deps.dryRun) return { state: 'untried', reason: refusal.message };
  return { state: 'refused', reason: refusal.message };
}

// An earlier attempt of ours whose answer was lost counts as done.
async function meetExisting({ kind, object, custom }: Wanted, deps: ApplyDeps): Promise<Applied> {
  const read = async () =>
    (await deps.kube.request({ path: objectPath(kind, object), signal: deps.signal })) as RawObject;
  const live = await patiently(read, { ...deps, seconds: 60 });
  if (digestOf(kind, live, custom) !== digestOf(kind, object, custom)) return { state: 'exists' };
  return { state: 'done', uid: live.metadata.uid ?? '', notes: [] };
}

function addressTaken(kind: KindName, { status, message }: KubeStatusError): boolean {
  return (
    resourceName(kind) === 'services' &&
    status === 422 &&
    /already allocated|not in the valid range/.test(message)
  );
}

function isTerminating({ status, details, message }: KubeStatusError): boolean {
  if (status === 409 && /object is being deleted/.test(message)) return true;
  return (
    status === 403 && (details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false)
  );
}
