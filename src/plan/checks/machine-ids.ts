import type { Check } from './check.ts';
import { perHost } from './per-host.ts';

/** Clones that kept the id of their template. Source: kubeadm's installation guide, "Verify the MAC address and product_uuid are unique". */
export const machineIds: Check = {
  id: 'machine-ids',
  about: 'Every host has a machine id of its own.',
  severity: 'warning',
  evidence: '/etc/machine-id on each host.',
  remedy: 'Give the clone an id of its own with systemd-machine-id-setup, then restart it.',
  find: ({ observation }) => {
    const known = observation.nodes.filter(({ host }) => host.known);
    const byId = Map.groupBy(known, ({ host }) => (host.known ? host.value.facts.machineId : ''));
    return perHost(observation, ({ machineId }, { name }) => {
      const others = (byId.get(machineId) ?? []).filter((node) => node.name !== name);
      if (machineId === '' || others.length === 0) return [];
      const names = others.slice(0, 3).map((node) => node.name);
      const more = others.length > names.length ? ` and ${others.length - names.length} more` : '';
      return [
        {
          severity: 'warning',
          message: `has the same machine id as ${names.join(', ')}${more}: leases of addresses and journals of the two get mixed up`,
          remedy: `On ${name}: rm /etc/machine-id && systemd-machine-id-setup, then restart the host.`,
        },
      ];
    });
  },
};
