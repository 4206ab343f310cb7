import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseEncryption } from '../../../src/providers/kubeadm/encryption-facts.ts';
import { parseFacts } from '../../../src/providers/kubeadm/parse-host-facts.ts';
import { encryptionScript, HOST_FACTS } from '../../../src/providers/kubeadm/scripts/host-facts.ts';

let root: string;
const inside = (file: string) => path.join(root, file);

function write(file: string, text: string): void {
  mkdirSync(path.dirname(inside(file)), { recursive: true });
  writeFileSync(inside(file), text);
}

/** A key and its certificate, as kubeadm would have them. */
function keyPair(subject: string, days: number): { readonly key: string; readonly certificate: string } {
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const out = execFileSync('openssl', [...args, '-subj', subject, '-days', String(days), '-keyout', '-'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const certificate = out.slice(out.indexOf('-----BEGIN CERTIFICATE-----'));
  return { key: out.slice(0, out.length - certificate.length), certificate };
}

/** Runs the script below a directory of its own. */
function run(script: string): string {
  const own = script
    .replaceAll('/etc/kubernetes', inside('etc/kubernetes'))
    .replaceAll('/var/lib/kubelet', inside('var/lib/kubelet'))
    .replaceAll('/etc/apt', inside('etc/apt'));
  return execFileSync('sh', ['-s'], { input: own, encoding: 'utf8' });
}

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'host-facts-'));
  const kubelet = keyPair('/O=system:nodes/CN=system:node:w1', 100);
  const admin = keyPair('/CN=kubernetes-admin', 200);
  const server = keyPair('/CN=kube-apiserver', 300);
  write('var/lib/kubelet/pki/kubelet-client-current.pem', kubelet.key + kubelet.certificate);
  write('var/lib/kubelet/config.yaml', 'kind: KubeletConfiguration\nfailSwapOn: false\n');
  write('etc/kubernetes/pki/apiserver.crt', server.certificate);
  write('etc/kubernetes/pki/apiserver-kubelet-client.crt', server.certificate);
  write('etc/kubernetes/pki/etcd/ca.crt', 'no certificate at all\n');
  write(
    'etc/kubernetes/manifests/kube-apiserver.yaml',
    `    - --tls-cert-file=${inside('etc/kubernetes/pki/apiserver.crt')}\n`,
  );
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  write(
    'etc/kubernetes/admin.conf',
    `users:\n- user:\n    client-certificate-data: ${base64(admin.certificate)}\n    client-key-data: ${base64(admin.key)}\n`,
  );
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the facts of a host', () => {
  test('hold its certificates and no key', () => {
    const said = run(HOST_FACTS);
    const texts = said.split(/\s+/).map((word) => Buffer.from(word, 'base64').toString('latin1'));
    expect([said, ...texts].join('\n')).not.toContain('PRIVATE KEY');
    const { facts, kubeletConfig, apiServer } = parseFacts(said);
    expect(facts.kubeletName).toBe('w1');
    expect(kubeletConfig).toContain('failSwapOn');
    expect(apiServer).toContain('--tls-cert-file=');
    const days = (expiresAt = '') => Math.round((Date.parse(expiresAt) - Date.now()) / (24 * 3600 * 1000));
    const ends = facts.certificates.map(({ path: file, expiresAt }) => [
      file.replace(`${root}/`, ''),
      expiresAt === undefined ? 'none' : days(expiresAt),
    ]);
    expect(ends).toEqual([
      ['etc/kubernetes/pki/apiserver-kubelet-client.crt', 300],
      ['etc/kubernetes/pki/apiserver.crt', 300],
      ['etc/kubernetes/pki/etcd/ca.crt', 'none'],
      ['var/lib/kubelet/pki/kubelet-client-current.pem', 100],
      ['etc/kubernetes/admin.conf', 200],
    ]);
  });

  test('tell time, kernel and disks of the machine they are read on', () => {
    const before = Date.now() / 1000;
    const { facts, clockSeconds } = parseFacts(run(HOST_FACTS));
    expect(clockSeconds).toBeGreaterThan(before - 1);
    expect(clockSeconds).toBeLessThan(Date.now() / 1000 + 1);
    expect(facts.kernel).toMatch(/^\d+\.\d+/);
    expect(facts.disks.find(({ path: directory }) => directory === '/usr')).toMatchObject({
      mount: expect.stringMatching(/^\//),
      sizeBytes: expect.any(Number),
    });
    expect(facts.disks.every(({ freeBytes, freeInodes }) => freeBytes >= 0 && freeInodes >= 0)).toBe(true);
  });

  test('are read as they are printed', () => {
    const { facts } = parseFacts(`machine-id c5a1
swap /dev/sda2
swap /swapfile
unit kubelet LoadState=loaded ActiveState=failed UnitFileState=enabled
unit containerd LoadState=loaded ActiveState=active UnitFileState=disabled
reboot-required
read-only /usr/bin
broken linux-image-6.1
disk /usr 211141640192 214643507200 104801455 /mnt/with space
disk /boot 1 2 - /boot
etcd-data 144801921
package-key 234654DA9A296436 1798761600 /etc/apt/keyrings/k8s.gpg
package-key 9B7D0F72E504B3EF - /etc/apt/keyrings/other.asc
`);
    expect(facts).toMatchObject({
      machineId: expect.stringMatching(/^[0-9a-f]{12}$/),
      swaps: ['/dev/sda2', '/swapfile'],
      units: [
        { name: 'kubelet', active: false, enabled: true },
        { name: 'containerd', active: true, enabled: false },
      ],
      rebootRequired: true,
      readOnly: ['/usr/bin'],
      brokenPackages: ['linux-image-6.1'],
      disks: [
        { path: '/usr', mount: '/mnt/with space', freeBytes: 211141640192, freeInodes: 104801455 },
        { path: '/boot', freeInodes: Number.MAX_SAFE_INTEGER },
      ],
      etcdDataBytes: 144801921,
      packageKeys: [
        { id: '234654DA9A296436', path: '/etc/apt/keyrings/k8s.gpg', expiresAt: '2027-01-01T00:00:00.000Z' },
        { id: '9B7D0F72E504B3EF', path: '/etc/apt/keyrings/other.asc' },
      ],
    });
    expect(facts.packageKeys[1]).not.toHaveProperty('expiresAt');
  });
});

