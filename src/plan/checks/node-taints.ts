import type { Finding } from '../plan.ts';
import type { Check } from './check.ts';

interface Meaning {
  readonly severity: Finding['severity'];
  readonly message: string;
  readonly remedy: (node: string) => string;
}

/** Taints by which others say that a node is about to go, or is not one yet. What they say of its health its conditions say too. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  'node.kubernetes.io/out-of-service': {
    severity: 'blocking',
    message: 'is tainted as out of service: its pods were deleted by force and its volumes detached',
    remedy: (node) =>
      `Remove the node, or bring its host back and take the taint away: kubectl taint node ${node} node.kubernetes.io/out-of-service-`,
  },
  'node.cloudprovider.kubernetes.io/uninitialized': {
    severity: 'blocking',
    message: 'still waits for its cloud provider to set it up: no pod can move there',
    remedy: () => 'Look at the cloud-controller-manager.',
  },
  'node.cloudprovider.kubernetes.io/shutdown': {
    severity: 'blocking',
    message: 'is shut down, as its cloud provider says',
    remedy: () => 'Start the machine, or remove the node.',
  },
  ToBeDeletedByClusterAutoscaler: {
    severity: 'blocking',
    message: 'is about to be deleted by the cluster autoscaler',
    remedy: () => 'Let it finish, or pause the autoscaler for the upgrade; then plan again.',
  },
  DeletionCandidateOfClusterAutoscaler: {
    severity: 'warning',
    message: 'may soon be deleted by the cluster autoscaler',
    remedy: () => 'Pause the autoscaler for the upgrade.',
  },
  'karpenter.sh/disrupted': {
    severity: 'blocking',
    message: 'is about to be replaced by Karpenter',
    remedy: () => 'Let it finish, or pause disruption for the upgrade; then plan again.',
  },
};

/** Nobody else is taking a node away. */
export const nodeTaints: Check = {
  id: 'node-taints',
  about:
    'No taint says that a node is out of service, not set up yet, or about to be deleted by somebody else.',
  severity: 'blocking',
  evidence: 'The taints of each Node.',
  remedy: 'Let whoever set the taint finish, or remove it.',
  find: ({ observation }) =>
    observation.nodes.flatMap(({ name, scheduling: { taints } }) =>
      [...new Set(taints.map(({ key }) => key))].flatMap((key) => {
        const meaning = MEANINGS[key];
        if (meaning === undefined) return [];
        const { severity, message, remedy } = meaning;
        return [{ severity, object: `Node/${name}`, message, remedy: remedy(name) }];
      }),
    ),
};
