import type { KubeletSettings } from '../../cluster/kubelet-config.ts';
import type { Check } from './check.ts';
import { type HostFinding, perHost } from './per-host.ts';

const RECORD = 'ConfigMap/kube-system/kubelet-config';

/**
 * Written by kubeadm itself for each host: componentconfigs/kubelet.go, Mutate, where systemd-resolved runs; instance-config.yaml
 * (phases/kubelet/config.go, applyKubeletConfigPatchFromFile).
 */
const PER_HOST = ['resolvConf', 'containerRuntimeEndpoint'];

/** `kubeadm upgrade` writes the cluster's configuration over the one of each host. */
export const kubeletConfig: Check = {
  id: 'kubelet-config',
  about:
    'The configuration of each kubelet is the one of the cluster, which an upgrade writes anew on every host.',
  severity: 'unknown',
  evidence: 'ConfigMap/kube-system/kubelet-config, and /var/lib/kubelet/config.yaml on each host.',
  remedy:
    'Move what all kubelets should have to the ConfigMap; what one host needs goes to a drop-in directory of its kubelet.',
  find: ({ observation }) => {
    const { kubeletConfig: cluster } = observation;
    const hosts = perHost(observation, ({ kubelet }, { name }): readonly HostFinding[] => {
      const object = `Node/${name}: /var/lib/kubelet/config.yaml`;
      if (!kubelet.known) {
        const remedy = `Compare it with ${RECORD}: kubeadm upgrade node phase kubelet-config writes it anew.`;
        return [{ severity: 'unknown', object, message: kubelet.reason, remedy }];
      }
      const own = cluster.known ? differences(kubelet.value, cluster.value) : [];
      if (own.length === 0) return [];
      return [
        {
          severity: 'warning',
          object,
          message: `differs from ${RECORD} in ${own.join(', ')}, which the upgrade overwrites`,
          remedy: `Put it into ${RECORD} if all nodes should have it; else into a drop-in that --config-dir of that kubelet names.`,
        },
      ];
    });
    if (cluster.known) return hosts;
    const remedy = cluster.next ?? 'Bring it back with kubeadm init phase upload-config kubelet.';
    return [{ severity: 'unknown', object: RECORD, message: cluster.reason, remedy }, ...hosts];
  },
};

function differences(
  { digests: own }: KubeletSettings,
  { digests: cluster }: KubeletSettings,
): readonly string[] {
  const names = new Set([...Object.keys(own), ...Object.keys(cluster)]);
  return [...names].filter((name) => !PER_HOST.includes(name) && own[name] !== cluster[name]).toSorted();
}
