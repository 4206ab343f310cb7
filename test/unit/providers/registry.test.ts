import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { parseReach, registryOf, registryScript } from '../../../src/providers/kubeadm/scripts/registry.ts';
import { type LocalHost, localHost } from './local-host.ts';

/** Nobody listens on port 1. */
const NOBODY = '127.0.0.1:1';

async function listener(): Promise<string> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function reach(host: LocalHost, registry: string) {
  return parseReach((await host.run(registryScript(registry), { sudo: true })).stdout);
}

function mirrored(registry: string, mirror: string): LocalHost {
  const host = localHost();
  host.write(
    `etc/containerd/certs.d/${registry}/hosts.toml`,
    `server = "https://${NOBODY}"\n\n[host."http://${mirror}/v2"]\n  capabilities = ["pull"]\n`,
  );
  return host;
}

test('a registry that takes connections is reached', async () => {
  expect(await reach(localHost(), await listener())).toBeUndefined();
});

test('one that takes none is told with its address', async () => {
  expect(await reach(localHost(), NOBODY)).toEqual([NOBODY]);
});

test('a mirror is as good', async () => {
  expect(await reach(mirrored(NOBODY, await listener()), NOBODY)).toBeUndefined();
  expect(await reach(mirrored('registry.example', '127.0.0.1:2'), 'registry.example')).toEqual([
    '127.0.0.1:2',
    NOBODY,
    'registry.example:443',
  ]);
});

test('a mirror in an older configuration of containerd is found, too', async () => {
  const host = localHost();
  const mirror = await listener();
  host.write(
    'etc/containerd/config.toml',
    `[plugins."io.containerd.grpc.v1.cri".registry.mirrors."registry.example"]\n  endpoint = ["https://${NOBODY}", "http://${mirror}"]\n`,
  );
  expect(await reach(host, 'registry.example')).toBeUndefined();
});

test('where the runtime has a proxy, that one is asked', async () => {
  const host = localHost();
  const proxy = await listener();
  host.command('systemctl', `echo 'NO_PROXY=10.0.0.0/8 HTTPS_PROXY=http://user:word@${proxy}/'`);
  expect(await reach(host, NOBODY)).toBeUndefined();
  host.command('systemctl', `echo 'HTTPS_PROXY=http://user:word@${NOBODY}'`);
  expect(await reach(host, 'registry.example')).toEqual([NOBODY]);
});

test('the registry of a repository is its host', () => {
  expect(['registry.k8s.io', 'registry.example:5000/kubernetes'].map(registryOf)).toEqual([
    'registry.k8s.io',
    'registry.example:5000',
  ]);
});
