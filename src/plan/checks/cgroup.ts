import type { NodeObservation, Observation } from '../../cluster/observation.ts';
import { isAtLeastMinor } from '../../cluster/version.ts';
import type { Check } from './check.ts';

/** From here on the kubelet starts on cgroup v1 only with failCgroupV1: false. Source: release notes of 1.35; KEP-5573. */
const REFUSED_SINCE = '1.35';

/** Hosts on cgroup v1 have a kubelet that accepts it. */
export const cgroupV1: Check = {
  id: 'cgroup-v1',
  about: `Hosts are on cgroup v2, which kubelets from ${REFUSED_SINCE} on ask for.`,
  severity: 'blocking',
  evidence:
    'The file system of /sys/fs/cgroup on each host, the configuration of its kubelet, and that of the cluster.',
  remedy:
    'Boot the host with cgroup v2, or set `failCgroupV1: false` in ConfigMap/kube-system/kubelet-config.',
  find: ({ observation, hops }) => {
    const target = hops.at(-1)?.to;
    if (target === undefined || !isAtLeastMinor(target, REFUSED_SINCE)) return [];
    return observation.nodes.flatMap((node) => {
      const { name, host } = node;
      if (!host.known || host.value.cgroup === 'v2') return [];
      const refusing = whoRefuses(node, observation);
      if (refusing === undefined) return [];
      return [
        {
          severity: 'blocking',
          object: `Node/${name}`,
          message: `is on cgroup v1, where a kubelet of ${target} starts only with failCgroupV1: false, and ${refusing} does not say so`,
          remedy: `Boot the host with cgroup v2, or set failCgroupV1: false in ConfigMap/kube-system/kubelet-config and in /var/lib/kubelet/config.yaml on ${name}.`,
        },
      ];
    });
  },
};

/** The upgrade's own preflight reads the host's file, and then the cluster's is written over it. */
function whoRefuses(
  { kubelet, ready, host }: NodeObservation,
  { kubeletConfig }: Observation,
): string | undefined {
  if (kubeletConfig.known && kubeletConfig.value.failCgroupV1 !== false)
    return 'ConfigMap/kube-system/kubelet-config';
  // A kubelet that runs there at such a version has been told to.
  if (isAtLeastMinor(kubelet, REFUSED_SINCE) && ready) return undefined;
  const own = host.known && host.value.facts.kubelet.known ? host.value.facts.kubelet.value : undefined;
  return own?.failCgroupV1 === false ? undefined : '/var/lib/kubelet/config.yaml';
}
