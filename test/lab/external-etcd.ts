import { stringify } from 'yaml';
import { etcdDirectory } from './external-etcd-files.ts';
import { onHost } from './ssh.ts';
import type { LabHost, LabState } from './state.ts';
import { etcdHosts } from './topology.ts';

const made = '/root/etcd-pki';

/**
 * Starts etcd on its own hosts and gives the first control plane what its API server needs to get there: the steps of kubernetes.io,
 * "Set up a High Availability etcd Cluster with kubeadm", with units of systemd in place of static pods.
 */
export async function startExternalEtcd(state: LabState, controlPlane: LabHost): Promise<void> {
  const members = etcdHosts(state.hosts);
  const [first] = members;
  if (first === undefined) return;
  await onHost(state, first.name, certificatesScript(state, members));
  const archive = (host: string, files: string) =>
    onHost(state, first.name, `tar -c -C ${made}/${host} ${files} | base64 -w 0`);
  for (const { name } of members) {
    const pki = `${etcdDirectory}/pki`;
    const files = await archive(name, 'etcd');
    await onHost(
      state,
      name,
      `mkdir -p ${pki}
echo ${files} | base64 -d | tar -x --strip-components=1 -C ${pki}
chown -R etcd:etcd ${pki}
systemctl enable --quiet etcd
systemctl start --no-block etcd`,
    );
  }
  const files = await archive(first.name, 'etcd/ca.crt apiserver-etcd-client.crt apiserver-etcd-client.key');
  await onHost(
    state,
    controlPlane.name,
    `mkdir -p /etc/kubernetes/pki
echo ${files} | base64 -d | tar -x --no-same-owner -C /etc/kubernetes/pki`,
  );
  for (const { name } of members)
    await onHost(
      state,
      name,
      'timeout 60 sh -c "until systemctl is-active --quiet etcd; do sleep 0.3; done"',
    );
}

function certificatesScript(state: LabState, members: readonly LabHost[]): string {
  const perHost = members.map(
    (host) => `mkdir -p ${made}/${host.name}/etcd
cat >${made}/${host.name}.yaml <<'CONFIG'
${configFor(state, host)}CONFIG
if [ -e ${made}/ca.crt ]; then cp ${made}/ca.* ${made}/${host.name}/etcd/; fi
for phase in etcd-ca etcd-server etcd-peer apiserver-etcd-client; do
  kubeadm init phase certs $phase --config ${made}/${host.name}.yaml
done
cp ${made}/${host.name}/etcd/ca.* ${made}/`,
  );
  return `umask 077
rm -rf ${made}
${perHost.join('\n')}
rm ${made}/ca.key ${made}/*/etcd/ca.key`;
}

function configFor(state: LabState, { name, address }: LabHost): string {
  const sans = [name, address];
  const documents = [
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'InitConfiguration',
      localAPIEndpoint: { advertiseAddress: address },
      nodeRegistration: { name, criSocket: 'unix:///run/containerd/containerd.sock' },
    },
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'ClusterConfiguration',
      kubernetesVersion: `v${state.version}`,
      certificatesDir: `${made}/${name}`,
      etcd: { local: { serverCertSANs: sans, peerCertSANs: sans } },
    },
  ];
  return documents.map((document) => stringify(document)).join('---\n');
}
