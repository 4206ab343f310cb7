import { beforeEach, describe, expect, test } from 'vitest';
import { repositoryOf } from '../../../src/providers/kubeadm/scripts/package-source.ts';
import { packageFunctions } from '../../../src/providers/kubeadm/scripts/packages.ts';
import { switchRepository } from '../../../src/providers/kubeadm/scripts/repository.ts';
import { type LocalHost, localHost } from './local-host.ts';

const BASE = 'https://pkgs.k8s.io/core:/stable:/';
const LIST = 'etc/apt/sources.list.d/kubernetes.list';
const KEYRING = 'etc/apt/keyrings/kubernetes-apt-keyring.gpg';
const BACKUP = '/var/lib/kubestair/before-v1.36.3';
const hop = { from: 'v1.35.4', to: 'v1.36.3' } as const;

let host: LocalHost;

beforeEach(() => {
  host = localHost();
  host.command(
    'apt-helper',
    'echo "apt-helper $*" >>"$CALLS"; for last; do :; done; echo "new key" >"$last"',
  );
  host.command('gpg', 'while [ "$1" != -o ]; do shift; done; { echo dearmored; cat; } >"$2"');
  host.command('apt-get', 'echo "apt-get $*" >>"$CALLS"');
});

function change(base = BASE) {
  return changeTo(base);
}

function changeTo(base: string | undefined) {
  const script = switchRepository(hop, base, BACKUP);
  return host.run(`set -eu\nexport PATH=/usr/bin:/bin\n${packageFunctions('v1.36.3')}\n${script}`, {
    allowFailure: true,
  });
}

function backupOf(file: string): string {
  return host.read(`${BACKUP.slice(1)}${host.directory}/${file}`);
}

test('one line: the minor changes, the rest of the line stays, and the old file is kept', async () => {
  const before = `deb [arch=amd64 signed-by=${host.directory}/${KEYRING}] https://pkgs.k8s.io/core:/stable:/v1.35/deb/ /\n`;
  host.write(LIST, before);
  host.write(KEYRING, 'old key\n');
  expect(await change()).toMatchObject({ exitCode: 0 });
  expect(host.read(LIST)).toBe(before.replace('v1.35', 'v1.36'));
  expect(host.read(KEYRING)).toBe('dearmored\nnew key\n');
  expect(backupOf(LIST)).toBe(before);
  expect(backupOf(KEYRING)).toBe('old key\n');
  expect(host.calls()[0]).toContain('download-file https://pkgs.k8s.io/core:/stable:/v1.36/deb/Release.key');
  expect(host.calls().at(-1)).toMatch(/update .*Dir::Etc::sourcelist=\S+kubernetes.list .*sourceparts=-/);
});

test('again it changes nothing, and the first backup stays', async () => {
  host.write(
    LIST,
    `deb [signed-by=${host.directory}/${KEYRING}] https://pkgs.k8s.io/core:/stable:/v1.35/deb/ /\n`,
  );
  host.write(KEYRING, 'old key\n');
  await change();
  const { stdout } = await change();
  expect(stdout).not.toContain('changed');
  expect(backupOf(KEYRING)).toBe('old key\n');
});

test('deb822: only the stanza of Kubernetes changes, and only its key', async () => {
  const docker = `Types: deb\nURIs: https://download.docker.com/linux/debian\nSuites: bookworm\nComponents: stable\nSigned-By: ${host.directory}/etc/apt/keyrings/docker.asc\n`;
  const kubernetes = `Types: deb\nURIs: https://pkgs.k8s.io/core:/stable:/v1.35/deb/\nSuites: /\nSigned-By: ${host.directory}/etc/apt/keyrings/kubernetes.asc\n`;
  host.write('etc/apt/sources.list.d/all.sources', `${docker}\n${kubernetes}`);
  host.write('etc/apt/keyrings/docker.asc', 'docker key\n');
  host.write('etc/apt/keyrings/kubernetes.asc', 'old key\n');
  expect(await change()).toMatchObject({ exitCode: 0 });
  expect(host.read('etc/apt/sources.list.d/all.sources')).toBe(
    `${docker}\n${kubernetes.replace('v1.35', 'v1.36')}`,
  );
  expect(host.read('etc/apt/keyrings/docker.asc')).toBe('docker key\n');
  expect(host.read('etc/apt/keyrings/kubernetes.asc')).toBe('new key\n');
});

test('a host that has no source of Kubernetes gets one', async () => {
  host.write('etc/apt/sources.list', 'deb http://deb.debian.org/debian bookworm main\n');
  expect(await change()).toMatchObject({ exitCode: 0 });
  expect(host.read(LIST)).toMatch(
    /^deb \[signed-by=\S+kubernetes-apt-keyring.gpg\] https:\/\/pkgs.k8s.io\/core:\/stable:\/v1.36\/deb\/ \/\n$/,
  );
  expect(host.read('etc/apt/sources.list')).toBe('deb http://deb.debian.org/debian bookworm main\n');
});

