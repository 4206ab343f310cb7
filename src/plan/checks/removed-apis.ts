import { isAtLeastMinor } from '../../cluster/version.ts';
import { type ApiUse, apiUses } from '../api-uses.ts';
import { fateOf } from '../fate.ts';
import type { Finding, Hop } from '../plan.ts';
import type { Check } from './check.ts';

/** Nothing uses an API version that a hop takes away. */
export const removedApis: Check = {
  id: 'removed-apis',
  about:
    'No client, object, Helm release or manifest uses an API version that a target of the path does not serve.',
  severity: 'blocking',
  evidence:
    "The requests that every API server counted, asked of each on its own host; managedFields and last-applied annotations of the kinds concerned; the newest revision of each Helm release; the repository's manifests in `spec.manifests`.",
  remedy:
    'Move what uses it to the version that replaces it, before the upgrade: `kubectl convert` rewrites manifests.',
  find: ({ observation: { evidence }, hops }) =>
    evidence.known ? apiUses(evidence.value).flatMap((use) => findingOf(use, hops)) : [],
};

function findingOf(use: ApiUse, hops: readonly Hop[]): readonly Omit<Finding, 'check'>[] {
  const { entry, object, how, by, location } = use;
  const fate = fateOf(entry, hops);
  const placed = location === undefined ? {} : { location };
  if (fate.kind === 'gone' && by === 'text') {
    return [
      {
        ...{ severity: 'warning', object, ...placed },
        message: `${how}, which is not served since ${entry.removedIn}`,
        remedy: remedyOf(use, hops),
      },
    ];
  }
  if (fate.kind !== 'removed') return [];
  const message = `${how}, which ${fate.hop.to} does not serve`;
  if (by === 'own') return [{ severity: 'info', object, message, remedy: 'Nothing to do.' }];
  return [{ severity: 'blocking', object, message, remedy: remedyOf(use, hops), ...placed }];
}

/** What to do, with the version to use instead; there is none before some hops. */
export function remedyOf({ entry, remedy }: ApiUse, hops: readonly Hop[]): string {
  const { replacement, replacementSince, removedIn, kind } = entry;
  if (replacement === undefined) return `${remedy}: ${kind} has no other version, so it has to go.`;
  const from = hops[0]?.from;
  const late =
    replacementSince !== undefined && from !== undefined && !isAtLeastMinor(from, replacementSince);
  if (!late) return `${remedy}: ${replacement} replaces it.`;
  return `${remedy}: ${replacement} replaces it, but only since ${replacementSince}. Take it away before ${removedIn}, and bring it back after.`;
}
