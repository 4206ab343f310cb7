import { beforeEach, describe, expect, test } from 'vitest';
import { lookScript } from '../../../src/providers/kubeadm/maintenance/scripts.ts';
import { LIST_PACKAGES } from '../../../src/providers/kubeadm/scripts/list-packages.ts';
import { offersScript, parseOffers } from '../../../src/providers/kubeadm/scripts/offers.ts';
import { PACKAGE_MANAGER } from '../../../src/providers/kubeadm/scripts/package-manager.ts';
import { packageFunctions } from '../../../src/providers/kubeadm/scripts/packages.ts';
import { switchRepository } from '../../../src/providers/kubeadm/scripts/repository.ts';
import { sourceMinors } from '../../../src/providers/kubeadm/scripts/source-minors.ts';
import { type LocalHost, localHost } from './local-host.ts';

const FILE = 'etc/yum.repos.d/kubernetes.repo';
const hop = { from: 'v1.35.4', to: 'v1.36.3' } as const;

let host: LocalHost;

// One file a package has its installed versions; dnf writes it as the real one would, and what it offers is two builds.
beforeEach(() => {
  host = localHost();
  host.command(
    'rpm',
    `echo "rpm $*" >>"$CALLS"
for name; do :; done
file="${host.directory}/installed/$name"
case "$1" in
  -q) [ -e "$file" ] || { echo "package $name is not installed"; exit 1; }; if [ "$2" = --qf ]; then case "$3" in *NAME*) sed "s/^/$name-/" "$file" ;; *) cat "$file" ;; esac; fi ;;
  -e) sed -i "/\${name#*-}/d" "${host.directory}/installed/\${name%%-*}" ;;
esac`,
  );
  host.command(
    'dnf',
    `echo "dnf $*" >>"$CALLS"
locks="${host.directory}/locks"
case "$*" in
  *'versionlock list') cat "$locks" 2>/dev/null ;;
  *'versionlock delete'*) for name; do :; done; sed -i "/^$name-/d" "$locks" ;;
  *'versionlock add'*) for name; do :; done; echo "$(echo "$name" | sed 's/-/-0:/').*" >>"$locks" ;;
  *repoquery*) printf '1.36.4-1\\n1.36.30-1\\n1.36.3-150500.1.1\\n1.36.3-150500.2.1\\n' ;;
  *install*--downloadonly*) ;;
  *install*) for each; do case "$each" in kube*-1.*) echo "\${each#*-}" >"${host.directory}/installed/\${each%%-*}" ;; esac; done ;;
esac`,
  );
  for (const name of ['kubeadm', 'kubelet', 'kubectl'])
    host.write(`installed/${name}`, '1.35.4-150500.1.1\n');
  section();
});

function section(exclude = 'exclude=kubelet kubeadm kubectl cri-tools kubernetes-cni\n'): void {
  const base = 'https://pkgs.k8s.io/core:/stable:/v1.35/rpm/';
  host.write(
    FILE,
    `[docker]\nname=Docker\nbaseurl=https://download.docker.com/linux/rhel/9/x86_64/stable\n\n[kubernetes]\nname=Kubernetes\nbaseurl=${base}\nenabled=1\ngpgcheck=1\ngpgkey=${base}repodata/repomd.xml.key\n${exclude}`,
  );
}

const run = (script: string) =>
  host.run(`set -eu\nexport PATH=/usr/bin:/bin\n${script}`, { allowFailure: true });
const install = (names: string) => run(`${packageFunctions('v1.36.3')}install_held ${names}`);
const change = (configured?: string) =>
  run(`${packageFunctions('v1.36.3')}${switchRepository(hop, configured, '/var/lib/kubestair/before')}`);
const held = async () =>
  (await run(`${PACKAGE_MANAGER}${LIST_PACKAGES}`)).stdout
    .split('\n')
    .filter((line) => line.includes(' hold '))
    .map((line) => line.split(' ')[1]);

describe('packages', () => {
  test('the newest build of exactly the version, past excludes and locks for this call alone', async () => {
    expect(await install('kubelet kubectl')).toMatchObject({ exitCode: 0 });
    expect(host.read('installed/kubelet')).toBe('1.36.3-150500.2.1\n');
    const call = host.calls().find((line) => line.startsWith('dnf') && line.includes(' install '));
    expect(call).toContain('--setopt=disable_excludes=main,kubernetes');
    expect(call).toContain('--disableplugin=versionlock');
    expect(call).toMatch(/ install kubelet-1\.36\.3-150500\.2\.1 kubectl-1\.36\.3-150500\.2\.1$/);
    expect(host.read(FILE)).toContain('exclude=kubelet kubeadm kubectl cri-tools kubernetes-cni\n');
  });

  test('a lock goes along to the new version', async () => {
    section('');
    host.write('locks', 'kubelet-0:1.35.4-150500.1.1.*\n');
    expect(await install('kubelet')).toMatchObject({ exitCode: 0 });
    expect(host.read('locks')).toBe('kubelet-0:1.36.3-150500.2.1.*\n');
    expect(host.read(FILE)).not.toContain('exclude');
  });

  test('what nothing holds is excluded in its section, as the documentation of kubeadm has it', async () => {
    section('');
    expect(await held()).toEqual([]);
    expect(await install('kubelet kubectl')).toMatchObject({ exitCode: 0 });
    expect(host.read(FILE)).toContain(
      '[kubernetes]\nexclude=kubelet kubeadm kubectl cri-tools kubernetes-cni\n',
    );
    expect(await held()).toEqual(['kubeadm', 'kubelet', 'kubectl']);
  });

  test('an exclude by pattern, over two lines, holds', async () => {
    section('excludepkgs=cri-tools,\n  kubel*\n');
    expect(await held()).toEqual(['kubelet']);
  });

  test('a transaction that was cut off is put right', async () => {
    host.write('installed/kubelet', '1.35.4-150500.1.1\n1.36.3-150500.2.1\n');
    const { stdout, exitCode } = await install('kubelet');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('note: kubelet-1.35.4-150500.1.1 was left');
    expect(host.read('installed/kubelet')).toBe('1.36.3-150500.2.1\n');
  });
});

