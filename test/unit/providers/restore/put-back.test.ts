import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  forgetUpgradeScript,
  type PutBack,
  putBackScript,
} from '../../../../src/providers/kubeadm/restore/rollback/scripts.ts';
import { localHost } from '../local-host.ts';

const RESTORE = 'var/lib/kubestair/restore/r1';
const put: PutBack = {
  restoreId: 'r1',
  version: 'v1.35.4',
  packages: ['kubelet=1.35.4-1.1'],
  otherMinor: false,
  files: 'of-the-backup',
  certificates: 'put-back',
};

/** A host whose programs of dpkg and systemd only say what they were asked for. */
function host() {
  const local = localHost('cp1');
  local.command('systemctl', 'echo "systemctl $*" >>"$CALLS"');
  local.command('apt-get', 'echo "apt-get $*" >>"$CALLS"');
  local.command('apt-mark', 'echo "apt-mark $*" >>"$CALLS"');
  local.command('dpkg', 'if [ "$1" = --compare-versions ]; then exec /usr/bin/dpkg "$@"; fi');
  local.command('dpkg-query', 'for last; do :; done; [ "$last" = kubectl ] || echo "installed 1.36.3-1.1"');
  const has = (file: string) => {
    try {
      return local.read(file) !== undefined;
    } catch {
      return false;
    }
  };
  const run = async (script: string) => {
    const own = `set -eu\nexport CALLS=${local.directory}/calls KUBESTAIR_DIRECTORY=/none\n${script}`
      .replaceAll('/etc/kubernetes', `${local.directory}/etc/kubernetes`)
      .replaceAll(/"\/\$file"/g, `"${local.directory}/$file"`)
      .replaceAll(/^sync$/gm, ':');
    return local.run(own.replaceAll(/case "[^"]*\$file" in/g, `case "${local.directory}/$file" in`));
  };
  return { ...local, has, runOwn: run };
}

/** Puts files into the tar that a backup has of a host. */
function backUp(directory: string, files: Readonly<Record<string, string>>): void {
  const script = Object.entries(files)
    .map(([file, text]) => `mkdir -p "$(dirname then/${file})" && printf %s '${text}' >then/${file}`)
    .join('\n');
  execFileSync('sh', [
    '-euc',
    `cd ${directory}\n${script}\nmkdir -p ${RESTORE}\ntar -c -f ${RESTORE}/files.tar -C then etc var`,
  ]);
}

const thenFiles = {
  'etc/kubernetes/manifests/kube-apiserver.yaml': 'api then',
  'etc/kubernetes/manifests/vip.yaml': 'vip then',
  'etc/kubernetes/pki/apiserver.crt': 'certificate then',
  'etc/kubernetes/admin.conf': 'admin then',
  'etc/kubernetes/kubelet.conf': 'kubelet then',
  'var/lib/kubelet/config.yaml': 'config then',
};

function upgradedHost() {
  const local = host();
  backUp(local.directory, thenFiles);
  local.write('etc/kubernetes/stopped-by-kubestair/kube-apiserver.yaml', 'api now');
  local.write('etc/kubernetes/manifests/vip.yaml', 'vip now');
  local.write('etc/kubernetes/pki/apiserver.crt', 'certificate now');
  local.write('etc/kubernetes/kubelet.conf', 'kubelet now');
  local.write('var/lib/kubelet/config.yaml', 'config now');
  return local;
}

describe('putting a control plane back', () => {
  it('stops the kubelet, installs, puts the files in place and starts it, with the packages on hold', async () => {
    const local = upgradedHost();
    await local.runOwn(putBackScript(put));
    const calls = local.calls().map((line) => line.replace(/ -q .*force-confold/, ''));
    expect(calls).toEqual([
      'systemctl stop kubelet',
      'apt-get install -y --allow-downgrades --allow-change-held-packages --no-install-recommends --no-remove kubelet=1.35.4-1.1',
      'apt-mark hold kubeadm',
      'apt-mark hold kubelet',
      'systemctl daemon-reload',
      'systemctl start kubelet',
    ]);
    expect(local.read('var/lib/kubelet/config.yaml')).toBe('config then');
    expect(local.read('etc/kubernetes/pki/apiserver.crt')).toBe('certificate then');
    expect(local.read('etc/kubernetes/admin.conf')).toBe('admin then');
  });

  it('leaves static pods stopped, with the manifests that they will start from', async () => {
    const local = upgradedHost();
    await local.runOwn(putBackScript(put));
    expect(local.has('etc/kubernetes/manifests/kube-apiserver.yaml')).toBe(false);
    expect(local.read('etc/kubernetes/stopped-by-kubestair/kube-apiserver.yaml')).toBe('api then');
  });

  it('leaves alone what the upgrade does not change: other static pods, and the rotating kubelet.conf', async () => {
    const local = upgradedHost();
    await local.runOwn(putBackScript(put));
    expect(local.read('etc/kubernetes/manifests/vip.yaml')).toBe('vip now');
    expect(local.read('etc/kubernetes/kubelet.conf')).toBe('kubelet now');
  });

  it('keeps what it replaces, and no key of the backup beside it', async () => {
    const local = upgradedHost();
    await local.runOwn(putBackScript(put));
    expect(local.read(`${RESTORE}/before${local.directory}/etc/kubernetes/pki/apiserver.crt`)).toBe(
      'certificate now',
    );
    expect(local.has(`${RESTORE}/files.tar`)).toBe(false);
    expect(local.has(`${RESTORE}/files/etc/kubernetes/admin.conf`)).toBe(false);
    expect(local.has(`${RESTORE}/put-back`)).toBe(true);
  });

  it('lets certificates that are there stay where those of the backup are over', async () => {
    const local = upgradedHost();
    await local.runOwn(putBackScript({ ...put, certificates: 'stay' }));
    expect(local.read('etc/kubernetes/pki/apiserver.crt')).toBe('certificate now');
    expect(local.read('etc/kubernetes/admin.conf')).toBe('admin then');
    expect(local.read('etc/kubernetes/stopped-by-kubestair/kube-apiserver.yaml')).toBe('api then');
  });

  it('comes to the same when it is done again', async () => {
    const local = upgradedHost();
    const tar = local.read(`${RESTORE}/files.tar`);
    await local.runOwn(putBackScript(put));
    local.write(`${RESTORE}/files.tar`, tar);
    await local.runOwn(putBackScript(put));
    expect(local.read(`${RESTORE}/before${local.directory}/etc/kubernetes/pki/apiserver.crt`)).toBe(
      'certificate now',
    );
    expect(local.read('etc/kubernetes/pki/apiserver.crt')).toBe('certificate then');
  });
});

describe('putting a worker back', () => {
  const worker: PutBack = { ...put, files: 'kept' };

  it('takes what the upgrade kept of the kubelet of that version', async () => {
    const local = host();
    local.write('var/lib/kubelet/config.yaml', 'config now');
    local.write('var/lib/kubestair/before-v1.36.2/kubelet/version', 'v1.36.1\n');
    local.write('var/lib/kubestair/before-v1.36.2/kubelet/config.yaml', 'another');
    local.write('var/lib/kubestair/before-v1.36.3/kubelet/version', 'v1.35.4\n');
    local.write('var/lib/kubestair/before-v1.36.3/kubelet/config.yaml', 'config then');
    await local.runOwn(putBackScript(worker));
    expect(local.read('var/lib/kubelet/config.yaml')).toBe('config then');
    expect(local.has(`${RESTORE}/needs-configuration`)).toBe(false);
  });

  it('says that kubeadm has to write it where nothing was kept', async () => {
    const local = host();
    local.write('var/lib/kubelet/config.yaml', 'config now');
    const { stdout } = await local.runOwn(putBackScript(worker));
    expect(stdout).toContain('note: nothing was kept');
    expect(local.read('var/lib/kubelet/config.yaml')).toBe('config now');
    expect(local.has(`${RESTORE}/needs-configuration`)).toBe(true);
  });
});

describe('after a rollback', () => {
  it('forgets what an upgrade did, so that the next one does it again, and keeps what is of earlier hops', async () => {
    const local = host();
    local.write('var/lib/kubestair/units/kubestair-1/exit', '0\n');
    local.write('var/lib/kubestair/units/kubestair-1/output', 'words');
    local.write('var/lib/kubestair/before-v1.35.4/kubelet/version', 'v1.34.1\n');
    local.write('var/lib/kubestair/before-v1.36.3/kubelet/version', 'v1.35.4\n');
    await local.runOwn(forgetUpgradeScript('v1.35.4'));
    expect(local.has('var/lib/kubestair/units/kubestair-1/exit')).toBe(false);
    expect(local.has('var/lib/kubestair/units/kubestair-1/output')).toBe(true);
    expect(local.has('var/lib/kubestair/before-v1.36.3/kubelet/version')).toBe(false);
    expect(local.has('var/lib/kubestair/before-v1.35.4/kubelet/version')).toBe(true);
  });
});
