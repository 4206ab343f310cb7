import { ownerOf } from '../disruption.ts';
import type { Check } from './check.ts';

/** Pods that nobody would make again are evicted only where the cluster file says so. Source: kubectl drain, unreplicatedFilter. */
export const unmanagedPods: Check = {
  id: 'unmanaged-pods',
  about: 'Pods of drained nodes have a controller that makes them again, or the cluster file gives them up.',
  severity: 'blocking',
  evidence: 'The owners of the pods that drains evict, and the DaemonSets that exist.',
  remedy: 'Delete the pod, give it a controller, or set `spec.drain.force: true`.',
  find: ({ evictions, config }) =>
    evictions
      .filter(({ pod }) => pod.controller === undefined || pod.orphan === true)
      .map(({ pod }) =>
        config.drain.force
          ? {
              severity: 'warning',
              object: ownerOf(pod),
              message: 'has no controller, or one that is gone: it is away for good after the drain',
              remedy: 'Nothing to do if it may go; else make it part of a Deployment.',
            }
          : {
              severity: 'blocking',
              object: ownerOf(pod),
              message: 'has no controller, or one that is gone: nobody would make it again after the drain',
              remedy: 'Delete it, make it part of a Deployment, or set spec.drain.force: true.',
            },
      ),
};