describe('the repository', () => {
  test('only the section of Kubernetes changes, with the URL of its key', async () => {
    const before = host.read(FILE);
    expect(await change()).toMatchObject({ exitCode: 0 });
    expect(host.read(FILE)).toBe(before.replaceAll('v1.35', 'v1.36'));
    expect(host.read(`var/lib/kubestair/before${host.directory}/${FILE}`)).toBe(before);
    expect(host.calls().at(-1)).toMatch(/makecache --refresh --disablerepo=\* --enablerepo=kubernetes$/);
  });

  test('a mirror with a password stays, and its password with it', async () => {
    host.write(FILE, '[k8s]\nbaseurl = https://ops:hidden@rpm.example/k8s/v1.35/rpm/\n');
    expect((await run(sourceMinors(undefined))).stdout).toBe('/v1.35/rpm\n');
    const { stdout } = await change();
    expect(host.read(FILE)).toBe('[k8s]\nbaseurl = https://ops:hidden@rpm.example/k8s/v1.36/rpm/\n');
    expect(stdout + host.calls().join('\n')).not.toContain('hidden');
  });

  test('the repository of the cluster file takes the place of that of the host', async () => {
    expect(await change('https://mirror.example/kubernetes')).toMatchObject({ exitCode: 0 });
    expect(host.read(FILE)).toContain('baseurl=https://mirror.example/kubernetes/v1.36/rpm/\n');
    expect(host.read(FILE)).toContain(
      'gpgkey=https://mirror.example/kubernetes/v1.36/rpm/repodata/repomd.xml.key\n',
    );
  });

  test('CRI-O, whose repository is laid out alike, is left alone', async () => {
    const crio =
      '[cri-o]\nbaseurl=https://download.opensuse.org/repositories/isv:/cri-o:/stable:/v1.35/rpm/\ngpgkey=https://download.opensuse.org/repositories/isv:/cri-o:/stable:/v1.35/rpm/repodata/repomd.xml.key\n';
    host.write('etc/yum.repos.d/cri-o.repo', crio);
    expect(await change()).toMatchObject({ exitCode: 0 });
    expect(host.read('etc/yum.repos.d/cri-o.repo')).toBe(crio);
  });

  test('a host that has no section gets one', async () => {
    host.write(FILE, '');
    expect(await change()).toMatchObject({ exitCode: 0 });
    expect(host.read(FILE)).toContain('baseurl=https://pkgs.k8s.io/core:/stable:/v1.36/rpm/\n');
    expect(host.read(FILE)).toContain('gpgcheck=1\n');
  });
});

describe('offers', () => {
  test('are asked with the settings of the section that the host has', async () => {
    host.command('dnf', 'case "$*" in *repoquery*) echo "offer kubelet 1.36.3-150500.1.1" ;; esac');
    const offers = parseOffers((await run(offersScript(['1.36'], undefined))).stdout);
    expect(offers.manager).toBe('dnf');
    expect(offers.minors.get('1.36')).toEqual({ packages: ['kubelet 1.36.3-150500.1.1'], error: '' });
  });

  test('say what dnf said when it could not read the repository', async () => {
    host.command(
      'dnf',
      'case "$*" in *repoquery*) echo "Error: no such host https://a:b@c/" >&2; exit 1 ;; esac',
    );
    const offers = parseOffers((await run(offersScript(['1.36'], undefined))).stdout);
    expect(offers.minors.get('1.36')?.error).toBe('Error: no such host https://c/');
  });
});

describe('a restart', () => {
  const asked = async () =>
    (await host.run(`export PATH=/usr/bin:/bin\n${lookScript({ packages: 'none' })}`)).stdout
      .split('\n')
      .some((line) => line.startsWith('asked '));
  const answer = (script: string) =>
    host.command(
      'dnf',
      `case "$*" in *needs-restarting*--help) ${script.includes('no such') ? 'exit 1' : 'exit 0'} ;; *needs-restarting*) ${script} ;; esac`,
    );

  test.each([
    ['is asked for where dnf says so', 'exit 1', true],
    ['is not where dnf says so', 'exit 0', false],
    ['is not where dnf has no such command, although it ends alike', 'echo no such command; exit 1', false],
    ['is not where dnf failed', 'exit 3', false],
  ])('%s', async (_name, script, expected) => {
    answer(script);
    expect(await asked()).toBe(expected);
  });
});
