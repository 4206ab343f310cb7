import { describe, expect, test } from 'vitest';
import { forwardArguments, hostArguments, strictConfig, targetOf } from '../../../src/adapters/ssh-config.ts';
import { commandError, connectionError, sudoRefused, unreachable } from '../../../src/adapters/ssh-errors.ts';
import { framed, remoteCommand } from '../../../src/adapters/ssh-script.ts';

describe('strictConfig', () => {
  test('what is strict stands before anything that is included', () => {
    const text = strictConfig({ addresses: {} });
    const included = text.indexOf('Include "~/.ssh/config"');
    for (const line of [
      'StrictHostKeyChecking yes',
      'BatchMode yes',
      'ForwardAgent no',
      'ControlPath none',
    ]) {
      expect(text.indexOf(line)).toBeGreaterThan(-1);
      expect(text.indexOf(line)).toBeLessThan(included);
    }
    expect(text).toContain('Include "/etc/ssh/ssh_config"');
    expect(text).not.toContain('IdentitiesOnly');
    expect(text).not.toContain('UserKnownHostsFile');
  });

  test('files go in quoted, with no percent sign that ssh would expand', () => {
    const text = strictConfig({
      identityFile: '/tmp/a "b"/100%',
      knownHostsFile: '/k h',
      configFile: '/c',
      addresses: {},
    });
    expect(text).toContain('IdentityFile "/tmp/a \\"b\\"/100%%"\n');
    expect(text).toContain('IdentitiesOnly yes');
    expect(text).toContain('UserKnownHostsFile "/k h"');
    expect(text.match(/^Include .*$/gm)).toEqual(['Include "/c"']);
  });

  test('none means no file of anybody', () => {
    expect(strictConfig({ configFile: 'none', addresses: {} })).not.toContain('Include');
  });
});

test('where a host is goes on the command line, which jump hosts do not see', () => {
  const ssh = { user: 'ops', port: 2222, proxyJump: 'bastion.example', addresses: {} };
  expect(hostArguments('/d/config', '/d/m0', ssh).join(' ')).toBe(
    '-F /d/config -S /d/m0 -l ops -p 2222 -J bastion.example',
  );
  expect(targetOf('10.0.0.1', ssh)).toBe('ops@10.0.0.1:2222');
  expect(targetOf('fd00::1', { addresses: {} })).toBe('[fd00::1]:22');
  expect(forwardArguments('forward', '/d/t', { host: '::1', port: 2379 }).at(-1)).toBe('/d/t:[::1]:2379');
});

describe('what ssh says', () => {
  const host = { name: 'w1', target: 'ops@10.0.0.21:22' };
  const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
The fingerprint for the ED25519 key sent by the remote host is
SHA256:uNiVztksCsDhcc0u9e8BrQXVzC1B4AyPVl6Qm9ZbQ2w.
Please contact your system administrator.
Add correct host key in /home/ops/.ssh/known_hosts to get rid of this message.
Offending ED25519 key in /home/ops/.ssh/known_hosts:12
Host key for 10.0.0.21 has changed and you have requested strict checking.
Host key verification failed.`;

  test('a changed key, with where the old one stands', () => {
    expect(connectionError(host, CHANGED)).toMatchObject({
      code: 'HOST_KEY_CHANGED',
      message: expect.stringContaining('SHA256:uNiVztksCsDhcc0u9e8BrQXVzC1B4AyPVl6Qm9ZbQ2w,'),
      location: { file: '/home/ops/.ssh/known_hosts', line: 12 },
      next: expect.stringContaining('ssh-keygen -R 10.0.0.21 -f /home/ops/.ssh/known_hosts'),
    });
  });

  test.each([
    [
      'HOST_KEY_UNKNOWN',
      'No ED25519 host key is known for 10.0.0.21 and you have requested strict checking.\nHost key verification failed.',
    ],
    ['HOST_AUTH', 'ops@10.0.0.21: Permission denied (publickey).'],
    ['HOST_AUTH', 'Received disconnect from 10.0.0.21 port 22:2: Too many authentication failures'],
    ['HOST_UNREACHABLE', 'ssh: connect to host 10.0.0.21 port 22: Connection timed out'],
    ['HOST_UNREACHABLE', 'ssh: Could not resolve hostname w1: Name or service not known'],
    ['HOST_UNREACHABLE', 'Timeout, server 10.0.0.21 not responding.'],
    ['HOST_UNREACHABLE', ''],
  ])('%s: %s', (code, stderr) => {
    const error = connectionError(host, stderr);
    expect(error).toMatchObject({ code, object: 'Node/w1' });
    expect(error.next).not.toBe('');
  });

  test('a configuration that others may write', () => {
    expect(connectionError(host, 'Bad owner or permissions on /repo/ssh_config').next).toContain(
      'chmod go-w /repo/ssh_config',
    );
  });

  test('the command to try by hand is one that can be copied', () => {
    expect(unreachable(host, 'x').next).toContain('ssh ops@10.0.0.21 true');
    expect(unreachable({ name: 'w1', target: '[fd00::1]:2222' }, 'x').next).toContain(
      'ssh -p 2222 fd00::1 true',
    );
    expect(commandError(host, { exitCode: 3, stderr: 'a\nwhy\n' }).message).toContain('exit code 3: why');
  });

  test('sudo’s own refusals, and not what a script says', () => {
    expect(sudoRefused('sudo: a password is required\n')).toBe(true);
    expect(sudoRefused('sudo: a terminal is required to read the password; either use the -S option')).toBe(
      true,
    );
    expect(sudoRefused('ops is not in the sudoers file.  This incident will be reported.')).toBe(true);
    expect(sudoRefused('sh: 1: sudo: not found')).toBe(true);
    expect(sudoRefused('apt: a password is required\n')).toBe(false);
  });
});

test('root needs no sudo, and 255 stays ssh’s own', () => {
  expect(remoteCommand(true)).toContain('sudo -n sh -s');
  expect(remoteCommand(false)).not.toContain('sudo');
  expect(remoteCommand(true)).toContain('exit 254');
  expect(framed('echo a')).toBe('{\necho a\n} </dev/null\n');
});
