import { CRDS, definedKinds, partsToRestore, withDefinitions } from './backed-up-kinds.ts';
import type { KindPass } from './kind-pass.ts';
import { type KindName, objectName, resourceName } from './object.ts';
import { adopt, type Orphan, type Uids } from './owners.ts';
import { newTally, type ResourcesReport, type Tally } from './report.ts';
import type { RestoreDeps, RestoreRequest } from './request.ts';
import { restoreKind } from './restore-kind.ts';
import { nameAndVersion, servedKinds, servesKind } from './served-kinds.ts';
import { waitEstablished } from './wait.ts';

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
