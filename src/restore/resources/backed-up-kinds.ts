import type { Manifest, ResourcePart } from '../../backup/manifest.ts';
import { KubestairError } from '../../errors.ts';
import { kindLeftOut } from './left-out.ts';
import { resourceName } from './object.ts';
import { restoreOrder } from './order.ts';
import { readObjects } from './read-objects.ts';
import type { Tally } from './report.ts';
import type { RestoreDeps } from './request.ts';
import { type Selection, selectsKind, unknownKinds } from './selection.ts';

export const CRDS = 'customresourcedefinitions.apiextensions.k8s.io';

/** A kind of which the backup holds objects. */
export type HeldPart = ResourcePart & { readonly part: NonNullable<ResourcePart['part']> };

/** The selected kinds in the order in which they need each other; those that are never restored are told. @throws KubestairError INPUT_INVALID for kinds that the backup does not have */
export function partsToRestore(
  { resources }: Manifest,
  selection: Selection,
  tally: Tally,
): readonly HeldPart[] {
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
export function withDefinitions(
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
export async function definedKinds(
  { resources }: Manifest,
  { source, signal }: RestoreDeps,
): Promise<ReadonlySet<string>> {
  const defined = new Set<string>();
  const part = resources.find((resource) => resourceName(resource) === CRDS)?.part;
  if (part === undefined) return defined;
  for await (const { metadata } of readObjects(part, source, signal)) defined.add(metadata.name);
  return defined;
}
