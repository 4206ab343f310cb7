import { beforeEach, describe, expect, test } from 'vitest';
import { packageFunctions } from '../../../src/providers/kubeadm/scripts/packages.ts';
import { type LocalHost, localHost } from './local-host.ts';

let host: LocalHost;

// One file a package says what is installed and held; apt-get writes it as the real one would.
beforeEach(() => {
  host = localHost();
  host.command(
    'dpkg-query',
    `for last; do :; done\nfile="${host.directory}/installed/$last"\nif [ -e "$file" ]; then echo "installed $(cat "$file")"; else echo "no packages found" >&2; exit 1; fi`,
  );
  host.command(
    'dpkg',
    `if [ "$1" = --compare-versions ]; then [ "$(printf '%s\\n' "$2" "$4" | sort -V | tail -n 1)" = "$2" ]; else echo "dpkg $*" >>"$CALLS"; fi`,
  );
  host.command('apt-mark', 'echo "apt-mark $*" >>"$CALLS"');
  host.command(
    'apt-cache',
    `cat <<TABLE
   $2 | 1.36.4-1.1 | http://mirror/core:/stable:/v1.36/deb  Packages
   $2 | 1.36.3-2.1 | http://mirror/core:/stable:/v1.36/deb  Packages
   $2 | 1.36.3-1.1 | http://mirror/core:/stable:/v1.36/deb  Packages
   $2 | 1.36.30-1.1 | http://mirror/core:/stable:/v1.36/deb  Packages
TABLE`,
  );
  host.command(
    'apt-get',
    `echo "apt-get $*" >>"$CALLS"
[ ! -e "${host.directory}/broken" ] || exit 100
for each; do case "$each" in *=*-*) echo "\${each#*=}" >"${host.directory}/installed/\${each%%=*}" ;; esac; done`,
  );
});

function install(names: string) {
  return host.run(
    `set -eu\nexport PATH=/usr/bin:/bin\n${packageFunctions('v1.36.3')}\ninstall_held ${names}`,
    { allowFailure: true },
  );
}

describe('install_held', () => {
  test('unholds, installs the newest build of exactly this version, and holds again', async () => {
    host.write('installed/kubelet', '1.35.4-1.1\n');
    host.write('installed/kubectl', '1.35.4-1.1\n');
    expect(await install('kubelet kubectl')).toMatchObject({ exitCode: 0 });
    expect(host.read('installed/kubelet')).toBe('1.36.3-2.1\n');
    const calls = host.calls().filter((line) => line.startsWith('apt'));
    expect(calls[0]).toBe('apt-mark unhold kubelet kubectl');
    expect(calls[1]).toMatch(
      /DPkg::Lock::Timeout=300.*--force-confold install -y .*--no-remove kubelet=1.36.3-2.1 kubectl=1.36.3-2.1$/,
    );
    expect(calls[2]).toBe('apt-mark hold kubelet kubectl');
    expect(calls).toHaveLength(3);
  });

  test('holds again when apt fails', async () => {
    host.write('installed/kubelet', '1.35.4-1.1\n');
    host.write('broken', '');
    expect(await install('kubelet')).toMatchObject({ exitCode: 100 });
    expect(host.calls().at(-1)).toBe('apt-mark hold kubelet');
  });

  test('leaves alone what is installed already, and holds it', async () => {
    host.write('installed/kubelet', '1.36.3-1.1\n');
    host.write('installed/kubeadm', '1.36.5-1.1\n');
    expect(await install('kubeadm kubelet')).toMatchObject({ exitCode: 0 });
    expect(host.calls()).toEqual(['apt-mark hold kubeadm kubelet']);
  });

  test('a version that the repository lacks is named and nothing is unheld', async () => {
    host.command('apt-cache', 'exit 0');
    host.write('installed/kubelet', '1.35.4-1.1\n');
    const result = await install('kubelet');
    expect(result).toMatchObject({ exitCode: 1, stderr: 'error: the repository has no kubelet 1.36.3\n' });
    expect(host.calls()).toEqual(['apt-mark hold kubelet']);
  });
});
