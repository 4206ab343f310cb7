import { architecture } from './debian.ts';

export type PackageName = 'kubelet' | 'kubeadm' | 'kubectl';

export interface PackageFile {
  readonly path: string;
  readonly mode: number;
  readonly text: string;
}

interface PackageContents {
  readonly depends: string;
  readonly description: string;
  readonly files: readonly PackageFile[];
}

/** The version as the package repository of Kubernetes numbers its packages. */
export function packageVersion(kubernetes: string): string {
  return `${kubernetes}-1.1`;
}

const kubeletUnit = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

const kubeadmDropIn = `# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# This is a file that "kubeadm init" and "kubeadm join" generates at runtime, populating the KUBELET_KUBEADM_ARGS variable dynamically
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# This is a file that the user can use for overrides of the kubelet args as a last resort. Preferably, the user should use
# the .NodeRegistration.KubeletExtraArgs object in the configuration files instead. KUBELET_EXTRA_ARGS should be sourced from this file.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;

// Like the real package: an installation enables the kubelet, an upgrade leaves the running one alone.
const kubeletPostinst = `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  [ ! -d /run/systemd/system ] || systemctl daemon-reload || true
  [ -n "$2" ] || systemctl enable -q kubelet.service || true
fi
`;

const contents: Readonly<Record<PackageName, PackageContents>> = {
  kubelet: {
    depends: 'iptables (>= 1.4.21), mount, util-linux, iproute2, ethtool, socat, conntrack',
    description: 'Node agent for Kubernetes clusters',
    files: [
      { path: 'usr/lib/systemd/system/kubelet.service', mode: 0o644, text: kubeletUnit },
      { path: 'etc/default/kubelet', mode: 0o644, text: 'KUBELET_EXTRA_ARGS=\n' },
      { path: 'etc/kubernetes/manifests/.kubelet-keep', mode: 0o644, text: '' },
      { path: 'var/lib/kubelet/.kubelet-keep', mode: 0o644, text: '' },
      { path: 'DEBIAN/conffiles', mode: 0o644, text: '/etc/default/kubelet\n' },
      { path: 'DEBIAN/postinst', mode: 0o755, text: kubeletPostinst },
    ],
  },
  kubeadm: {
    depends: '',
    description: 'Command-line utility for administering a Kubernetes cluster',
    files: [
      { path: 'usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf', mode: 0o644, text: kubeadmDropIn },
    ],
  },
  kubectl: {
    depends: '',
    description: 'Command-line utility for interacting with a Kubernetes cluster',
    files: [],
  },
};

/** Every file of a package except its program, `DEBIAN/control` included. */
export function packageFiles(name: PackageName, kubernetes: string): readonly PackageFile[] {
  const { depends, description, files } = contents[name];
  const control = [
    `Package: ${name}`,
    `Version: ${packageVersion(kubernetes)}`,
    `Architecture: ${architecture()}`,
    'Maintainer: Kubestair lab <lab@kubestair.invalid>',
    'Section: admin',
    'Priority: optional',
    ...(depends ? [`Depends: ${depends}`] : []),
    'Homepage: https://kubernetes.io',
    `Description: ${description}`,
  ];
  return [...files, { path: 'DEBIAN/control', mode: 0o644, text: `${control.join('\n')}\n` }];
}
