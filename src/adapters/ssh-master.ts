import type { KubestairError } from '../errors.ts';
import { connectionError, unreachable } from './ssh-errors.ts';
import { endWithin, firstLine, type SshProcess, startSsh } from './ssh-process.ts';

/** Longer than ConnectTimeout for the host and for a jump host before it. */
const CONNECT_MILLISECONDS = 45_000;
const READY = 'kubestair-connected';

/** One connection that every command to a host shares. */
export interface Master {
  /** When the connection is gone, for whatever reason. */
  readonly ended: Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Logs in and keeps the connection. The remote end waits for the end of our standard input, so the connection ends with this
 * process whatever happens to it: no background ssh stays behind.
 * @throws KubestairError HOST_UNREACHABLE, HOST_KEY_CHANGED, HOST_KEY_UNKNOWN, HOST_AUTH
 */
export async function startMaster(
  host: { readonly name: string; readonly target: string },
  args: readonly string[],
  address: string,
): Promise<Master> {
  const remote = `sh -c 'echo ${READY}; exec cat >/dev/null'`;
  const running = startSsh([...args, '-M', '-o', 'ControlPersist=no', '--', address, remote]);
  const deadline = setTimeout(() => running.kill(), CONNECT_MILLISECONDS);
  const outcome = await firstLine(running, READY);
  clearTimeout(deadline);
  if (outcome === 'ended') throw await startFailure(host, running);
  return {
    ended: running.ended,
    async close() {
      running.stdin.end();
      await endWithin(running, 1000);
    },
  };
}

async function startFailure(
  host: { readonly name: string; readonly target: string },
  running: SshProcess,
): Promise<KubestairError> {
  const code = await running.ended;
  const startError = running.startError();
  if (startError !== undefined) {
    return unreachable(
      host,
      `ssh could not be started (${startError.message}); install the OpenSSH client`,
      startError,
    );
  }
  if (code === undefined && running.stderr().trim() === '') {
    return unreachable(host, `no login within ${CONNECT_MILLISECONDS / 1000} s`);
  }
  return connectionError(host, running.stderr());
}
