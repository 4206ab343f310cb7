import { compareVersions } from '../../cluster/version.ts';
import { replacementsOf } from '../replace.ts';
import type { Check } from './check.ts';

/** There is a host to put in the place of the first worker. */
export const spareHosts: Check = {
  id: 'spare-hosts',
  about:
    'With `strategy: replace`: there is a host that belongs to no cluster, it answers, and it runs a container runtime.',
  severity: 'blocking',
  evidence:
    'The list `spec.workers.spares`, the annotations of nodes that took the place of others, and one look over SSH at each host.',
  remedy: 'Name a host in `spec.workers.spares`, or choose another strategy.',
  mandatory: true,
  find: ({ config, observation, hops }) => {
    const to = hops.at(-1)?.to;
    if (config.workers.strategy !== 'replace' || to === undefined) return [];
    const behind = observation.nodes.filter(
      ({ role, kubelet }) => role === 'worker' && compareVersions(kubelet, to) < 0,
    );
    if (behind.length === 0 || replacementsOf(observation, config, to).length > 0) return [];
    return [
      {
        severity: 'blocking',
        object: 'spec.workers.spares',
        message: `names no host that is free, and ${behind.map(({ name }) => name).join(', ')} ${behind.length === 1 ? 'is' : 'are'} to be replaced`,
        remedy: 'Name a host that belongs to no cluster, or choose the strategy rolling.',
      },
    ];
  },
};
