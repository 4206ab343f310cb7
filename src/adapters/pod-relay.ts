import { createServer, type Server } from 'node:net';
import { pipeline } from 'node:stream';
import type { Tunnel, TunnelTarget } from '../ports/host.ts';
import type { SshProcess } from './ssh-process.ts';

/**
 * A local Unix socket whose connections are each carried by a command on the host. bash opens TCP by itself; what a Unix socket needs,
 * one of three programs does.
 */
export async function openRelay(
  socketPath: string,
  to: TunnelTarget,
  start: (command: string) => Promise<SshProcess>,
): Promise<Tunnel> {
  const command = 'socket' in to ? unixRelay(to.socket) : tcpRelay(to.host, to.port);
  const carried = new Set<SshProcess>();
  const server: Server = createServer(async (local) => {
    local.on('error', () => {});
    local.pause();
    try {
      const remote = await start(command);
      carried.add(remote);
      void remote.ended.then(() => {
        carried.delete(remote);
        local.end();
      });
      pipeline(remote.stdout, local, () => remote.kill());
      pipeline(local, remote.stdin, () => {});
    } catch (thrown) {
      local.destroy(thrown instanceof Error ? thrown : undefined);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(socketPath, resolve);
  });
  return {
    socketPath,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const remote of carried) remote.kill();
      await closed;
    },
  };
}

// Whichever side ends first ends the other. bash gives a command in the background an empty input unless told otherwise.
function tcpRelay(host: string, port: number): string {
  return `exec bash -c 'exec 3<>"/dev/tcp/$0/$1" 4<&0 || exit 1; cat <&3 & cat <&4 >&3 & wait -n; kill $(jobs -p) 2>/dev/null' ${host} ${port}`;
}

function unixRelay(path: string): string {
  const quoted = `'${path.replaceAll("'", `'\\''`)}'`;
  return `if command -v socat >/dev/null; then exec socat - UNIX-CONNECT:${quoted}
elif command -v nc >/dev/null; then exec nc -U ${quoted}
else echo 'neither socat nor nc is there' >&2; exit 1; fi`;
}
