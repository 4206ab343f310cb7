import { beforeEach, expect, test } from 'vitest';
import { pullImages } from '../../../src/providers/kubeadm/scripts/images.ts';
import { type LocalHost, localHost } from './local-host.ts';

let host: LocalHost;

beforeEach(() => {
  host = localHost();
  host.write('unit/there', '');
  // Lines before the list, as SystemVerification prints them, with colours.
  host.command(
    'kubeadm',
    `echo "kubeadm $*" >>"$CALLS"
case "$*" in
  'version -o short') echo v1.36.3 ;;
  *list*) printf '\\033[0;37mKERNEL_VERSION\\033[0m: \\033[0;32m6.18\\033[0m\\nregistry.example/kube-apiserver:v1.36.3\\nregistry.example/kube-proxy:v1.36.3\\nregistry.example/pause:3.10.2\\n' ;;
esac`,
  );
  host.command('ctr', 'echo "ctr $*" >>"$CALLS"; [ ! -e "$KUBESTAIR_DIRECTORY/refuse" ]');
});

function pull(role: 'control-plane' | 'worker') {
  const script = pullImages(role, 'v1.36.3', 'kubernetesVersion: v1.36.3\n');
  return host.run(`set -eu\nexport PATH=/usr/bin:/bin KUBESTAIR_DIRECTORY=${host.directory}/unit\n${script}`);
}

test('a control plane pulls everything through kubeadm, by the cluster’s own configuration', async () => {
  await pull('control-plane');
  expect(host.calls().at(-1)).toMatch(/^kubeadm config images pull --config \S+\/images.yaml$/);
});

test('a worker pulls kube-proxy alone, whatever kubeadm prints before the list', async () => {
  await pull('worker');
  // The stand-in of a host keeps /etc/containerd below its own directory.
  expect(host.calls().at(-1)?.replace(host.directory, '')).toMatch(
    /^ctr --address \/run\/\S+ -n k8s.io images pull --hosts-dir \/etc\/containerd\/certs.d registry.example\/kube-proxy:v1.36.3$/,
  );
});

test('crictl goes before ctr', async () => {
  host.command('crictl', 'echo "crictl $*" >>"$CALLS"');
  await pull('worker');
  expect(host.calls().at(-1)).toMatch(
    /^crictl --runtime-endpoint unix:\S+ pull registry.example\/kube-proxy:v1.36.3$/,
  );
});

test('a pull that fails on a worker is told and is no failure', async () => {
  host.write('unit/refuse', '');
  expect((await pull('worker')).stdout).toContain(
    'note: registry.example/kube-proxy:v1.36.3 could not be pulled ahead',
  );
});
