import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { readApiServer, staticPod } from '../../../src/providers/kubeadm/apiserver.ts';
import { localHost } from './local-host.ts';

const MANIFEST = `apiVersion: v1
kind: Pod
metadata:
  name: kube-apiserver
  namespace: kube-system
spec:
  containers:
  - command:
    - kube-apiserver
    - --advertise-address=10.0.0.1
    - --etcd-servers=https://10.0.1.1:2379,https://10.0.1.2:2379
    - --etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt
    - --encryption-provider-config
    - /keys/conf/enc.yaml
    - --v=2
    - --v=4
    image: registry.k8s.io/kube-apiserver:v1.36.3
    name: kube-apiserver
    volumeMounts:
    - mountPath: /keys
      name: everything
    - mountPath: /keys/conf
      name: enc
    - mountPath: /etc/kubernetes/pki
      name: k8s-certs
  volumes:
  - hostPath:
      path: /srv/all
    name: everything
  - hostPath:
      path: /etc/kubernetes/enc/
      type: DirectoryOrCreate
    name: enc
  - hostPath:
      path: /etc/kubernetes/pki
    name: k8s-certs
`;

test('reads the flags of a static pod, the last of each, and where their files lie on the host', () => {
  const server = staticPod(MANIFEST);
  expect(server?.flag('etcd-servers')).toBe('https://10.0.1.1:2379,https://10.0.1.2:2379');
  expect(server?.flag('v')).toBe('4');
  expect(server?.file('etcd-cafile')).toBe('/etc/kubernetes/pki/etcd/ca.crt');
  expect(server?.file('encryption-provider-config')).toBe('/etc/kubernetes/enc/enc.yaml');
  expect(server?.flag('etcd-certfile')).toBeUndefined();
  expect(server?.file('etcd-certfile')).toBeUndefined();
});

test('a path outside of every mount is the one on the host', () => {
  const server = staticPod(MANIFEST.replace('/keys/conf/enc.yaml', '/keysless/enc.yaml'));
  expect(server?.file('encryption-provider-config')).toBe('/keysless/enc.yaml');
});

test.each(['', 'kind: Pod', '{', 'spec: {containers: []}'])('%j is no static pod', (text) => {
  expect(staticPod(text)).toBeUndefined();
});

test('reads the flags of a unit as it runs', async () => {
  const flags = ['--etcd-servers=http://10.0.1.1:2379', '--etcd-keyfile=/etc/etcd/a key.pem'];
  const standIn = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)', '--', ...flags]);
  onTestFinished(() => void standIn.kill());
  const host = localHost('cp1');
  const asked = 'show -p MainPID --value kube-apiserver.service';
  host.command('systemctl', `[ "$*" = "${asked}" ] && echo ${standIn.pid}`);
  const server = await readApiServer(host);
  expect(server.flag('etcd-servers')).toBe('http://10.0.1.1:2379');
  expect(server.file('etcd-keyfile')).toBe('/etc/etcd/a key.pem');
});

test('CLUSTER_UNSUPPORTED where there is neither', async () => {
  const host = localHost('cp1');
  host.command('systemctl', 'echo 0');
  await expect(readApiServer(host)).rejects.toMatchObject({
    code: 'CLUSTER_UNSUPPORTED',
    object: 'Node/cp1',
  });
});
