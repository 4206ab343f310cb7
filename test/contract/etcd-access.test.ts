import { writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openEtcd } from '../../src/adapters/etcd.ts';
import { openHosts } from '../../src/adapters/ssh.ts';
import { digestOf } from '../../src/backup/digest.ts';
import { checkSnapshot } from '../../src/backup/snapshot-trailer.ts';
import type { Host } from '../../src/ports/host.ts';
import { routesToEtcd } from '../../src/providers/kubeadm/etcd-access.ts';
import { observeMembers, openHealthyMember } from '../../src/providers/kubeadm/observe-etcd.ts';
import { makeSshLab, type Sshd, type SshLab } from './sshd.ts';
import { type Certificates, makeCertificates } from './support/certificates.ts';
import { type EtcdServer, startEtcd } from './support/etcd-server.ts';
import { temporaryDirectory } from './support/temporary.ts';

let lab: SshLab;
let sshd: Sshd;
let certificates: Certificates;
let etcd: EtcdServer;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  lab = makeSshLab();
  stack.defer(() => lab.stop());
  sshd = await lab.start();
  const directory = stack.use(await temporaryDirectory()).path;
  certificates = await makeCertificates(directory, ['IP:127.0.0.1']);
  const { ca, cert, key } = certificates.client;
  for (const [name, text] of Object.entries({ ca, cert, key }))
    await writeFile(`${directory}/c.${name}`, text);
  etcd = stack.use(await startEtcd({ certificates }));
  manifestDirectory = directory;
});

afterAll(() => stack.disposeAsync());

let manifestDirectory = '';

/** A host over real SSH, with an /etc/kubernetes of its own and root without sudo. */
async function controlPlane(name: string, flags: readonly string[]): Promise<Host> {
  const directory = path.join(manifestDirectory, name);
  await mkdir(`${directory}/manifests`, { recursive: true });
  const command = ['kube-apiserver', ...flags].map((word) => `    - ${word}`).join('\n');
  const mounts = `    volumeMounts:\n    - {mountPath: /certs, name: certs}\n  volumes:\n  - {name: certs, hostPath: {path: ${manifestDirectory}}}`;
  await writeFile(
    `${directory}/manifests/kube-apiserver.yaml`,
    `spec:\n  containers:\n  - name: kube-apiserver\n    command:\n${command}\n${mounts}\n`,
  );
  const noConfig = path.join(directory, 'empty_config');
  writeFileSync(noConfig, '');
  const hosts = openHosts({
    port: sshd.port,
    identityFile: lab.identityFile,
    knownHostsFile: lab.writeKnownHosts('known_hosts', [sshd]),
    configFile: noConfig,
    addresses: {},
  });
  onTestFinished(() => hosts.close());
  const host = hosts.hostOf({ name, address: '127.0.0.1' });
  return {
    ...host,
    run: (script, options) =>
      host.run(script.replaceAll('/etc/kubernetes', directory), { ...options, sudo: false }),
  };
}

const FILES = ['--etcd-cafile=/certs/c.ca', '--etcd-certfile=/certs/c.cert', '--etcd-keyfile=/certs/c.key'];
const url = (): string => `https://127.0.0.1:${etcd.port}`;

describe('etcd as the API servers know it', () => {
  test('its members are observed and give a snapshot, with the certificates of the manifest', async () => {
    const host = await controlPlane('cp1', [`--etcd-servers=${url()}`, ...FILES]);
    const routes = await routesToEtcd([host], 'external', openEtcd);
    expect(await observeMembers(routes)).toMatchObject({
      value: { topology: 'external', members: [{ name: 'cp1', healthy: true, leader: true }] },
    });
    const member = await openHealthyMember(routes, 'cp1');
    try {
      const snapshot = checkSnapshot(member.snapshot(), 'etcd');
      expect((await digestOf(snapshot.bytes)).bytes).toBeGreaterThan(10_000);
      expect(snapshot.trailerSha256()).toHaveLength(64);
    } finally {
      await member.close();
    }
  });

  test('an external member that no host reaches is one that does not answer', async () => {
    const hosts = [
      await controlPlane('cp1', [`--etcd-servers=${url()},https://127.0.0.1:1`, ...FILES]),
      await controlPlane('cp2', []),
    ];
    const routes = await routesToEtcd(hosts, 'external', openEtcd);
    expect(routes.routes).toHaveLength(2);
    const member = await openHealthyMember(routes, undefined);
    expect((await member.status()).leaderId).toBe((await member.status()).memberId);
    await member.close();
  });

  test('a stacked member whose host says nothing of etcd is not passed over', async () => {
    const hosts = [
      await controlPlane('cp1', [`--etcd-servers=${url()}`, ...FILES]),
      await controlPlane('cp2', []),
    ];
    const { routes } = await routesToEtcd(hosts, 'stacked', openEtcd);
    expect(routes.map(({ name }) => name)).toEqual(['cp1', 'cp2']);
    await expect(routes[1]?.open()).rejects.toMatchObject({ code: 'CLUSTER_UNSUPPORTED' });
  });

  test('without a client certificate the member says why it refuses', async () => {
    const host = await controlPlane('cp1', [`--etcd-servers=${url()}`, '--etcd-cafile=/certs/c.ca']);
    const routes = await routesToEtcd([host], 'external', openEtcd);
    await expect(openHealthyMember(routes, undefined)).rejects.toMatchObject({ code: 'ETCD_UNHEALTHY' });
  });
});
