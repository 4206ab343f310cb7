import { beforeEach, expect, test } from 'vitest';
import { kubeletScript } from '../../../src/providers/kubeadm/scripts/steps.ts';
import { type LocalHost, localHost } from './local-host.ts';

let host: LocalHost;

// The packages are there already; what is looked at is how the kubelet does. Its state is one file a fact.
beforeEach(() => {
  host = localHost();
  host.command('dpkg-query', 'echo "installed 1.36.3-1.1"');
  host.command('dpkg', 'exit 0');
  host.command('apt-mark', 'exit 0');
  host.command('sleep', 'exit 0');
  host.command('journalctl', 'echo "Error: unknown flag: --no-such-flag"');
});

/** @param states what systemctl says of the kubelet at one look after another, the last one from then on */
function systemctl(states: readonly string[]): void {
  const cases = states.map(
    (state, look) => `${look === states.length - 1 ? '*' : look + 1}) echo "${state}" ;;`,
  );
  host.command(
    'systemctl',
    `echo "systemctl $*" >>"$CALLS"
case "$*" in
  *ActiveState*) echo x >>"${host.directory}/looks"; case $(wc -l <"${host.directory}/looks") in ${cases.join(' ')} esac ;;
  *MainPID*) echo 0 ;;
esac`,
  );
}

const run = () =>
  host.run(`set -eu\nexport PATH=/usr/bin:/bin\n${kubeletScript('v1.36.3')}`, { allowFailure: true });

test('a kubelet that stays up is through', async () => {
  systemctl(['ActiveState=active NRestarts=0 MainPID=7']);
  expect(await run()).toMatchObject({ exitCode: 0 });
  expect(host.calls().filter((line) => line.startsWith('systemctl restart'))).toHaveLength(1);
});

test('one that comes up at a later try is waited for', async () => {
  systemctl([
    'ActiveState=activating NRestarts=1 MainPID=0',
    'ActiveState=active NRestarts=2 MainPID=8',
    'ActiveState=activating NRestarts=3 MainPID=0',
    'ActiveState=active NRestarts=3 MainPID=9',
  ]);
  expect(await run()).toMatchObject({ exitCode: 0 });
});

test('one that keeps dying fails with its last words, whatever it looks like in between', async () => {
  const dying = Array.from({ length: 120 }, (_, n) =>
    n % 3 === 2
      ? `ActiveState=activating NRestarts=${n} MainPID=0`
      : `ActiveState=active NRestarts=${n} MainPID=${n}`,
  );
  systemctl(dying);
  expect(await run()).toMatchObject({
    exitCode: 1,
    stderr: 'error: the kubelet does not stay up; its last words:\nError: unknown flag: --no-such-flag\n',
  });
});
