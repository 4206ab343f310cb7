import { componentsOf } from '../../cluster/components.ts';
import type { Observation, VersionText } from '../../cluster/observation.ts';
import { minorsBetween, newestOf } from '../../cluster/version.ts';
import type { Finding } from '../plan.ts';
import type { Check } from './check.ts';

const RECORD = 'ConfigMap/kube-system/kubeadm-config';

/**
 * What kubeadm needs and no force gets around: its record of the cluster, a control plane that it made, and hops that it takes.
 * Source: cmd/kubeadm/app/phases/upgrade/policy.go, EnforceVersionPolicies; the order of versions is planPath()'s.
 */
export const kubeadmRules: Check = {
  id: 'kubeadm-rules',
  about:
    "kubeadm's record of the cluster can be read and fits, and the control plane is made of its static pods.",
  severity: 'unknown',
  evidence: "kubeadm's ClusterConfiguration, and the images of the control plane's static pods.",
  remedy: 'Bring the ConfigMap and the static pods back to the form that kubeadm gave them.',
  mandatory: true,
  find: ({ observation }) => [...recordFindings(observation), ...staticPodFindings(observation)],
};

function recordFindings(observation: Observation): readonly Omit<Finding, 'check'>[] {
  const { configuredVersion: record } = observation;
  if (!record.known) {
    return [
      {
        severity: 'unknown',
        object: RECORD,
        message: `its kubernetesVersion could not be read: ${record.reason}`,
        remedy:
          record.next ??
          'Only clusters made by kubeadm have it: check with kubectl -n kube-system get configmap kubeadm-config.',
      },
    ];
  }
  const newest = newestServer(observation);
  if (minorsBetween(newest, record.value) <= 0) return [];
  return [
    {
      severity: 'warning',
      object: RECORD,
      message: `says ${record.value}, but the newest API server is at ${newest}`,
      remedy: 'Nothing to do if an upgrade was cut off: going on writes it anew.',
    },
  ];
}

function newestServer(observation: Observation): VersionText {
  const servers = componentsOf(observation).filter(({ kind }) => kind === 'kube-apiserver');
  return newestOf(servers.map(({ version }) => version)) ?? observation.apiServerVersion;
}

function staticPodFindings({ nodes }: Observation): readonly Omit<Finding, 'check'>[] {
  return nodes.flatMap(({ name, role, components }) => {
    if (role === 'worker' || components.known) return [];
    return [
      {
        severity: 'unknown',
        object: `Node/${name}`,
        message: `the versions of its control plane could not be read: ${components.reason}`,
        remedy:
          'Check that kube-apiserver, kube-controller-manager and kube-scheduler run there as static pods.',
      },
    ];
  });
}
