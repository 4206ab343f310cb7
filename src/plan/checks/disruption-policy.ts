import { absencesOf, outagesOf } from '../forecast/forecast.ts';
import type { Finding } from '../plan.ts';
import { unitsOf } from '../units.ts';
import { count, timeSpan } from './amounts.ts';
import type { Check, CheckInput } from './check.ts';

type Found = Omit<Finding, 'check'>;

/** The cluster file says how much disruption its owners bear at the most. */
export const disruptionPolicy: Check = {
  id: 'disruption-policy',
  about: 'The plan keeps to the bounds of disruption that the cluster file sets.',
  severity: 'blocking',
  evidence: '`spec.policy` of the cluster file, the batches of the plan, and its forecast.',
  remedy: 'Take fewer workers at once, give workloads a second replica, or change the bound.',
  find: (input) => [nodesAway, absence, outages].flatMap((judge) => judge(input)),
};

function nodesAway({ config, steps }: CheckInput): readonly Found[] {
  const { maxNodesAway: most } = config.policy;
  if (most === undefined) return [];
  const drained = unitsOf(steps).map(({ lanes }) =>
    lanes.flatMap((lane) => lane.flatMap(({ kind, node }) => (kind === 'drain' ? [node ?? ''] : []))),
  );
  const largest = drained.toSorted((a, b) => b.length - a.length)[0] ?? [];
  if (largest.length <= most) return [];
  return [
    {
      severity: 'blocking',
      object: 'spec.policy.maxNodesAway',
      message: `allows ${most} together, and the plan drains ${largest.length}: ${largest.slice(0, 5).join(', ')}${largest.length > 5 ? ', …' : ''}`,
      remedy: 'Lower spec.workers.maxUnavailable, or raise the bound.',
    },
  ];
}

function absence({ config, steps }: CheckInput): readonly Found[] {
  const { maxAbsenceSeconds: most } = config.policy;
  if (most === undefined) return [];
  const [longest] = [...absencesOf(steps)].toSorted(([, a], [, b]) => b - a);
  if (longest === undefined || longest[1] <= most) return [];
  return [
    {
      severity: 'blocking',
      object: 'spec.policy.maxAbsence',
      message: `allows ${timeSpan(most)}, and ${longest[0]} is expected to be away for ${timeSpan(longest[1])}`,
      remedy: 'Shorten what its pods take to end, lower spec.drain.timeout, or raise the bound.',
    },
  ];
}

function outages({ config, steps, evictions, observation }: CheckInput): readonly Found[] {
  const { maxOutages: most } = config.policy;
  if (most === undefined) return [];
  const away = (['single', 'together'] as const)
    .flatMap((reason) => outagesOf(steps, evictions, observation, reason))
    .map(({ workload }) => workload);
  if (away.length <= most) return [];
  const named = away.toSorted().slice(0, 5).join(', ');
  return [
    {
      severity: 'blocking',
      object: 'spec.policy.maxOutages',
      message: `allows ${most}, and the plan leaves ${count(away.length, 'workload')} without any pod for a time: ${named}${away.length > 5 ? ', …' : ''}`,
      remedy: 'Give these a second replica on another node, or raise the bound.',
    },
  ];
}
