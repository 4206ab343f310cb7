import type { Acceptance } from '../config/accept-schema.ts';
import type { ResourcePart } from './manifest.ts';

/** An aggregated API whose absence from the backup is accepted, since it is dead and its owners know. */
export interface AcceptedGroup {
  readonly group: string;
  readonly version: string;
  readonly reason: string;
  /** Last day on which it counts, in UTC. */
  readonly until: string;
}

/** The check that finds dead aggregated APIs. */
const DEAD_APIS = 'api-services';

/**
 * The groups that the cluster file accepts as missing: acceptances of APIServices, whose names are `VERSION.GROUP`.
 * @param today the day in UTC, as `2027-01-31`
 */
export function acceptedGroups(accept: readonly Acceptance[], today: string): readonly AcceptedGroup[] {
  return accept.flatMap(({ check, object, reason, until }) => {
    const [, version, group] = /^APIService\/([^.]+)\.(.+)$/.exec(object) ?? [];
    if (check !== DEAD_APIS || version === undefined || group === undefined || until < today) return [];
    return [{ group, version, reason, until }];
  });
}

/** Marks what is missing of an accepted group; what is there stays as it is. */
export function markAccepted(
  resources: readonly ResourcePart[],
  groups: readonly AcceptedGroup[],
): readonly ResourcePart[] {
  return resources.map((resource) => {
    const found = groups.find(
      ({ group, version }) => group === resource.group && version === resource.version,
    );
    if (resource.part !== undefined || found === undefined) return resource;
    const { reason, until } = found;
    return { ...resource, accepted: { reason, until } };
  });
}
