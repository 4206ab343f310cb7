import { ownerOf } from '../disruption.ts';
import { type Check, onePerObject } from './check.ts';

/** Pods with emptyDir volumes are evicted only where the cluster file says so. Source: kubectl drain, localStorageFilter. */
export const emptyDirs: Check = {
  id: 'empty-dirs',
  about: 'Pods of drained nodes have no emptyDir volumes, or the cluster file gives them up.',
  severity: 'blocking',
  evidence: 'Volumes of the pods that drains evict.',
  remedy: 'If that data may go, set `spec.drain.deleteEmptyDir: true`.',
  find: ({ evictions, config }) =>
    onePerObject(
      evictions
        .filter(({ pod }) => pod.emptyDirs.length > 0)
        .map(({ pod }) => {
          const volumes = pod.emptyDirs.join(', ');
          return config.drain.deleteEmptyDir
            ? {
                severity: 'info',
                object: ownerOf(pod),
                message: `loses what it keeps in emptyDir volumes (${volumes})`,
                remedy: 'Nothing to do: spec.drain.deleteEmptyDir gives it up.',
              }
            : {
                severity: 'blocking',
                object: ownerOf(pod),
                message: `keeps data in emptyDir volumes (${volumes}), which an eviction deletes`,
                remedy: 'If that data may go, set spec.drain.deleteEmptyDir: true.',
              };
        }),
    ),
};