describe('an EncryptionConfiguration', () => {
  const read = (text: string) => {
    write('etc/kubernetes/enc.yaml', text);
    const said = run(encryptionScript('/etc/kubernetes/enc.yaml'));
    return { said, facts: parseEncryption('/etc/kubernetes/enc.yaml', said) };
  };

  test.each([
    [
      'as people write it',
      `kind: EncryptionConfiguration
resources:
  - resources: [secrets, configmaps]
    providers:
      - aescbc:
          keys:
            - name: key1
              secret: "aHVudGVyMg=="
      - kms: { apiVersion: v2, name: vault, endpoint: unix:///run/kms.sock }
      - kms: { name: old, endpoint: unix:///run/old.sock }
      - identity: {}
`,
    ],
    [
      'as JSON',
      '{"resources":[{"resources":["secrets","configmaps"],"providers":[{"aescbc":{"keys":[{"name":"key1","secret":"aHVudGVyMg=="}]}},{"kms":{"apiVersion":"v2"}},{"kms":{"name":"old"}},{"identity":{}}]}]}',
    ],
  ])('%s leaves the host without its keys', (_name, text) => {
    const { said, facts } = read(text);
    const decoded = Buffer.from(said.split('\n')[1] ?? '', 'base64').toString('utf8');
    expect(decoded).toContain('key1');
    expect(decoded).not.toContain('aHVudGVyMg');
    expect(facts).toMatchObject({
      known: true,
      value: {
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        rules: [
          { resources: ['secrets', 'configmaps'], providers: ['aescbc', 'kms v2', 'kms v1', 'identity'] },
        ],
      },
    });
  });

  test('that is none is unknown', () => {
    expect(read('kind: Pod\n').facts).toMatchObject({ known: false });
    expect(read('{').facts).toMatchObject({ known: false });
  });
});
