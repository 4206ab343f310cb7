import type { RunIo } from '../request/io.ts';

/**
 * The pod that this process runs in, as `namespace/name` or, where the namespace is not known, as `name`; undefined outside of a
 * cluster. A pod knows its name as its host name.
 */
export function ownPodOf(env: RunIo['env']): string | undefined {
  const { KUBERNETES_SERVICE_HOST, HOSTNAME, POD_NAME, POD_NAMESPACE } = env;
  const name = POD_NAME ?? (KUBERNETES_SERVICE_HOST === undefined ? undefined : HOSTNAME);
  return name === undefined || POD_NAMESPACE === undefined ? name : `${POD_NAMESPACE}/${name}`;
}
