import { ownerOf } from '../disruption.ts';
import { type Check, onePerObject } from './check.ts';

/** A drain takes hostPath volumes for no local data: what lies there stays behind when the pod goes elsewhere. */
export const hostPaths: Check = {
  id: 'host-paths',
  about: 'Tells which pods leave files of their node behind when they move.',
  severity: 'info',
  evidence: 'Volumes of the kind hostPath of the pods that drains evict.',
  remedy: 'Keep such data in a PersistentVolume.',
  find: ({ evictions }) =>
    onePerObject(
      evictions
        .filter(({ pod }) => pod.demand.hostPaths.length > 0)
        .map(({ pod }) => ({
          severity: 'info',
          object: ownerOf(pod),
          message: `uses directories of its node (${pod.demand.hostPaths.join(', ')}): on another node its pod finds other files`,
          remedy: 'Nothing to do if these are the same on every node, or not its data.',
        })),
    ),
};
