import type { CheckDescription } from './check.ts';

/** Told by `maintain` alone, of what it asks the hosts itself. */
export const HOST_MAINTENANCE = {
  id: 'host-maintenance',
  about: 'Of `maintain`: every host could be asked what it needs, and no upgrade is under way on one.',
  severity: 'unknown',
  evidence:
    'Lists of packages of their own on each host, /run/reboot-required, needrestart or dnf needs-restarting, and the cordons of Kubestair.',
  remedy: 'Let Kubestair reach the host and its package sources, or let the upgrade end first.',
  mandatory: true,
} as const satisfies CheckDescription;
