import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl } from '../../lab/kubectl.ts';
import { onHost } from '../../lab/ssh.ts';
import type { LabHost, LabState } from '../../lab/state.ts';
import { clusterHosts } from '../../lab/topology.ts';

const ATTEMPTS = 10;
const PAUSE_MILLISECONDS = 3000;

/**
 * The usual runbook, step by step as kubernetes.io has it ("Upgrading kubeadm clusters" and "Upgrading Linux nodes", v1.36), without a
 * person's pauses between the commands: on each node the package of kubeadm, kubeadm itself, `kubectl drain`, the packages of kubelet
 * and kubectl, a restart, `kubectl uncordon`. Before the next node, this one is Ready.
 */
export async function upgradeByHand(
  state: LabState,
  version: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const host of clusterHosts(state.hosts)) {
    signal.throwIfAborted();
    say(`${host.name}: by hand to ${version}`);
    await onHost(state, host.name, kubeadmScript(host, version));
    await patiently(() =>
      kubectl(state, ['drain', host.name, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=5m']),
    );
    await onHost(state, host.name, kubeletScript(version));
    await patiently(() => kubectl(state, ['uncordon', host.name]));
    await patiently(() =>
      kubectl(state, [
        'wait',
        `--for=jsonpath={.status.nodeInfo.kubeletVersion}=v${version}`,
        `node/${host.name}`,
        '--timeout=2m',
      ]),
    );
    await patiently(() =>
      kubectl(state, ['wait', '--for=condition=Ready', `node/${host.name}`, '--timeout=2m']),
    );
  }
}

function kubeadmScript({ role, name }: LabHost, version: string): string {
  const minor = version.split('.').slice(0, 2).join('.');
  const first = role === 'control-plane' && name === 'cp1';
  const upgrade = first
    ? `kubeadm upgrade plan v${version} --ignore-preflight-errors=SystemVerification
kubeadm upgrade apply v${version} -y --ignore-preflight-errors=SystemVerification`
    : 'kubeadm upgrade node --ignore-preflight-errors=SystemVerification';
  return `export DEBIAN_FRONTEND=noninteractive
sed -i -E 's#/v1\\.[0-9]+/deb#/v${minor}/deb#' /etc/apt/sources.list.d/kubernetes.list
apt-mark unhold kubeadm
apt-get update
apt-get install -y kubeadm='${version}-*'
apt-mark hold kubeadm
${upgrade}`;
}

function kubeletScript(version: string): string {
  return `export DEBIAN_FRONTEND=noninteractive
apt-mark unhold kubelet kubectl
apt-get update
apt-get install -y kubelet='${version}-*' kubectl='${version}-*'
apt-mark hold kubelet kubectl
systemctl daemon-reload
systemctl restart kubelet`;
}

/** A person tries again where the API server has just restarted. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (thrown) {
      if (attempt === ATTEMPTS) throw thrown;
      await sleep(PAUSE_MILLISECONDS);
    }
  }
}
