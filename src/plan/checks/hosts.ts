import type { Check } from './check.ts';

/** Every host that the plan works on could be looked at. */
export const hostsReached: Check = {
  id: 'hosts-reached',
  about: 'Every host that the plan works on answers and could be looked at.',
  severity: 'unknown',
  evidence: 'One look over SSH at each host that the plan works on.',
  remedy: 'Let Kubestair reach the host as `spec.access.ssh` says.',
  mandatory: true,
  find: ({ observation, steps }) => {
    const concerned = new Set(steps.map(({ node }) => node));
    return observation.nodes.flatMap(({ name, host }) => {
      if (host.known || !concerned.has(name)) return [];
      return [
        {
          severity: 'unknown',
          object: `Node/${name}`,
          message: `its host could not be looked at: ${host.reason}`,
          remedy: host.next ?? 'Check spec.access.ssh in the cluster file, then plan again.',
          ...(host.code !== undefined && { code: host.code }),
        },
      ];
    });
  },
};
