import type { Check } from './check.ts';
import { perHost } from './per-host.ts';

/**
 * A kubelet refuses to start where swap is on, unless it was told otherwise; on cgroup v1 it cannot limit it.
 * Source: kubernetes.io/docs/concepts/cluster-administration/swap-memory-management; kubeadm preflight/checks.go, SwapCheck.
 */
export const swap: Check = {
  id: 'swap',
  about: 'Swap is off, or the kubelet is configured to run with it.',
  severity: 'blocking',
  evidence: '/proc/swaps and the configuration of the kubelet on each host.',
  remedy: 'Turn swap off with `swapoff -a` and take it out of /etc/fstab, or set `failSwapOn: false`.',
  find: ({ observation }) =>
    perHost(observation, ({ swaps, kubelet }, { host }) => {
      if (swaps.length === 0) return [];
      const where = swaps.join(', ');
      const refuses = !kubelet.known || kubelet.value.failSwapOn;
      if (refuses) {
        return [
          {
            severity: 'blocking',
            message: `swaps to ${where}, and its kubelet does not start again with swap on`,
            remedy:
              'On the host: swapoff -a, and take it out of /etc/fstab; or set failSwapOn: false for the kubelet.',
          },
        ];
      }
      if (host.known && host.value.cgroup === 'v1') {
        return [
          {
            severity: 'warning',
            message: `swaps to ${where}, which the kubelet can neither limit nor count on cgroup v1`,
            remedy: 'On the host: swapoff -a, and take it out of /etc/fstab; or boot it with cgroup v2.',
          },
        ];
      }
      return [
        {
          severity: 'info',
          message: `swaps to ${where}, as its kubelet is configured to allow`,
          remedy: 'Nothing to do.',
        },
      ];
    }),
};
