import { isAtLeastMinor } from '../../cluster/version.ts';
import type { Check } from './check.ts';
import { perHost } from './per-host.ts';

/** kubeadm of this minor and later asks for them, in its preflight of every upgrade: k8s.io/system-validators v1.12.1, DefaultSysSpec. */
const SINCE = '1.35';
const SUPPORTED = [/^5\.4/, /^5\.10/, /^5\.15/, /^([6-9]|[1-9]\d+)\.\d+\.\d+/];

/** The preflight check of kubeadm that fails otherwise. */
const PREFLIGHT = 'systemverification';

/** Kernels are among those that kubeadm takes. */
export const kernel: Check = {
  id: 'kernel',
  about: `Kernels of hosts are ones that kubeadm takes from ${SINCE} on: 5.4, 5.10, 5.15, or 6 and later.`,
  severity: 'blocking',
  evidence:
    'The release of the running kernel of each host, and the hops of the plan. Reviewed up to Kubernetes 1.37.',
  remedy: 'Boot a newer kernel, or add SystemVerification to `spec.kubeadm.ignorePreflightErrors`.',
  find: ({ observation, hops, config }) => {
    if (!hops.some(({ to }) => isAtLeastMinor(to, SINCE))) return [];
    const ignored = config.kubeadm.ignorePreflightErrors.some((name) => name.toLowerCase() === PREFLIGHT);
    return perHost(observation, (facts) => {
      if (facts.kernel === '' || SUPPORTED.some((form) => form.test(facts.kernel))) return [];
      return [
        {
          severity: ignored ? 'warning' : 'blocking',
          message: `runs the kernel ${facts.kernel}, which kubeadm's preflight refuses`,
          remedy: ignored
            ? 'Boot a supported kernel when you can: spec.kubeadm.ignorePreflightErrors lets it pass for now.'
            : 'Boot a kernel of 5.4, 5.10, 5.15 or 6 and later, or ignore SystemVerification in spec.kubeadm.',
        },
      ];
    });
  },
};