test('a mirror of the cluster file is switched within itself', async () => {
  host.write(
    LIST,
    `deb [signed-by=${host.directory}/${KEYRING}] http://apt.example:8081/k8s+more/v1.35/deb /\n`,
  );
  expect(await change('http://apt.example:8081/k8s+more/')).toMatchObject({ exitCode: 0 });
  expect(host.read(LIST)).toContain('http://apt.example:8081/k8s+more/v1.36/deb/ /');
});

describe('without a repository in the cluster file', () => {
  const change = () => changeTo(undefined);

  test('a mirror of the host stays, and only its minor changes', async () => {
    const line = `deb [signed-by=${host.directory}/${KEYRING}] http://apt.example/mirror/kubernetes/v1.35/deb/ /\n`;
    host.write(LIST, line);
    expect(await change()).toMatchObject({ exitCode: 0 });
    expect(host.read(LIST)).toBe(line.replace('v1.35', 'v1.36'));
    expect(host.calls()[0]).toContain(
      'download-file http://apt.example/mirror/kubernetes/v1.36/deb/Release.key',
    );
  });

  test('a password in the URL stays, and nothing but its file has it', async () => {
    const line = `deb [signed-by=${host.directory}/${KEYRING}] https://ops:hidden@apt.example/k8s/v1.35/deb/ /\n`;
    host.write(LIST, line);
    const { exitCode, stdout } = await change();
    expect(exitCode).toBe(0);
    expect(host.read(LIST)).toBe(line.replace('v1.35', 'v1.36'));
    expect(stdout + host.calls().join('\n')).not.toContain('hidden');
  });

  test('CRI-O, whose repository is laid out alike, is left alone', async () => {
    const crio = 'deb https://download.opensuse.org/repositories/isv:/cri-o:/stable:/v1.35/deb/ /\n';
    host.write('etc/apt/sources.list.d/cri-o.list', crio);
    host.write(LIST, 'deb http://apt.example/k8s/v1.35/deb/ /\n');
    expect(await change()).toMatchObject({ exitCode: 0 });
    expect(host.read('etc/apt/sources.list.d/cri-o.list')).toBe(crio);
    expect(host.read(LIST)).toContain('http://apt.example/k8s/v1.36/deb/');
  });

  test('of two sources it is the one that the kubelet came from, and the other stays', async () => {
    host.write('etc/apt/sources.list', 'deb https://pkgs.k8s.io/core:/stable:/v1.35/deb/ /\n');
    host.write(LIST, 'deb http://z.example/k8s/v1.35/deb/ /\n');
    host.command(
      'apt-cache',
      'printf "kubelet:\\n  Installed: 1.35.4-1.1\\n *** 1.35.4-1.1 500\\n        500 http://z.example/k8s/v1.35/deb  Packages\\n"',
    );
    expect(await change()).toMatchObject({ exitCode: 0 });
    expect(host.read(LIST)).toContain('http://z.example/k8s/v1.36/deb/');
    expect(host.read('etc/apt/sources.list')).toContain('pkgs.k8s.io/core:/stable:/v1.35/deb/');
  });

  test('what is commented out counts for nothing', async () => {
    host.write(LIST, '# deb http://old.example/v1.35/deb/ /\n');
    expect(await change()).toMatchObject({ exitCode: 0 });
    expect(host.calls()[0]).toContain('https://pkgs.k8s.io/core:/stable:/v1.36/deb/Release.key');
  });
});

test('a mirror without a Release.key keeps the key that is there, and says so', async () => {
  host.write(
    LIST,
    `deb [signed-by=${host.directory}/${KEYRING}] https://pkgs.k8s.io/core:/stable:/v1.35/deb/ /\n`,
  );
  host.write(KEYRING, 'company key\n');
  host.command('apt-helper', 'exit 100');
  const { exitCode, stdout } = await change();
  expect(exitCode).toBe(0);
  expect(stdout).toContain('note: https://pkgs.k8s.io/core:/stable:/v1.36/deb/ offers no Release.key');
  expect(host.read(KEYRING)).toBe('company key\n');
});

test('an update that fails fails the step', async () => {
  host.command('apt-get', 'exit 100');
  expect(await change()).toMatchObject({ exitCode: 100 });
});

test('one repository per minor below the base', () => {
  expect(repositoryOf('https://pkgs.k8s.io/core:/stable:', '1.36')).toBe(
    'https://pkgs.k8s.io/core:/stable:/v1.36/deb/',
  );
  expect(repositoryOf('https://pkgs.k8s.io/core:/stable:/', '1.36')).toBe(
    'https://pkgs.k8s.io/core:/stable:/v1.36/deb/',
  );
});
