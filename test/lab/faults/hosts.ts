import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import path from 'node:path';
import { run } from '../command.ts';
import { kubectl } from '../kubectl.ts';
import { onHost } from '../ssh.ts';
import type { TestLab } from '../support/test-lab.ts';
import { hostNamed } from '../topology.ts';
import { waitFor } from '../wait.ts';
import type { Fault } from './fault.ts';
import { asSaid, inShell, onHostAsSaid } from './remedies.ts';

const ETCDCTL =
  'kubectl -n kube-system exec etcd-cp1 -- etcdctl --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt --key=/etc/kubernetes/pki/etcd/healthcheck-client.key';
const KEYRING = '/etc/apt/keyrings/kubernetes-apt-keyring.gpg';
const MIRROR = '/etc/containerd/certs.d/registry.k8s.io/hosts.toml';
const PROXY_KEY = '/etc/kubernetes/pki/front-proxy-client.key';
const PROXY_CERTIFICATE = '/etc/kubernetes/pki/front-proxy-client.crt';

/** What is wrong with a host or with etcd. */
export const hostFaults: readonly Fault[] = [
  {
    name: 'a kubelet that was stopped',
    seed: (lab) => onHost(lab.state, 'w2', 'systemctl stop kubelet'),
    remedy: onHostAsSaid('w2', 'systemctl start kubelet'),
    undo: (lab) => ready(lab, 'systemctl start kubelet'),
    expect: { check: 'host-services', severity: 'blocking', object: 'Node/w2: kubelet.service' },
  },
  {
    name: 'a kubelet that does not start at boot',
    seed: (lab) => onHost(lab.state, 'w1', 'systemctl disable kubelet'),
    remedy: onHostAsSaid('w1', 'systemctl enable kubelet'),
    undo: (lab) => onHost(lab.state, 'w1', 'systemctl enable kubelet'),
    expect: { check: 'host-services', severity: 'warning', object: 'Node/w1: kubelet.service' },
  },
  {
    name: 'a containerd that was stopped',
    seed: (lab) => onHost(lab.state, 'w2', 'systemctl stop containerd'),
    remedy: onHostAsSaid('w2', 'systemctl start containerd'),
    undo: (lab) => ready(lab, 'systemctl start containerd; systemctl start kubelet'),
    expect: { check: 'host-services', severity: 'blocking', object: 'Node/w2: containerd.service' },
  },
  {
    name: 'a full disk',
    seed: (lab) => onHost(lab.state, 'w1', 'mount -t tmpfs -o size=1m none /var/cache/apt/archives'),
    remedy: asSaid('Free space on /var/cache/apt/archives', (lab) =>
      onHost(lab.state, 'w1', 'umount /var/cache/apt/archives'),
    ),
    undo: (lab) => onHost(lab.state, 'w1', 'umount /var/cache/apt/archives || true'),
    expect: { check: 'disk-space', severity: 'blocking', object: 'Node/w1: /var/cache/apt/archives' },
  },
  {
    name: 'a file system that is read-only',
    seed: (lab) =>
      onHost(
        lab.state,
        'w1',
        'mount --bind /var/lib/dpkg /var/lib/dpkg && mount -o remount,bind,ro /var/lib/dpkg',
      ),
    undo: (lab) => onHost(lab.state, 'w1', 'umount -l /var/lib/dpkg || true'),
    expect: { check: 'host-state', severity: 'blocking', object: 'Node/w1' },
  },
  {
    name: 'a package that dpkg has left half-way',
    seed: (lab) =>
      onHost(
        lab.state,
        'w1',
        `mkdir -p /root/half/DEBIAN
printf 'Package: half\\nVersion: 1\\nArchitecture: all\\nMaintainer: nobody\\nDescription: half\\n' >/root/half/DEBIAN/control
dpkg-deb --build /root/half /root/half.deb >/dev/null
dpkg --unpack /root/half.deb`,
      ),
    remedy: onHostAsSaid('w1', 'dpkg --configure -a'),
    undo: (lab) => onHost(lab.state, 'w1', 'dpkg --purge half; rm -rf /root/half /root/half.deb'),
    expect: { check: 'host-state', severity: 'blocking', object: 'Node/w1' },
  },
  {
    name: 'swap',
    // The kernel's own list is the whole machine's.
    seed: (lab) =>
      onHost(
        lab.state,
        'w1',
        `printf 'Filename\\tType\\tSize\\tUsed\\tPriority\\n/swapfile file 1048572 0 -2\\n' >/root/swaps
mount --bind /root/swaps /proc/swaps`,
      ),
    remedy: asSaid('swapoff -a', (lab) => onHost(lab.state, 'w1', 'umount /proc/swaps')),
    undo: (lab) => onHost(lab.state, 'w1', 'umount /proc/swaps || true'),
    // The lab's kubelets run with swap, since the machine may have some.
    expect: { check: 'swap', severity: 'warning', object: 'Node/w1' },
  },
  {
    name: 'a clock that is ten minutes ahead',
    // Hosts of the lab have the clock of the machine, so that one is made to tell another time.
    seed: (lab) =>
      onHost(
        lab.state,
        'w1',
        `printf '#!/bin/sh\\nexec /bin/date -d "+600 seconds" "$@"\\n' >/usr/local/sbin/date
chmod 755 /usr/local/sbin/date`,
      ),
    remedy: asSaid('Set the clock of w1', (lab) => onHost(lab.state, 'w1', 'rm /usr/local/sbin/date')),
    undo: (lab) => onHost(lab.state, 'w1', 'rm -f /usr/local/sbin/date'),
    expect: { check: 'clock-skew', severity: 'blocking', object: 'Node/w1' },
  },
  {
    name: 'a certificate that has expired',
    seed: async (lab) => {
      const certificate = await expiredCertificate(lab, 'front-proxy-client');
      await onHost(
        lab.state,
        'cp1',
        `cp -p ${PROXY_CERTIFICATE} /root/kept.crt
cp -p ${PROXY_KEY} /root/kept.key
cat >${PROXY_CERTIFICATE} <<'END'
${certificate}END`,
      );
    },
    remedy: onHostAsSaid('cp1', 'kubeadm certs renew all'),
    // Both, since a renewed certificate has a key of its own, and an API server does not start with a pair that does not fit.
    undo: (lab) =>
      onHost(
        lab.state,
        'cp1',
        `if [ -e /root/kept.crt ]; then mv /root/kept.crt ${PROXY_CERTIFICATE}; fi
if [ -e /root/kept.key ]; then mv /root/kept.key ${PROXY_KEY}; fi`,
      ),
    expect: { check: 'certificates', severity: 'blocking', object: `Node/cp1: ${PROXY_CERTIFICATE}` },
  },
  {
    name: 'an expired key of the repository',
    seed: async (lab) => {
      const key = await expiredKey(lab);
      await onHost(
        lab.state,
        'w1',
        `cp -p ${KEYRING} /root/kept.gpg
base64 -d >>${KEYRING} <<'END'
${key.toString('base64')}
END`,
      );
    },
    remedy: asSaid(`gpg --dearmor --yes -o ${KEYRING}`, (lab) =>
      onHost(lab.state, 'w1', `mv /root/kept.gpg ${KEYRING}`),
    ),
    undo: (lab) => onHost(lab.state, 'w1', `if [ -e /root/kept.gpg ]; then mv /root/kept.gpg ${KEYRING}; fi`),
    expect: { check: 'package-keys', severity: 'warning', object: `Node/w1: ${KEYRING}` },
  },
  {
    name: 'a registry that a host does not reach',
    seed: (lab) =>
      onHost(
        lab.state,
        'w2',
        `cp -p ${MIRROR} /root/kept.toml; sed -i 's#http://[^"]*#http://127.0.0.1:1#' ${MIRROR}`,
      ),
    remedy: asSaid(`a mirror of it (${MIRROR})`, (lab) =>
      onHost(lab.state, 'w2', `mv /root/kept.toml ${MIRROR}`),
    ),
    undo: (lab) =>
      onHost(lab.state, 'w2', `if [ -e /root/kept.toml ]; then mv /root/kept.toml ${MIRROR}; fi`),
    expect: { check: 'image-registry', severity: 'unknown', object: 'Node/w2' },
  },
  {
    name: 'packages that are not on hold',
    seed: (lab) => onHost(lab.state, 'w1', 'apt-mark unhold kubelet'),
    undo: (lab) => onHost(lab.state, 'w1', 'apt-mark hold kubelet'),
    expect: { check: 'packages', severity: 'warning', object: 'Node/w1' },
  },
  {
    name: 'a package by hand, newer than the target',
    seed: (lab) =>
      onHost(
        lab.state,
        'w2',
        "cp -p /var/lib/dpkg/status /root/kept-status; sed -i '/^Package: kubelet$/,/^$/s/^Version: .*/Version: 1.38.0-1.1/' /var/lib/dpkg/status",
      ),
    remedy: asSaid('Put kubelet back to the version that runs', (lab) =>
      onHost(lab.state, 'w2', 'mv /root/kept-status /var/lib/dpkg/status'),
    ),
    undo: (lab) =>
      onHost(
        lab.state,
        'w2',
        'if [ -e /root/kept-status ]; then mv /root/kept-status /var/lib/dpkg/status; fi',
      ),
    expect: { check: 'packages', severity: 'blocking', object: 'Node/w2' },
  },
  {
    name: 'an alarm of etcd',
    seed: (lab) => raiseAlarm(lab),
    remedy: asSaid('etcdctl alarm disarm', (lab) => inShell(lab, `${ETCDCTL} alarm disarm`)),
    undo: (lab) => inShell(lab, `${ETCDCTL} alarm disarm`),
    expect: { check: 'etcd-healthy', severity: 'blocking', object: 'etcd' },
  },
  {
    name: 'a member of etcd that never started',
    seed: (lab) => inShell(lab, `${ETCDCTL} member add late --learner --peer-urls=https://192.0.2.9:2380`),
    remedy: asSaid('etcdctl member remove', removeLearners),
    undo: removeLearners,
    expect: { check: 'etcd-healthy', severity: 'blocking', object: /^etcd member [0-9a-f]+$/ },
  },
];

