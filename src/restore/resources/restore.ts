import { discover } from '../../backup/discover.ts';
import type { Manifest, ResourcePart } from '../../backup/manifest.ts';
import type { BackupSource } from '../../backup/unseal.ts';
import { KubestairError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kube } from '../../ports/kube.ts';
import type { Log } from '../../ports/log.ts';
import { type Applied, type ApplyDeps, createObject, updateObject, type Wanted } from './apply-object.ts';
import { atOnce } from './at-once.ts';
import { digestOf } from './compare.ts';
import { kindLeftOut, objectLeftOut } from './left-out.ts';
import { type LiveObject, readLive } from './live.ts';
import { apiVersionOf, type KindName, keyOf, objectName, type RawObject, resourceName } from './object.ts';
import { restoreOrder } from './order.ts';
import { adopt, type Orphan, relinked, type Uids } from './owners.ts';
import { prepare } from './prepare.ts';
import { readObjects } from './read-objects.ts';
import { newTally, type ResourcesReport, type Tally } from './report.ts';
import { type Selection, selectsKind, selectsObject, unknownKinds } from './selection.ts';
import { backendsOf, waitEstablished, waitForBackend } from './wait.ts';

/** What to do with an object that is there and differs from the backup. */
export type ExistingPolicy = 'skip' | 'update' | 'fail';

export interface RestoreRequest {
  readonly manifest: Manifest;
  readonly selection: Selection;
  readonly existing: ExistingPolicy;
  /** Ask the API server about every object, and change nothing. */
  readonly dryRun: boolean;
}

