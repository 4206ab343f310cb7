import { createHash } from 'node:crypto';
import type { HostFile } from './base-files.ts';
import { etcdFiles } from './external-etcd-files.ts';
import type { LabHost, LabState } from './state.ts';
import { gateway, serviceNetwork } from './topology.ts';

/** Files that make one host differ from the others. */
export function hostFiles(state: LabState, host: LabHost): readonly HostFile[] {
  const own = [
    // Made from the machine's own at the first boot, it would be the same for all.
    { path: 'etc/machine-id', content: `${machineId(state, host)}\n` },
    { path: 'etc/hostname', content: `${host.name}\n` },
    { path: 'etc/hosts', content: hostsFile(state) },
    // Nobody answers there, so a name that the lab does not know fails at once.
    { path: 'etc/resolv.conf', content: `nameserver ${gateway(state.slot)}\noptions timeout:1 attempts:1\n` },
    { path: 'usr/local/sbin/lab-boot', content: bootScript(state, host), mode: 0o755 },
  ];
  if (host.podCidr !== undefined) return [...own, { path: cniPath, content: cniConfig(host.podCidr) }];
  if (host.role === 'etcd') return [...own, ...etcdFiles(state, host)];
  return [...own, { path: 'etc/haproxy/haproxy.cfg', content: haproxyConfig(state.hosts) }];
}

function machineId(state: LabState, host: LabHost): string {
  return createHash('sha256').update(`${state.name}/${host.name}`).digest('hex').slice(0, 32);
}

const cniPath = 'etc/cni/net.d/10-pods.conflist';

// A name for the lab's services, so that a cluster file can be the same whatever network the lab was given.
function hostsFile({ slot, hosts }: LabState): string {
  const lines = [...hosts.map((host) => `${host.address} ${host.name}`), `${gateway(slot)} services.lab`];
  return `127.0.0.1 localhost\n::1 localhost ip6-localhost\n${lines.join('\n')}\n`;
}

// With cgroup v1 the hierarchies arrive read-only in a host's own namespace, and mounts made by
// pods must reach the kubelet, which a container's root does not let through as it is.
// The rule answers pods that ask for a Service before kube-proxy has rewritten its address: without it
// they wait half a minute for an answer that nobody gives.
function bootScript(state: LabState, host: LabHost): string {
  const routes = state.hosts
    .filter((other) => other.name !== host.name && other.podCidr !== undefined)
    .map((other) => `ip route replace ${other.podCidr} via ${other.address}`);
  return `#!/bin/sh
set -e
if [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ]; then
  for group in /sys/fs/cgroup/*; do
    [ -d "$group" ] && [ ! -L "$group" ] || continue
    mount -o remount,rw,bind "$group"
  done
fi
mount --make-rshared /
sysctl -q -w net.ipv4.ip_forward=1
ip address replace ${host.address}/24 dev host0
ip link set host0 up
ip route replace default via ${gateway(state.slot)}
ip rule add iif cni0 to ${serviceNetwork} unreachable
${routes.join('\n')}
`;
}

function cniConfig(podCidr: string): string {
  const ipam = { type: 'host-local', ranges: [[{ subnet: podCidr }]], routes: [{ dst: '0.0.0.0/0' }] };
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: false, ipam };
  const portmap = { type: 'portmap', capabilities: { portMappings: true } };
  return `${JSON.stringify({ cniVersion: '1.0.0', name: 'pods', plugins: [bridge, portmap] }, null, 2)}\n`;
}

function haproxyConfig(hosts: readonly LabHost[]): string {
  const servers = hosts
    .filter((host) => host.role === 'control-plane')
    .map((host) => `  server ${host.name} ${host.address}:6443`);
  // A server that stops says so, or refuses, at once; one that is slow to answer is not away. kubeadm's own example
  // (docs/ha-considerations.md) waits as long. Without it HAProxy gives a check no more time than there is between two.
  return `global
  maxconn 4096

defaults
  mode tcp
  timeout connect 2s
  timeout check 10s
  timeout client 4h
  timeout server 4h
  option redispatch
  retries 3

frontend apiserver
  bind :6443
  default_backend apiservers

backend apiservers
  balance roundrobin
  option httpchk GET /readyz
  default-server check check-ssl verify none inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${servers.join('\n')}
`;
}
