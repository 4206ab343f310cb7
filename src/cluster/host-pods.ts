import type { ObjectMeta } from './objects.ts';

/** What pods carry through which hosts are reached: they come and go with a run, and are no part of what runs in the cluster. */
export const HOST_POD_LABEL = 'kubestair.dev/host';

export function isHostPod({ labels }: ObjectMeta): boolean {
  return labels?.[HOST_POD_LABEL] !== undefined;
}
