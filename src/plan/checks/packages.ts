import type {
  HostObservation,
  NodeObservation,
  PackageName,
  VersionText,
} from '../../cluster/observation.ts';
import { compareVersions, versionOfTag } from '../../cluster/version.ts';
import type { Finding } from '../plan.ts';
import type { Check } from './check.ts';

/** Packages that every kubeadm host has; kubectl is a convenience. */
const NEEDED: readonly PackageName[] = ['kubeadm', 'kubelet'];

/** What is installed fits what runs, is no newer than the target, and moves with Kubestair alone. */
export const packages: Check = {
  id: 'packages',
  about: 'kubeadm and kubelet come from packages that fit what runs, and are on hold.',
  severity: 'blocking',
  evidence: 'The packages and holds that dpkg lists on each host.',
  remedy: 'Install kubeadm and kubelet from packages at the version that runs.',
  mandatory: true,
  find: ({ observation, hops }) => {
    const target = hops.at(-1)?.to;
    if (target === undefined) return [];
    return observation.nodes.flatMap((node) =>
      node.host.known ? findingsOf(node, node.host.value, target) : [],
    );
  },
};

function findingsOf(
  node: NodeObservation,
  host: HostObservation,
  target: VersionText,
): readonly Omit<Finding, 'check'>[] {
  const object = `Node/${node.name}`;
  const missing = NEEDED.filter((name) => host.packages[name].version === '');
  if (missing.length > 0) {
    return [
      {
        severity: 'blocking',
        object,
        message: `has no package ${missing.join(', ')}: a binary put there by hand cannot be upgraded`,
        remedy: 'Install kubeadm and kubelet from the packages of pkgs.k8s.io at the version that runs.',
      },
    ];
  }
  return [...newerThan(target, object, host), ...notStarted(node, object, host), ...notHeld(object, host)];
}

function newerThan(
  target: VersionText,
  object: string,
  { packages: installed }: HostObservation,
): readonly Omit<Finding, 'check'>[] {
  const newer = NEEDED.filter((name) => {
    const version = versionOf(installed[name].version);
    return version !== undefined && compareVersions(version, target) > 0;
  });
  if (newer.length === 0) return [];
  const message = `has packages newer than ${target}: ${newer.map((name) => `${name} ${installed[name].version}`).join(', ')}`;
  return [
    {
      severity: 'blocking',
      object,
      message,
      remedy: `Put ${newer.join(' and ')} back to the version that runs.`,
    },
  ];
}

function notStarted(
  { kubelet }: NodeObservation,
  object: string,
  { packages: installed }: HostObservation,
): readonly Omit<Finding, 'check'>[] {
  const version = versionOf(installed.kubelet.version);
  if (version === undefined || version === kubelet) return [];
  const message = `has kubelet ${installed.kubelet.version} installed but runs ${kubelet}`;
  return [{ severity: 'warning', object, message, remedy: 'Nothing to do: the upgrade restarts it.' }];
}

function notHeld(
  object: string,
  { packages: installed }: HostObservation,
): readonly Omit<Finding, 'check'>[] {
  const loose = NEEDED.filter((name) => !installed[name].held);
  if (loose.length === 0) return [];
  const message = `does not hold ${loose.join(', ')}: any upgrade of the system moves them`;
  return [
    { severity: 'warning', object, message, remedy: 'Nothing to do: they are on hold after the upgrade.' },
  ];
}

/** `v1.35.4` of `1.35.4-1.1`. */
function versionOf(packageVersion: string): VersionText | undefined {
  return versionOfTag(packageVersion.replace(/-.*$/, ''));
}
