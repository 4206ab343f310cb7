import { JOINING } from '../../cluster/mapping.ts';
import type { NodeObservation } from '../../cluster/observation.ts';
import type { Finding } from '../plan.ts';
import type { Check } from './check.ts';

/** Every node is Ready and without pressure, and nobody else keeps one cordoned. */
export const nodesReady: Check = {
  id: 'nodes-ready',
  about: 'Every node is Ready, without pressure on memory, disk or PIDs, and not cordoned by somebody else.',
  severity: 'blocking',
  evidence: 'The conditions, the cordon and the annotations of each Node.',
  remedy: 'Mend the node, or remove the cordon that nobody needs any more.',
  find: ({ observation }) =>
    observation.nodes.flatMap((node) => [...problemsOf(node), ...foreignCordon(node)]),
};

function problemsOf(node: NodeObservation): readonly Omit<Finding, 'check'>[] {
  if (node.problems.length === 0) return [];
  const object = `Node/${node.name}`;
  const message = `has ${node.problems.join(', ')}`;
  // A run that was cut off between two kubelets leaves its own node like this, and going on is what mends it.
  if (node.cordonedBy !== undefined || isJoining(node)) {
    const { cordonedBy } = node;
    return [
      {
        severity: 'warning',
        object,
        message: `${message}; ${cordonedBy === undefined ? 'a run' : `the run ${cordonedBy}`} was working on it`,
        remedy: 'Nothing to do: the upgrade goes on with this node.',
      },
    ];
  }
  return [
    {
      severity: 'blocking',
      object,
      message,
      remedy: `Find out why with kubectl describe node ${node.name}, mend it, and plan again.`,
    },
  ];
}

function isJoining({ scheduling }: NodeObservation): boolean {
  return scheduling.taints.some(({ key }) => key === JOINING);
}

function foreignCordon({
  name,
  unschedulable,
  cordonedBy,
}: NodeObservation): readonly Omit<Finding, 'check'>[] {
  if (!unschedulable || cordonedBy !== undefined) return [];
  return [
    {
      severity: 'warning',
      object: `Node/${name}`,
      message:
        'is cordoned, and not by Kubestair: it is upgraded, stays cordoned, and takes no pods of other nodes',
      remedy: `If nobody needs the cordon any more: kubectl uncordon ${name}`,
    },
  ];
}
