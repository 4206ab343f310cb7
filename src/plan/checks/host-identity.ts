import type { Check } from './check.ts';
import { perHost } from './per-host.ts';

/** A wrong entry in spec.access.ssh.addresses would upgrade another node than the one that was drained. */
export const hostIdentity: Check = {
  id: 'host-identity',
  about: 'The host that answers for a node is that node.',
  severity: 'blocking',
  evidence:
    "The name in the kubelet's client certificate on each host, `system:node:NAME`, or else its host name.",
  remedy: 'Correct the address of the node in `spec.access.ssh.addresses`.',
  mandatory: true,
  find: ({ observation }) =>
    perHost(observation, ({ kubeletName, hostname }, { name, address }) => {
      const own = kubeletName === '' ? hostname : kubeletName;
      if (own === '' || own === name || (kubeletName === '' && own.split('.')[0] === name)) return [];
      return [
        {
          severity: 'blocking',
          message: `is reached at ${address}, but the host there is ${own}`,
          remedy: `Set spec.access.ssh.addresses.${name} to the address of ${name}.`,
        },
      ];
    }),
};
