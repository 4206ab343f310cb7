import { tolerates } from '../../cluster/node-fit.ts';
import type { Observation, PodObservation } from '../../cluster/observation.ts';
import type { Taint } from '../../cluster/scheduling.ts';
import { ownerOf } from '../disruption.ts';
import type { Step } from '../plan.ts';
import { type Check, onePerObject } from './check.ts';

/**
 * Taints of nodes that do not report. A pod stays on such a node for the tolerationSeconds of its toleration, 300 by default
 * (admission plug-in DefaultTolerationSeconds), then it is deleted without regard to budgets.
 * Source: kubernetes.io "Taints and Tolerations", taint based evictions.
 */
const BUILT_IN: readonly Taint[] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map(
  (key) => ({ key, value: '', effect: 'NoExecute' }),
);

/** An absence of what nodes report to, or of a kubelet. */
interface Absence {
  readonly what: string;
  readonly seconds: number;
}

/** While a kubelet or the only API server restarts, a slow node may be taken for a dead one. */
export const slowNodes: Check = {
  id: 'slow-nodes',
  about:
    'Tells which pods leave a node that is just slow to report, sooner than the longest absence in the plan ends.',
  severity: 'info',
  evidence:
    'Tolerations (tolerationSeconds) of the taints not-ready and unreachable, and the expected duration of steps that stop a kubelet or the only API server.',
  remedy: 'Let these pods tolerate both taints for longer than that, 300 s by default.',
  find: ({ steps, observation }) => {
    const longest = longestAbsence(steps, observation);
    if (longest === undefined) return [];
    const nervous = observation.pods
      .filter((pod) => !pod.mirror && pod.controller?.startsWith('DaemonSet/') !== true)
      .map((pod) => ({ pod, seconds: patienceOf(pod) }))
      .filter(({ seconds }) => seconds < longest.seconds);
    return onePerObject(
      nervous.map(({ pod, seconds }) => ({
        severity: 'info',
        object: ownerOf(pod),
        message: `leaves a node that does not report after ${seconds} s, whatever its budget says; ${longest.what} takes about ${longest.seconds} s`,
        remedy: `Raise tolerationSeconds for ${BUILT_IN.map(({ key }) => key).join(' and ')} if it should stay.`,
      })),
    );
  },
};

function longestAbsence(steps: readonly Step[], { nodes }: Observation): Absence | undefined {
  const servers = nodes.filter(({ role }) => role === 'control-plane').length;
  const absences = steps.flatMap(({ kind, node, expectedSeconds }): readonly Absence[] => {
    if (kind === 'kubelet')
      return [{ what: `the restart of the kubelet of ${node}`, seconds: expectedSeconds }];
    // Nodes report to the others meanwhile, where there are others.
    if (kind !== 'control-plane' || servers > 1) return [];
    return [{ what: `the upgrade of the only API server, on ${node},`, seconds: expectedSeconds }];
  });
  return absences.toSorted((a, b) => b.seconds - a.seconds)[0];
}

/** Seconds until the first of the two taints drives the pod away; without a toleration at once. */
function patienceOf({ demand, phase }: PodObservation): number {
  if (phase === 'Succeeded' || phase === 'Failed') return Number.POSITIVE_INFINITY;
  return Math.min(
    ...BUILT_IN.map((taint) => {
      const matching = demand.tolerations.filter((toleration) => tolerates(toleration, taint));
      if (matching.length === 0) return 0;
      const limits = matching.map(({ tolerationSeconds }) => tolerationSeconds ?? Number.POSITIVE_INFINITY);
      return Math.max(0, Math.min(...limits));
    }),
  );
}
