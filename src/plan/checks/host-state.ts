import type { Check } from './check.ts';
import { type HostFinding, perHost } from './per-host.ts';

/** What would stop packages from being installed, or files from being written. */
export const hostState: Check = {
  id: 'host-state',
  about: 'Hosts can be written to, dpkg has finished what it began, and no restart is due.',
  severity: 'blocking',
  evidence:
    'The mounts of /usr, /etc, /var/lib/kubelet and /var/lib/dpkg, the states of packages, and /run/reboot-required.',
  remedy: 'Mend the file system, finish with `dpkg --configure -a`, or restart the host.',
  find: ({ observation }) =>
    perHost(observation, ({ readOnly, brokenPackages, rebootRequired }) => {
      const findings: HostFinding[] = [];
      if (readOnly.length > 0) {
        findings.push({
          severity: 'blocking',
          message: `cannot be written to: ${readOnly.join(', ')} ${readOnly.length === 1 ? 'is' : 'are'} read-only`,
          remedy:
            'Look for errors of the disk with dmesg; a file system is mounted read-only when it is damaged.',
        });
      }
      if (brokenPackages.length > 0) {
        findings.push({
          severity: 'blocking',
          message: `dpkg has left ${brokenPackages.join(', ')} half-way, and installs nothing else before`,
          remedy: 'Finish on the host: dpkg --configure -a, then apt-get install -f.',
        });
      }
      if (rebootRequired) {
        findings.push({
          severity: 'info',
          message: 'waits for a restart, for a newer kernel or library',
          remedy: 'Restart it before or after the upgrade, drained: the upgrade itself restarts no host.',
        });
      }
      return findings;
    }),
};
