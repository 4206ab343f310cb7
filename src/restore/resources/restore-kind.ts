import type { ApplyDeps } from './apply-object.ts';
import { atOnce } from './at-once.ts';
import type { KindPass } from './kind-pass.ts';
import { type LiveObject, readLive } from './live.ts';
import { readObjects } from './read-objects.ts';
import type { RestoreDeps, RestoreRequest } from './request.ts';
import { restoreObject } from './restore-object.ts';
import { selectsObject } from './selection.ts';

/** Writes at once: well within what the API server's priority and fairness gives one user by default. */
const WRITES_AT_ONCE = 16;

/** Streams the objects of one kind past what is there, and restores what is selected. @throws KubestairError STORE_CORRUPT, IDENTITY_*, KUBE_* */
export async function restoreKind(pass: KindPass, request: RestoreRequest, deps: RestoreDeps): Promise<void> {
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
