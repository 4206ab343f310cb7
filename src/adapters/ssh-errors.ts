import { KubestairError, type Location } from '../errors.ts';

/** ssh's own exit code for trouble with the connection; remote scripts that end with it are told apart by ssh-process.ts. */
export const CONNECTION_FAILED = 255;

interface HostIdentity {
  readonly name: string;
  readonly target: string;
}

/**
 * What ssh's messages mean, in the order in which they are looked for: a changed key also ends in "Host key verification failed".
 * Source: sshconnect.c, sshconnect2.c, misc.c of OpenSSH 9.2.
 */
export function connectionError(host: HostIdentity, stderr: string): KubestairError {
  if (
    /REMOTE HOST IDENTIFICATION HAS CHANGED|has changed and you have requested strict checking/.test(stderr)
  ) {
    return keyChanged(host, stderr);
  }
  if (/No .*host key is known for|Host key verification failed/.test(stderr)) return keyUnknown(host, stderr);
  if (/Permission denied|Too many authentication failures|No more authentication methods/.test(stderr)) {
    return new KubestairError(
      'HOST_AUTH',
      `${host.target} does not accept the SSH user or key: ${lastLine(stderr)}`,
      {
        object: `Node/${host.name}`,
        next: `Try it by hand: ssh ${commandTarget(host.target)} true. The user and key are those of spec.access.ssh, or of your agent and ssh_config.`,
      },
    );
  }
  const misread = /Bad owner or permissions on (.+)/.exec(stderr)?.[1];
  if (misread !== undefined) {
    return new KubestairError('HOST_UNREACHABLE', `ssh does not read ${misread}, which others may write`, {
      object: `Node/${host.name}`,
      next: `Make it yours alone to write: chmod go-w ${misread}`,
    });
  }
  return unreachable(host, lastLine(stderr) || 'the connection ended without a word');
}

/** A host that does not answer, or stopped answering. */
export function unreachable(host: HostIdentity, reason: string, cause?: unknown): KubestairError {
  return new KubestairError('HOST_UNREACHABLE', `${host.target} does not answer over SSH: ${reason}`, {
    object: `Node/${host.name}`,
    next: `Try it by hand: ssh ${commandTarget(host.target)} true. If the node is reached another way, set spec.access.ssh.addresses.${host.name} or proxyJump.`,
    cause,
  });
}

/** A script that ended with an error on the host: sudo's refusal is told apart from the script's own. */
export function commandError(
  host: HostIdentity,
  result: { readonly exitCode: number; readonly stderr: string },
  next = `Look at the host: ssh ${commandTarget(host.target)}`,
): KubestairError {
  return new KubestairError(
    'HOST_COMMAND',
    `A command on ${host.name} ended with exit code ${result.exitCode}: ${lastLine(result.stderr) || 'it said nothing'}`,
    { object: `Node/${host.name}`, next },
  );
}

/** Whether sudo itself refused, as opposed to the script that it should have run. Source: sudo 1.9, logging.c and auth/sudo_auth.c. */
export function sudoRefused(stderr: string): boolean {
  return /^sudo: (a password is required|a terminal is required|sorry, you must have a tty|no tty present)|is not in the sudoers file|may not run sudo|is not allowed to (run|execute)|sudo: (command )?not found/m.test(
    stderr,
  );
}

/** The SSH user has no sudo, or sudo asks for a password. */
export function sudoError(host: HostIdentity, stderr: string): KubestairError {
  return new KubestairError('HOST_SUDO', `sudo on ${host.name} refuses: ${lastLine(stderr)}`, {
    object: `Node/${host.name}`,
    next: `Let the user run sudo without a password, for example with "<user> ALL=(root) NOPASSWD: ALL" in /etc/sudoers.d on ${host.name}.`,
  });
}

function keyChanged(host: HostIdentity, stderr: string): KubestairError {
  const changed = /Host key for (\S+) has changed/.exec(stderr)?.[1] ?? host.target;
  const shown = /^(SHA256:\S+?)\.?$/m.exec(stderr)?.[1];
  const offending = /Offending \S+ key in (.+):(\d+)/.exec(stderr);
  const location: Location | undefined =
    offending === null ? undefined : { file: offending[1] ?? '', line: Number(offending[2]) };
  const shows = shown === undefined ? 'shows another key' : `shows the key ${shown}, which is another`;
  return new KubestairError('HOST_KEY_CHANGED', `${changed} ${shows} than known_hosts has for it`, {
    object: `Node/${host.name}`,
    ...(location === undefined ? {} : { location }),
    next: `Somebody may be listening in between. If the host was made anew, compare its fingerprint on its console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then replace the line in known_hosts (ssh-keygen -R ${changed}${location === undefined ? '' : ` -f ${location.file}`}).`,
  });
}

function keyUnknown(host: HostIdentity, stderr: string): KubestairError {
  const unknown = /host key is known for (\S+)/.exec(stderr)?.[1] ?? host.target;
  return new KubestairError('HOST_KEY_UNKNOWN', `known_hosts has no key for ${unknown}`, {
    object: `Node/${host.name}`,
    next: `Get the key (ssh-keyscan -t ed25519 ${unknown}), compare it with the host's own on its console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), and add it to known_hosts.`,
  });
}

function commandTarget(target: string): string {
  const match = /^(.*?)\[?([^@[\]]+?)\]?:(\d+)$/.exec(target);
  if (match === null) return target;
  const [, user = '', address = '', port = '22'] = match;
  return port === '22' ? `${user}${address}` : `-p ${port} ${user}${address}`;
}

function lastLine(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^@+$/.test(line.trim()));
  return lines.at(-1)?.trim() ?? '';
}
