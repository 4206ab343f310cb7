import { expect } from 'vitest';
import { onHost } from '../ssh.ts';
import { clusterHosts } from '../topology.ts';
import type { TestLab } from './test-lab.ts';
import { componentImages, nodeFacts } from './versions.ts';

/** Every component of every node is of that version, packages are on hold, and nothing is cordoned. */
export async function expectVersion(
  { state, access }: TestLab,
  version: string,
  etcd: string,
): Promise<void> {
  const nodes = clusterHosts(state.hosts);
  const packages = Object.fromEntries(
    ['kubeadm', 'kubelet', 'kubectl'].map((name) => [name, `${version}-1.1`]),
  );
  for (const node of await nodeFacts(state))
    expect(node).toMatchObject({
      kubelet: `v${version}`,
      ready: true,
      unschedulable: false,
      marks: [],
      held: ['kubeadm', 'kubectl', 'kubelet'],
      packages,
    });
  const minor = version.split('.').slice(0, 2).join('.');
  for (const { name } of nodes) {
    const source = await onHost(state, name, 'cat /etc/apt/sources.list.d/kubernetes.list');
    expect(source).toContain(` ${access.aptUrl}/core:/stable:/v${minor}/deb/ /`);
  }
  const servers = nodes.filter(({ role }) => role === 'control-plane');
  const images = [
    ...servers.flatMap(() => [
      `registry.k8s.io/etcd:${etcd}-0`,
      ...['apiserver', 'controller-manager', 'scheduler'].map(
        (name) => `registry.k8s.io/kube-${name}:v${version}`,
      ),
    ]),
    ...nodes.map(() => `registry.k8s.io/kube-proxy:v${version}`),
  ];
  expect(await componentImages(state)).toEqual(images.toSorted());
}
