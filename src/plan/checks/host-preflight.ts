import type { CheckDescription } from './check.ts';

/** What is looked for on each host once the hops are known; the provider itself finds it, in its preflight. */
export const HOST_CHECKS = [
  {
    id: 'host-tools',
    about: 'Hosts have the programs that an upgrade runs there.',
    severity: 'blocking',
    evidence: 'A search in the PATH of each host.',
    remedy: 'Install what is missing; Kubestair upgrades hosts with systemd and apt or dnf.',
    mandatory: true,
  },
  {
    id: 'host-preflight',
    about: 'The look for packages could be taken on every host.',
    severity: 'unknown',
    evidence: 'A run of apt or dnf with lists of its own on each host, which changes nothing there.',
    remedy: 'Do what the finding says, then plan again.',
    mandatory: true,
  },
  {
    id: 'package-repository',
    about: 'Every host can use the package repository of every hop: it answers, and its signature holds.',
    severity: 'blocking',
    evidence: 'What apt or dnf on each host says about the repository of each minor, with its signing key.',
    remedy: 'Let the host reach the repository, or set `spec.packages.repository` to a mirror.',
    mandatory: true,
  },
  {
    id: 'package-available',
    about: 'The repository of every hop has kubeadm, kubelet and kubectl at its exact version.',
    severity: 'blocking',
    evidence: 'The offers of the repository of each minor, as apt or dnf on each host sees them.',
    remedy: 'Choose a version that the repository has, or bring the mirror up to date.',
    mandatory: true,
  },
  {
    id: 'image-registry',
    about: 'Every host gets a connection to where its runtime pulls the images of Kubernetes from.',
    severity: 'unknown',
    evidence:
      "The imageRepository of kubeadm's ClusterConfiguration, containerd's mirrors of it and the proxy of the runtime, tried from each host.",
    remedy:
      'Let the host reach the registry or a mirror; accept it where images come to hosts by other means.',
  },
] as const satisfies readonly CheckDescription[];

export type HostCheckId = (typeof HOST_CHECKS)[number]['id'];
