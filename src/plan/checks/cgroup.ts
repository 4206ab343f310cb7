import { isAtLeastMinor } from '../../cluster/version.ts';
import type { Check } from './check.ts';

/** From here on the kubelet starts on cgroup v1 only with failCgroupV1: false. Source: release notes of 1.35; KEP-5573. */
const REFUSED_SINCE = '1.35';

/** Hosts on cgroup v1 have a kubelet that accepts it. */
export const cgroupV1: Check = {
  id: 'cgroup-v1',
  about: `Hosts are on cgroup v2, which kubelets from ${REFUSED_SINCE} on ask for.`,
  severity: 'warning',
  evidence: 'The file system of /sys/fs/cgroup on each host, and the version of its kubelet.',
  remedy:
    'Boot the host with cgroup v2, or set `failCgroupV1: false` in ConfigMap/kube-system/kubelet-config.',
  find: ({ observation, hops }) => {
    const target = hops.at(-1)?.to;
    if (target === undefined || !isAtLeastMinor(target, REFUSED_SINCE)) return [];
    return observation.nodes.flatMap(({ name, host, kubelet, ready }) => {
      if (!host.known || host.value.cgroup === 'v2') return [];
      // A kubelet that runs there at such a version has been told to.
      if (isAtLeastMinor(kubelet, REFUSED_SINCE) && ready) return [];
      return [
        {
          severity: 'warning',
          object: `Node/${name}`,
          message: `is on cgroup v1, where a kubelet of ${target} starts only with failCgroupV1: false`,
          remedy:
            'Boot the host with cgroup v2, or set failCgroupV1: false in ConfigMap/kube-system/kubelet-config.',
        },
      ];
    });
  },
};
