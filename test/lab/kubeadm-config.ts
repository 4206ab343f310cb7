import { stringify } from 'yaml';
import type { CgroupMode } from './cgroup.ts';
import type { LabHost, LabState } from './state.ts';
import { endpointHost, etcdHosts, podNetwork } from './topology.ts';

const api = 'kubeadm.k8s.io/v1beta4';

/** The configuration of `kubeadm init` for the first control plane. */
export function initConfig(state: LabState, host: LabHost, mode: CgroupMode): string {
  const init = {
    apiVersion: api,
    kind: 'InitConfiguration',
    bootstrapTokens: [
      {
        token: state.secrets.joinToken,
        ttl: '24h0m0s',
        usages: ['signing', 'authentication'],
        groups: ['system:bootstrappers:kubeadm:default-node-token'],
      },
    ],
    certificateKey: state.secrets.certificateKey,
    localAPIEndpoint: { advertiseAddress: host.address, bindPort: 6443 },
    nodeRegistration: nodeRegistration(host),
  };
  const cluster = {
    apiVersion: api,
    kind: 'ClusterConfiguration',
    clusterName: state.name,
    kubernetesVersion: `v${state.version}`,
    controlPlaneEndpoint: `${endpointHost(state.hosts).address}:6443`,
    ...externalEtcd(state),
    networking: { podSubnet: podNetwork(state.slot) },
  };
  return documents([init, cluster, kubeletConfig(mode), kubeProxyConfig]);
}

function externalEtcd({ hosts }: LabState): Readonly<Record<string, unknown>> {
  const members = etcdHosts(hosts);
  if (members.length === 0) return {};
  const external = {
    endpoints: members.map(({ address }) => `https://${address}:2379`),
    caFile: '/etc/kubernetes/pki/etcd/ca.crt',
    certFile: '/etc/kubernetes/pki/apiserver-etcd-client.crt',
    keyFile: '/etc/kubernetes/pki/apiserver-etcd-client.key',
  };
  return { etcd: { external } };
}

/** The configuration of `kubeadm join`. */
export function joinConfig(state: LabState, host: LabHost, caHash: string): string {
  const join = {
    apiVersion: api,
    kind: 'JoinConfiguration',
    discovery: {
      bootstrapToken: {
        apiServerEndpoint: `${endpointHost(state.hosts).address}:6443`,
        token: state.secrets.joinToken,
        caCertHashes: [caHash],
      },
    },
    nodeRegistration: nodeRegistration(host),
  };
  if (host.role !== 'control-plane') return documents([join]);
  const localAPIEndpoint = { advertiseAddress: host.address, bindPort: 6443 };
  const controlPlane = { localAPIEndpoint, certificateKey: state.secrets.certificateKey };
  return documents([{ ...join, controlPlane }]);
}

function nodeRegistration(host: LabHost): Readonly<Record<string, unknown>> {
  return {
    name: host.name,
    criSocket: 'unix:///run/containerd/containerd.sock',
    kubeletExtraArgs: [{ name: 'node-ip', value: host.address }],
    // kubeadm cannot check a kernel whose configuration it does not find.
    ignorePreflightErrors: ['SystemVerification'],
  };
}

function kubeletConfig(mode: CgroupMode): Readonly<Record<string, unknown>> {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    cgroupDriver: mode === 'v2' ? 'systemd' : 'cgroupfs',
    failCgroupV1: false,
    failSwapOn: false,
    // All hosts see the fill level of the one disk that they share; it says nothing about a node.
    evictionHard: {
      'imagefs.available': '0%',
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
    },
    imageGCHighThresholdPercent: 100,
  };
}

// The table of tracked connections belongs to the machine; a host may not resize it.
const kubeProxyConfig: Readonly<Record<string, unknown>> = {
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'iptables',
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
};

function documents(parts: readonly unknown[]): string {
  return parts.map((part) => stringify(part)).join('---\n');
}