export interface RestoreDeps {
  readonly kube: Kube;
  readonly source: BackupSource;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Writes at once: well within what the API server's priority and fairness gives one user by default. */
const WRITES_AT_ONCE = 16;
const CRDS = 'customresourcedefinitions.apiextensions.k8s.io';

type HeldPart = ResourcePart & { readonly part: NonNullable<ResourcePart['part']> };

/**
 * One pass over what is selected, in the order in which things need each other. What is there already stays, so a pass that was cut
 * off is ended by another one.
 * @throws KubestairError INPUT_INVALID, STORE_CORRUPT, IDENTITY_*, KUBE_*
 */
export async function restoreResources(request: RestoreRequest, deps: RestoreDeps): Promise<ResourcesReport> {
  const { manifest, selection, dryRun } = request;
  const tally = newTally();
  const selected = partsToRestore(manifest, selection, tally);
  const crds = await definedKinds(manifest, deps);
  const uids: Uids = new Map();
  const orphans: Orphan[] = [];
  let served = await servedKinds(deps);
  const undefinedKinds = selected
    .map(resourceName)
    .filter((name) => crds.has(name) && !servesKind(served, name));
  const parts = withDefinitions(selected, manifest, undefinedKinds);
  for (const part of parts) {
    const name = resourceName(part);
    deps.log.progress('restore', `${dryRun ? 'trying' : 'restoring'} ${name}`);
    const custom = crds.has(name);
    if (custom && !served.has(nameAndVersion(part)) && !dryRun) {
      await waitEstablished(name, deps);
      served = await servedKinds(deps);
    }
    const pass: KindPass = {
      part,
      custom,
      served: served.has(nameAndVersion(part)),
      ...(name === CRDS && !selected.includes(part) && { only: new Set(undefinedKinds) }),
      uids,
      orphans,
      tally,
    };
    await restoreKind(pass, request, deps);
  }
  if (!dryRun) await adoptAll(orphans, uids, manifest.resources, tally, deps);
  return tally.report(dryRun);
}

function partsToRestore({ resources }: Manifest, selection: Selection, tally: Tally): readonly HeldPart[] {
  const unknown = unknownKinds(selection, resources);
  if (unknown.length > 0) {
    throw new KubestairError('INPUT_INVALID', `The backup has no kind ${unknown.join(', ')}.`, {
      next: 'Name kinds as kubectl api-resources does, for example deployments.apps.',
    });
  }
  const parts: HeldPart[] = [];
  for (const resource of resources) {
    if (!selectsKind(selection, resource) || resource.objects === 0 || resource.part === undefined) continue;
    const reason = kindLeftOut(resource);
    if (reason !== undefined) tally.leftOut(resourceName(resource), resource.objects, reason);
    else parts.push({ ...resource, part: resource.part });
  }
  return restoreOrder(parts);
}

/** Objects of a kind that is gone cannot be restored without its definition, whether that was selected or not. */
function withDefinitions(
  selected: readonly HeldPart[],
  { resources }: Manifest,
  undefinedKinds: readonly string[],
): readonly HeldPart[] {
  if (undefinedKinds.length === 0 || selected.some((part) => resourceName(part) === CRDS)) return selected;
  const definitions = resources.find((resource) => resourceName(resource) === CRDS);
  return definitions?.part === undefined
    ? selected
    : [{ ...definitions, part: definitions.part }, ...selected];
}

/** Kinds that a CustomResourceDefinition of the backup defines, by resource name. */
async function definedKinds(
  { resources }: Manifest,
  { source, signal }: RestoreDeps,
): Promise<ReadonlySet<string>> {
  const defined = new Set<string>();
  const part = resources.find((resource) => resourceName(resource) === CRDS)?.part;
  if (part === undefined) return defined;
  for await (const { metadata } of readObjects(part, source, signal)) defined.add(metadata.name);
  return defined;
}

async function servedKinds({ kube, signal }: RestoreDeps): Promise<ReadonlySet<string>> {
  const { kinds } = await discover(kube, signal);
  return new Set(kinds.map(nameAndVersion));
}

function servesKind(served: ReadonlySet<string>, name: string): boolean {
  return [...served].some((one) => one.startsWith(`${name} `));
}

function nameAndVersion(kind: KindName): string {
  return `${resourceName(kind)} ${apiVersionOf(kind)}`;
}

/** What the restore of one kind works with. */
interface KindPass {
  readonly part: HeldPart;
  readonly custom: boolean;
  readonly served: boolean;
  /** Names of the objects that are restored although nobody selected them, since others need them. */
  readonly only?: ReadonlySet<string>;
  readonly uids: Uids;
  readonly orphans: Orphan[];
  readonly tally: Tally;
}

async function restoreKind(pass: KindPass, request: RestoreRequest, deps: RestoreDeps): Promise<void> {
  const { part, custom, served } = pass;
  const { selection, dryRun } = request;
  const namespaces = selection.namespaces.map((name) => selection.renames.get(name) ?? name);
  const live = served
    ? await readLive(deps.kube, part, namespaces, custom, deps.signal)
    : new Map<string, LiveObject>();
  const apply: ApplyDeps = { ...deps, dryRun };
  await atOnce(readObjects(part.part, deps.source, deps.signal), WRITES_AT_ONCE, async (object) => {
    if (
      pass.only === undefined ? !selectsObject(selection, part, object) : !pass.only.has(object.metadata.name)
    )
      return;
    await restoreObject(object, live, pass, request, apply, deps);
  });
}

async function restoreObject(
  backedUp: RawObject,
  live: ReadonlyMap<string, LiveObject>,
  { part, custom, served, uids, orphans, tally }: KindPass,
  { selection, existing }: RestoreRequest,
  apply: ApplyDeps,
  deps: RestoreDeps,
): Promise<void> {
  const kind = resourceName(part);
  const { object, oldUid, owners, changes } = prepare(part, backedUp, selection.renames);
  const name = objectName(part, object);
  const reason = objectLeftOut(part, backedUp);
  if (reason !== undefined) {
    tally.skipped(kind, name, reason);
    return;
  }
  const there = live.get(keyOf(object));
  if (there !== undefined && oldUid !== undefined) uids.set(oldUid, there.uid);
  const same = there !== undefined && there.digest === digestOf(part, object, custom);
  if (there !== undefined && (same || existing !== 'update')) {
    leaveAsItIs(same, existing, kind, name, tally);
    return;
  }
  const obstacle = apply.dryRun ? undefined : await obstacleTo(part, object, served, deps);
  if (obstacle !== undefined) {
    tally.refused(kind, name, obstacle);
    return;
  }

  const linked = relinked(owners, uids);
  const wanted: Wanted = { kind: part, object, owners: linked ?? [], custom };
  const applied = there === undefined ? await createObject(wanted, apply) : await updateObject(wanted, apply);
  if (applied.state === 'done') {
    if (oldUid !== undefined) uids.set(oldUid, applied.uid);
    if (linked === undefined) orphans.push({ kind: part, object: nameOnly(object), owners });
    for (const note of [...changes, ...applied.notes]) tally.changed(name, note);
  }
  record(applied, there === undefined ? 'created' : 'updated', kind, name, tally);
}

function leaveAsItIs(
  same: boolean,
  existing: ExistingPolicy,
  kind: string,
  name: string,
  tally: Tally,
): void {
  if (same) tally.count(kind, 'unchanged');
  else if (existing === 'fail') tally.refused(kind, name, 'it is there and differs from the backup');
  else tally.kept(kind, name);
}

function record(
  applied: Applied,
  done: 'created' | 'updated',
  kind: string,
  name: string,
  tally: Tally,
): void {
  switch (applied.state) {
    case 'untried':
      tally.untried();
      tally.count(kind, done);
      break;
    case 'done':
      tally.count(kind, done);
      break;
    case 'exists':
      tally.refused(kind, name, 'another object of that name appeared meanwhile');
      break;
    case 'refused':
      tally.refused(kind, name, `the API server refused it: ${applied.reason}`);
      break;
  }
}

/** Why an object cannot be created yet or at all, before the API server is asked. */
async function obstacleTo(
  kind: KindName,
  object: RawObject,
  served: boolean,
  deps: RestoreDeps,
): Promise<string | undefined> {
  if (!served) return `the cluster does not serve ${apiVersionOf(kind)} of it`;
  for (const service of backendsOf(kind, object)) {
    if (await waitForBackend(service, deps)) continue;
    return `the Service ${service.namespace}/${service.name} that it leads to has no ready endpoint; run the command again once it has`;
  }
  return undefined;
}

// What an orphan is found by again; the rest need not be kept.
function nameOnly({ metadata: { name, namespace } }: RawObject): RawObject {
  return { metadata: { name, ...(namespace !== undefined && { namespace }) } };
}

async function adoptAll(
  orphans: readonly Orphan[],
  uids: Uids,
  kinds: readonly KindName[],
  tally: Tally,
  { kube, signal }: RestoreDeps,
): Promise<void> {
  for (const orphan of orphans) {
    const missing = await adopt(orphan, uids, kinds, kube, signal);
    for (const { kind, name } of missing)
      tally.changed(
        objectName(orphan.kind, orphan.object),
        `belongs to ${kind} ${name} no longer, which is not there`,
      );
  }
}