async function ready(lab: TestLab, script: string): Promise<void> {
  await onHost(lab.state, 'w2', script);
  await kubectl(lab.state, ['wait', 'node/w2', '--for=condition=Ready', '--timeout=120s']);
}

async function removeLearners(lab: TestLab): Promise<void> {
  const list = await inShell(lab, `${ETCDCTL} member list`);
  const [, id] = /^([0-9a-f]+), unstarted/m.exec(list) ?? [];
  if (id !== undefined) await inShell(lab, `${ETCDCTL} member remove ${id}`);
}

/** etcd's own gateway takes what etcdctl has no command for. */
async function raiseAlarm(lab: TestLab): Promise<void> {
  const list = await inShell(lab, `${ETCDCTL} member list`);
  const [id = ''] = list.split(',');
  const member = hostNamed(lab.state, 'cp1');
  const pki = (file: string) => onHost(lab.state, 'cp1', `cat /etc/kubernetes/pki/etcd/${file}`);
  const [ca, cert, key] = await Promise.all([
    pki('ca.crt'),
    pki('healthcheck-client.crt'),
    pki('healthcheck-client.key'),
  ]);
  const answer = await new Promise<number | undefined>((resolve, reject) => {
    const url = `https://${member.address}:2379/v3/maintenance/alarm`;
    request(url, { method: 'POST', ca, cert, key }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end(JSON.stringify({ action: 'ACTIVATE', memberID: String(BigInt(`0x${id}`)), alarm: 'NOSPACE' }));
  });
  if (answer !== 200) throw new Error(`etcd answered ${answer}`);
  await waitFor(
    'the alarm of etcd',
    async () => ((await inShell(lab, `${ETCDCTL} alarm list`)).includes('NOSPACE') ? true : undefined),
    { timeoutMs: 20_000 },
  );
}

/** openssl makes certificates of the past by way of an authority alone. */
async function expiredCertificate(lab: TestLab, name: string): Promise<string> {
  const directory = await mkdtemp(path.join(lab.dir, 'certificate-'));
  const openssl = (...args: readonly string[]) => run('openssl', args, { cwd: directory });
  await writeFile(path.join(directory, 'index'), '');
  await writeFile(path.join(directory, 'serial'), '01');
  await writeFile(
    path.join(directory, 'ca.cnf'),
    '[ca]\ndefault_ca=it\n[it]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\nx509_extensions=use\n[use]\nextendedKeyUsage=clientAuth\n[any]\ncommonName=supplied\n',
  );
  await openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'key',
    '-subj',
    `/CN=${name}`,
    '-out',
    'csr',
  );
  const times = ['-startdate', '20240101000000Z', '-enddate', '20240201000000Z'];
  const signed = ['-selfsign', '-keyfile', 'key', '-in', 'csr', '-out', 'crt', '-notext'];
  await openssl('ca', '-batch', '-config', 'ca.cnf', ...signed, ...times);
  return await readFile(path.join(directory, 'crt'), 'utf8');
}

/** A key in binary form that was good for a second. */
async function expiredKey(lab: TestLab): Promise<Buffer> {
  const home = await mkdtemp(path.join(lab.dir, 'gpg-'));
  const gpg = (...args: readonly string[]) =>
    run('gpg', ['--homedir', home, '--batch', '--quiet', '--yes', ...args]);
  try {
    await gpg(
      '--faked-system-time',
      '20250101T000000',
      '--passphrase',
      '',
      '--quick-generate-key',
      'Yesterday',
      'rsa2048',
      'sign',
      '1d',
    );
    await gpg('--output', path.join(home, 'key.gpg'), '--export', 'Yesterday');
    return await readFile(path.join(home, 'key.gpg'));
  } finally {
    await run('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']).catch(() => '');
    await rm(home, { recursive: true, force: true });
  }
}
