import type { Kube } from '../ports/kube.ts';
import { getIfThere, listWhole } from './api.ts';
import { PLAN_GRANTS } from './grants.ts';
import type { Condition, ObjectMeta } from './objects.ts';
import type { Reads } from './reads.ts';

const GROUP = '/apis/storagemigration.k8s.io';

interface Migration {
  readonly metadata: ObjectMeta;
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** StorageVersionMigrations that have not come to an end, by name; none where the API server does not serve them. */
export async function readMigrations(
  kube: Kube,
  reads: Reads,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const group = await reads.attempt(
    PLAN_GRANTS.migrations,
    () => getIfThere<{ readonly preferredVersion?: { readonly version: string } }>(kube, GROUP, { signal }),
    undefined,
  );
  const version = group?.preferredVersion?.version;
  if (version === undefined) return [];
  const migrations = await reads.attempt(
    PLAN_GRANTS.migrations,
    () => listWhole<Migration>(kube, `${GROUP}/${version}/storageversionmigrations`, signal),
    [],
  );
  return migrations.filter(isUnderWay).map(({ metadata }) => metadata.name);
}

/** Source: k8s.io/api/storagemigration, MigrationConditionType. */
function isUnderWay({ status }: Migration): boolean {
  const ended = ({ type, status: value }: Condition) =>
    (type === 'Succeeded' || type === 'Failed') && value === 'True';
  return !(status?.conditions ?? []).some(ended);
}
