import type { HostFile } from './base-files.ts';
import type { LabHost, LabState } from './state.ts';
import { etcdHosts } from './topology.ts';

/** Where a host of etcd keeps certificates and settings. */
export const etcdDirectory = '/etc/etcd';

/** Files of a host that runs etcd as a unit of systemd, as its users write them. */
export function etcdFiles(state: LabState, host: LabHost): readonly HostFile[] {
  return [
    { path: 'etc/systemd/system/etcd.service', content: unit },
    { path: `${etcdDirectory.slice(1)}/etcd.env`, content: settings(state, host) },
  ];
}

const unit = `[Unit]
Description=etcd
Documentation=https://etcd.io/docs
After=network.target lab-boot.service

[Service]
Type=notify
User=etcd
StateDirectory=etcd
StateDirectoryMode=0700
EnvironmentFile=${etcdDirectory}/etcd.env
ExecStart=/usr/local/bin/etcd
Restart=always
RestartSec=2
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
`;

function settings(state: LabState, { name, address }: LabHost): string {
  const members = etcdHosts(state.hosts).map((host) => `${host.name}=https://${host.address}:2380`);
  const pki = `${etcdDirectory}/pki`;
  return `ETCD_NAME=${name}
ETCD_DATA_DIR=/var/lib/etcd
ETCD_LISTEN_PEER_URLS=https://${address}:2380
ETCD_LISTEN_CLIENT_URLS=https://${address}:2379,https://127.0.0.1:2379
ETCD_INITIAL_ADVERTISE_PEER_URLS=https://${address}:2380
ETCD_ADVERTISE_CLIENT_URLS=https://${address}:2379
ETCD_INITIAL_CLUSTER=${members.join(',')}
ETCD_INITIAL_CLUSTER_STATE=new
ETCD_INITIAL_CLUSTER_TOKEN=${state.name}
ETCD_CERT_FILE=${pki}/server.crt
ETCD_KEY_FILE=${pki}/server.key
ETCD_TRUSTED_CA_FILE=${pki}/ca.crt
ETCD_CLIENT_CERT_AUTH=true
ETCD_PEER_CERT_FILE=${pki}/peer.crt
ETCD_PEER_KEY_FILE=${pki}/peer.key
ETCD_PEER_TRUSTED_CA_FILE=${pki}/ca.crt
ETCD_PEER_CLIENT_CERT_AUTH=true
`;
}
