import { describe, expect, test } from 'vitest';
import type { SystemConfig } from '../../../src/config/schema.ts';
import { lookAtHost, parseFacts } from '../../../src/providers/kubeadm/maintenance/look.ts';
import {
  closeScript,
  prepareScript,
  rebootScript,
  systemScript,
} from '../../../src/providers/kubeadm/maintenance/scripts.ts';
import { type LocalHost, localHost } from './local-host.ts';

const ID = '20261121T120000Z-aaaa';
const RECORD = `var/lib/kubestair/maintenance/${ID}`;
const config: SystemConfig = { packages: 'update', reboot: 'if-needed', run: [] };

/** A host with apt, which has an update of `tool` and a security update of `lib`. */
function debian(): LocalHost {
  const host = localHost();
  host.command(
    'apt-get',
    `echo "apt-get $*" >>"$CALLS"
case "$*" in
  *" upgrade"*)
    echo 'Inst tool [1.0] (1.1 Debian:12/stable [all])'
    echo 'Inst lib [1.0] (1.1 Debian-Security:12/stable-security [all])'
    echo 'Conf tool (1.1 Debian:12/stable [all])' ;;
esac`,
  );
  for (const name of ['apt-mark', 'dpkg']) host.command(name, `echo "${name} $*" >>"$CALLS"`);
  host.command('dpkg-query', 'echo installed');
  return host;
}

const run = (host: LocalHost, script: string) => host.run(`export PATH=$PATH\nset -eu\n${script}`);

describe('a look at a host', () => {
  test.each([
    ['update', ['lib', 'tool']],
    ['security', ['lib']],
    ['none', []],
  ] as const)('finds what the file asks for: %s', async (packages, updates) => {
    const found = await lookAtHost(debian(), { packages });
    expect(found).toMatchObject({ known: true, value: { updates } });
  });

  test('uses lists of packages of its own', async () => {
    const host = debian();
    await lookAtHost(host, config);
    const update = host.calls().find((call) => call.includes(' update'));
    expect(update).toContain(`Dir::State::lists=${host.directory}/var/lib/kubestair/maintenance/lists`);
  });

  test('does not know what it needs where apt fails, nor where there is no package manager', () => {
    expect(parseFacts('boot b\nerror E: no such source\n')).toMatchObject({ known: false });
    expect(parseFacts('')).toMatchObject({ known: false });
  });

  test('tells its record and what it asks for', () => {
    expect(
      parseFacts(`boot b2\nrecord ${ID} b1 yes no\nasked a newer kernel is installed\nwarning W: slow\n`),
    ).toEqual({
      known: true,
      value: {
        updates: [],
        warnings: ['W: slow'],
        bootId: 'b2',
        rebootAsked: 'a newer kernel is installed',
        record: { id: ID, bootBefore: 'b1', systemDone: true, closed: false },
      },
    });
  });
});

describe('work on a host', () => {
  test('is noted: begun, done, over', async () => {
    const host = debian();
    await run(host, prepareScript(ID, config));
    const recordOf = async () => {
      const found = await lookAtHost(host, { packages: 'none' });
      return found.known ? found.value.record : undefined;
    };
    expect(await recordOf()).toMatchObject({ id: ID, systemDone: false, closed: false });
    await run(
      host,
      systemScript(ID, { ...config, run: ['echo one >>"$HOME/ran"', 'echo two >>"$HOME/ran"'] }),
    );
    expect(await recordOf()).toMatchObject({ systemDone: true, closed: false });
    expect(host.read('ran')).toBe('one\ntwo\n');
    await run(host, closeScript(ID));
    expect(await recordOf()).toMatchObject({ closed: true });
  });

  test('holds Kubernetes before it updates anything, and removes nothing', async () => {
    const host = debian();
    await run(host, prepareScript(ID, config));
    await run(host, systemScript(ID, config));
    const calls = host.calls();
    const install = calls.findIndex(
      (call) =>
        / --only-upgrade install lib tool$|install tool lib$/.test(call) && !call.includes('--download-only'),
    );
    expect(install).toBeGreaterThan(calls.indexOf('apt-mark hold kubelet'));
    expect(calls[install]).toContain('--no-remove');
  });

  test('is not noted as done where a command fails', async () => {
    const host = debian();
    await run(host, prepareScript(ID, config));
    await expect(run(host, systemScript(ID, { ...config, run: ['false', 'echo no'] }))).rejects.toThrow();
    expect(await lookAtHost(host, { packages: 'none' })).toMatchObject({
      value: { record: { systemDone: false } },
    });
  });

  test('restarts a host in the boot that was noted, and one in another boot not again', async () => {
    const host = debian();
    host.command('systemctl', 'echo inactive');
    host.command('systemd-run', 'echo "systemd-run $*" >>"$CALLS"');
    await run(host, prepareScript(ID, config));
    await run(host, rebootScript(ID));
    expect(host.calls().filter((call) => call.startsWith('systemd-run'))).toHaveLength(1);
    host.write(`${RECORD}/before`, 'another boot\n');
    await run(host, rebootScript(ID));
    expect(host.calls().filter((call) => call.startsWith('systemd-run'))).toHaveLength(1);
  });
});
