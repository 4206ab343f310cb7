import { ownerOf } from '../disruption.ts';
import { type Check, onePerObject } from './check.ts';

/** Pods with emptyDir volumes are evicted only where the cluster file says so. Source: kubectl drain, localStorageFilter. */
export const emptyDirs: Check = {
  id: 'empty-dirs',
  about: 'Pods of drained nodes have no emptyDir volumes, or the cluster file gives them up.',
  severity: 'blocking',
  evidence: 'The volumes of the pods that drains evict.',
  remedy: 'Move the data to a volume that outlives the pod, or set `spec.drain.deleteEmptyDir: true`.',
  find: ({ evictions, config }) => {
    if (config.drain.deleteEmptyDir) return [];
    const concerned = evictions.filter(({ pod }) => pod.emptyDirs.length > 0);
    return onePerObject(
      concerned.map(({ pod }) => ({
        severity: 'blocking',
        object: ownerOf(pod),
        message: `keeps data in emptyDir volumes (${pod.emptyDirs.join(', ')}), which an eviction deletes`,
        remedy: 'If that data may go, set spec.drain.deleteEmptyDir: true.',
      })),
    );
  },
};
