import { discover } from '../../backup/discover.ts';
import { apiVersionOf, type KindName, resourceName } from './object.ts';
import type { RestoreDeps } from './request.ts';

/** What the cluster serves, by resource name and version. @throws KubestairError KUBE_* */
export async function servedKinds({ kube, signal }: RestoreDeps): Promise<ReadonlySet<string>> {
  const { kinds } = await discover(kube, signal);
  return new Set(kinds.map(nameAndVersion));
}

export function servesKind(served: ReadonlySet<string>, name: string): boolean {
  return [...served].some((one) => one.startsWith(`${name} `));
}

export function nameAndVersion(kind: KindName): string {
  return `${resourceName(kind)} ${apiVersionOf(kind)}`;
}
