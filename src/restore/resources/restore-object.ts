import { type Applied, type ApplyDeps, createObject, updateObject, type Wanted } from './apply-object.ts';
import { digestOf } from './compare.ts';
import type { KindPass } from './kind-pass.ts';
import { objectLeftOut } from './left-out.ts';
import type { LiveObject } from './live.ts';
import { apiVersionOf, type KindName, keyOf, objectName, type RawObject, resourceName } from './object.ts';
import { relinked } from './owners.ts';
import { prepare } from './prepare.ts';
import type { Tally } from './report.ts';
import type { ExistingPolicy, RestoreDeps, RestoreRequest } from './request.ts';
import { backendsOf, waitForBackend } from './wait.ts';

/** Decides what becomes of one object, does it, and counts it. @throws KubestairError KUBE_* */
export async function restoreObject(
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
