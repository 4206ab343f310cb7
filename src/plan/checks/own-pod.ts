import { nodesDrained } from '../disruption.ts';
import type { Check } from './check.ts';

/** A drain never evicts the pod that Kubestair runs in, so its node could not be drained. */
export const ownPod: Check = {
  id: 'own-pod',
  about: 'Kubestair does not run in a pod on a node that it would drain.',
  severity: 'blocking',
  evidence:
    'The environment (POD_NAME and POD_NAMESPACE, or HOSTNAME inside of a cluster) and the pods on drained nodes.',
  remedy: 'Run it outside of the cluster.',
  mandatory: true,
  find: ({ steps, observation }) => {
    const drained = nodesDrained(steps);
    return observation.pods
      .filter(({ own, node }) => own === true && drained.has(node))
      .map(({ namespace, name, node }) => ({
        severity: 'blocking',
        object: `Node/${node}`,
        message: `Kubestair itself runs on it, in pod ${namespace}/${name}, and would have to evict itself`,
        remedy: 'Run it on a machine outside of the cluster, or on a node that the plan does not drain.',
      }));
  },
};
