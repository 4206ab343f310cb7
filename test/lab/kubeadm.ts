import { createHash, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { cgroupMode } from './cgroup.ts';
import { startExternalEtcd } from './external-etcd.ts';
import { initConfig, joinConfig } from './kubeadm-config.ts';
import { type LabPaths, labPaths } from './paths.ts';
import type { Stage } from './progress.ts';
import { onHost } from './ssh.ts';
import type { LabHost, LabState } from './state.ts';
import { clusterHosts, etcdHosts, firstControlPlane } from './topology.ts';

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: unknown }[];
  readonly users: readonly { readonly user: unknown }[];
}

/** Makes the cluster on the hosts: the first control plane, then the workers, then the other control planes. */
export async function makeCluster(state: LabState, stage: Stage): Promise<void> {
  const first = firstControlPlane(state.hosts);
  if (etcdHosts(state.hosts).length > 0)
    await stage('etcd started on its hosts', () => startExternalEtcd(state, first));
  await stage(`kubeadm init on ${first.name}`, () => initialise(state, first));
  const caHash = await certificateAuthorityHash(state, first);
  const rest = clusterHosts(state.hosts).filter((host) => host.name !== first.name);
  const workers = rest.filter((host) => host.role === 'worker');
  if (workers.length > 0) {
    const names = workers.map((host) => host.name).join(', ');
    await stage(`kubeadm join of ${names}`, async () => {
      await Promise.all(workers.map((host) => join(state, host, caHash)));
    });
  }
  // One at a time: etcd takes one new member at a time.
  for (const host of rest.filter((candidate) => candidate.role === 'control-plane')) {
    await stage(`kubeadm join of control plane ${host.name}`, () => join(state, host, caHash));
  }
}

// The administrator's access under the lab's name, so that it can stand beside other clusters'.
async function saveKubeconfig(state: LabState, paths: LabPaths): Promise<void> {
  const text = await onHost(state, firstControlPlane(state.hosts).name, 'cat /etc/kubernetes/admin.conf');
  const { clusters, users } = parse(text) as Kubeconfig;
  const admin = `${state.name}-admin`;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': state.name,
    clusters: [{ name: state.name, cluster: clusters[0]?.cluster }],
    contexts: [{ name: state.name, context: { cluster: state.name, user: admin } }],
    users: [{ name: admin, user: users[0]?.user }],
  };
  await writeFile(paths.kubeconfig, stringify(config, { lineWidth: 0 }), { mode: 0o600 });
}

async function initialise(state: LabState, host: LabHost): Promise<void> {
  // A cluster that stands already is kept; what a broken attempt left is cleared away.
  if (existsSync(labPaths(state.name).kubeconfig)) return;
  const config = initConfig(state, host, await cgroupMode());
  await onHost(state, host.name, withConfig(config, 'kubeadm init --upload-certs'));
  await saveKubeconfig(state, labPaths(state.name));
}

async function join(state: LabState, host: LabHost, caHash: string): Promise<void> {
  const script = withConfig(joinConfig(state, host, caHash), 'kubeadm join');
  await onHost(state, host.name, `test ! -e /etc/kubernetes/kubelet.conf || exit 0\n${script}`);
}

function withConfig(config: string, command: string): string {
  return `umask 077
cat > /root/kubeadm.yaml <<'CONFIG'
${config}CONFIG
${command} --config /root/kubeadm.yaml
`;
}

// What kubeadm calls a CA certificate's hash is that of its public key.
async function certificateAuthorityHash(state: LabState, host: LabHost): Promise<string> {
  const pem = await onHost(state, host.name, 'cat /etc/kubernetes/pki/ca.crt');
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
