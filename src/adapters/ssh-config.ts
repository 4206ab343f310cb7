import type { SshConfig } from '../config/schema.ts';
import type { TunnelTarget } from '../ports/host.ts';

/**
 * An ssh_config in which the first value wins, so what stands first cannot be loosened by the user's files that it includes.
 * It is given with `-F`, which ssh hands on to the connections of a ProxyJump: they are as strict as the last one
 * (ssh.c of OpenSSH 9.2: options of the command line are not handed on, `-F` is).
 */
export function strictConfig(ssh: SshConfig): string {
  const own = [...STRICT, ...ownOptions(ssh)].map(([name, value]) => `  ${name} ${value}`);
  const includes = includedFiles(ssh).map((file) => `Include ${quoted(file)}`);
  return `Host *\n${own.join('\n')}\n${includes.join('\n')}\n`;
}

/** Arguments for one host that must not reach its jump hosts: where it is, and the connection that its commands share. */
export function hostArguments(configFile: string, controlPath: string, ssh: SshConfig): readonly string[] {
  return [
    ...['-F', configFile, '-S', controlPath],
    ...(ssh.user === undefined ? [] : ['-l', ssh.user]),
    ...(ssh.port === undefined ? [] : ['-p', String(ssh.port)]),
    ...(ssh.proxyJump === undefined ? [] : ['-J', ssh.proxyJump]),
  ];
}

/** Arguments that tell a shared connection to open or end a tunnel from a local Unix socket. */
export function forwardArguments(
  command: 'forward' | 'cancel',
  socketPath: string,
  to: TunnelTarget,
): readonly string[] {
  return ['-O', command, '-o', 'ClearAllForwardings=no', '-L', `${socketPath}:${forwardTarget(to)}`];
}

function forwardTarget(to: TunnelTarget): string {
  if ('socket' in to) return to.socket;
  return `${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}`;
}

/** `user@address:port` as far as the configuration says. */
export function targetOf(address: string, ssh: SshConfig): string {
  const user = ssh.user === undefined ? '' : `${ssh.user}@`;
  const host = address.includes(':') ? `[${address}]` : address;
  return `${user}${host}:${ssh.port ?? 22}`;
}

const STRICT: readonly (readonly [string, string])[] = [
  ['StrictHostKeyChecking', 'yes'],
  ['BatchMode', 'yes'],
  ['ForwardAgent', 'no'],
  ['ForwardX11', 'no'],
  ['UpdateHostKeys', 'no'],
  ['VerifyHostKeyDNS', 'no'],
  ['NoHostAuthenticationForLocalhost', 'no'],
  // A shared connection of the user may have been opened without these options.
  ['ControlMaster', 'no'],
  ['ControlPath', 'none'],
  ['PermitLocalCommand', 'no'],
  ['RemoteCommand', 'none'],
  ['RequestTTY', 'no'],
  ['EscapeChar', 'none'],
  ['LogLevel', 'ERROR'],
  ['ConnectTimeout', '10'],
  ['ServerAliveInterval', '5'],
  ['ServerAliveCountMax', '3'],
];

function ownOptions(ssh: SshConfig): readonly (readonly [string, string])[] {
  const options: (readonly [string, string])[] = [];
  if (ssh.knownHostsFile !== undefined)
    options.push(['UserKnownHostsFile', quoted(literal(ssh.knownHostsFile))]);
  if (ssh.identityFile !== undefined) {
    options.push(['IdentityFile', quoted(literal(ssh.identityFile))], ['IdentitiesOnly', 'yes']);
  }
  return options;
}

// Like -F of ssh itself: a file of one's own stands for the system's too, and `none` for no file at all.
function includedFiles(ssh: SshConfig): readonly string[] {
  if (ssh.configFile === 'none') return [];
  return ssh.configFile === undefined ? ['~/.ssh/config', '/etc/ssh/ssh_config'] : [ssh.configFile];
}

function literal(path: string): string {
  return path.replaceAll('%', '%%');
}

function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
