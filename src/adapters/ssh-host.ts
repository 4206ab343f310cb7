import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { SshConfig } from '../config/schema.ts';
import type { KubestairError } from '../errors.ts';
import type { CommandResult, Host, RunOptions } from '../ports/host.ts';
import { forwardArguments, hostArguments, targetOf } from './ssh-config.ts';
import { CONNECTION_FAILED, commandError, connectionError, sudoError, sudoRefused } from './ssh-errors.ts';
import { limited, untilAborted } from './ssh-limits.ts';
import { type Master, startMaster } from './ssh-master.ts';
import { collect, killOn, type SshProcess, startSsh } from './ssh-process.ts';
import { framed, remoteCommand, remoteReader } from './ssh-script.ts';

export interface HostInput {
  readonly name: string;
  readonly address: string;
  readonly index: number;
  readonly ssh: SshConfig;
  /** The private directory for sockets and the generated ssh_config. */
  readonly ready: () => Promise<string>;
}

interface Session {
  /** Arguments that make a command share the connection. */
  readonly args: readonly string[];
  readonly master: Master;
}

/** One host over the system's ssh; connects when it is first used, and again when the connection is lost. */
export function openHost({ name, address, index, ssh, ready }: HostInput): Host {
  const identity = { name, target: targetOf(address, ssh) };
  let session: Promise<Session> | undefined;
  let generation = 0;
  let tunnels = 0;

  const connect = (): Promise<Session> => {
    session ??= open();
    return session;
  };

  const open = async (): Promise<Session> => {
    generation += 1;
    const opened = generation;
    const forget = () => {
      if (generation === opened) session = undefined;
    };
    try {
      const directory = await ready();
      // A path of its own each time: a socket that a killed ssh left would keep the next one from listening.
      const socket = path.join(directory, `m${index}-${opened}`);
      const args = hostArguments(path.join(directory, 'config'), socket, ssh);
      const master = await startMaster(identity, args, address);
      void master.ended.then(forget);
      return { args, master };
    } catch (thrown) {
      forget();
      throw thrown;
    }
  };

  const start = async (
    options: RunOptions,
    command = remoteCommand(options.sudo === true),
  ): Promise<SshProcess> => {
    const { args } = await untilAborted(connect(), options.signal);
    return startSsh([...args, '-o', 'ControlMaster=no', '--', address, command]);
  };

  const failure = (result: CommandResult, sudo: boolean): KubestairError | undefined => {
    if (result.exitCode === 0) return undefined;
    if (result.exitCode === CONNECTION_FAILED) return connectionError(identity, result.stderr);
    if (sudo && sudoRefused(result.stderr)) return sudoError(identity, result.stderr);
    return commandError(identity, result);
  };

  return {
    ...identity,
    async run(script, options = {}) {
      using limit = limited(identity, options);
      const running = await start({ ...options, signal: limit.signal });
      using _ = killOn(limit.signal, running);
      const result = await collect(running, framed(script));
      limit.signal.throwIfAborted();
      const error = failure(result, options.sudo === true);
      if (error === undefined || (options.allowFailure === true && error.code === 'HOST_COMMAND'))
        return result;
      throw error;
    },
    async *stream(script, options = {}) {
      using limit = limited(identity, options);
      const running = await start({ ...options, signal: limit.signal });
      using _ = killOn(limit.signal, running);
      try {
        running.stdin.end(framed(script));
        yield* running.stdout as AsyncIterable<Uint8Array>;
        const exitCode = (await running.ended) ?? CONNECTION_FAILED;
        limit.signal.throwIfAborted();
        const error = failure({ exitCode, stdout: '', stderr: running.stderr() }, options.sudo === true);
        if (error !== undefined) throw error;
      } finally {
        running.kill();
      }
    },
    async send(script, source, options = {}) {
      using limit = limited(identity, options);
      const command = remoteReader(script, options.sudo === true);
      const running = await start({ ...options, signal: limit.signal }, command);
      using _ = killOn(limit.signal, running);
      const result = await collect(running, source);
      limit.signal.throwIfAborted();
      const error = failure(result, options.sudo === true);
      if (error !== undefined) throw error;
      return result;
    },
    async tunnel(to, signal) {
      const { args } = await untilAborted(connect(), signal);
      tunnels += 1;
      const socketPath = path.join(await ready(), `t${index}-${tunnels}`);
      const control = (command: 'forward' | 'cancel') => [
        ...args,
        ...forwardArguments(command, socketPath, to),
        ...['--', address],
      ];
      const result = await collect(startSsh(control('forward')), '');
      if (result.exitCode !== 0) throw connectionError(identity, result.stderr);
      return {
        socketPath,
        async close() {
          await collect(startSsh(control('cancel')), '');
          await rm(socketPath, { force: true });
        },
      };
    },
    async close() {
      const current = await session?.catch(() => undefined);
      session = undefined;
      await current?.master.close();
    },
  };
}
