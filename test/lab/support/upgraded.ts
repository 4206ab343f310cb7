import { expect } from 'vitest';
import { onHost } from '../ssh.ts';
import { clusterHosts } from '../topology.ts';
import type { TestLab } from './test-lab.ts';
import { componentImages, nodeFacts } from './versions.ts';

/** Every host of the small lab as an upgrade from 1.35.4 to 1.36.3 has to leave it. */
export async function expectUpgraded(lab: TestLab): Promise<void> {
  for (const node of await nodeFacts(lab.state)) {
    expect(node).toMatchObject({
      kubelet: 'v1.36.3',
      ready: true,
      unschedulable: false,
      marks: [],
      held: ['kubeadm', 'kubectl', 'kubelet'],
      packages: { kubeadm: '1.36.3-1.1', kubelet: '1.36.3-1.1', kubectl: '1.36.3-1.1' },
    });
  }
  for (const { name } of clusterHosts(lab.state.hosts)) {
    const source = await onHost(lab.state, name, 'cat /etc/apt/sources.list.d/kubernetes.list');
    expect(source).toContain(` ${lab.access.aptUrl}/core:/stable:/v1.36/deb/ /`);
  }
  expect(await componentImages(lab.state)).toEqual([
    'registry.k8s.io/etcd:3.6.8-0',
    'registry.k8s.io/kube-apiserver:v1.36.3',
    'registry.k8s.io/kube-controller-manager:v1.36.3',
    ...Array.from({ length: 3 }, () => 'registry.k8s.io/kube-proxy:v1.36.3'),
    'registry.k8s.io/kube-scheduler:v1.36.3',
  ]);
}
