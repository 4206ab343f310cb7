import path from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubestairError } from '../errors.ts';
import type { CommandResult, Host, RunOptions } from '../ports/host.ts';
import { KubeStatusError } from '../ports/kube.ts';
import { ExecRefused, startExec } from './pod-exec.ts';
import { type HostPods, isRunning, makePod, removePod } from './pod-life.ts';
import { HOST_CONTAINER, onTheHost } from './pod-manifest.ts';
import { openRelay } from './pod-relay.ts';
import { commandError } from './ssh-errors.ts';
import { limited, untilAborted } from './ssh-limits.ts';
import { collect, killOn, type SshProcess } from './ssh-process.ts';
import { framed, remoteCommand, remoteReader } from './ssh-script.ts';

export interface PodHostInput {
  readonly name: string;
  readonly index: number;
  readonly pods: HostPods;
  readonly config: () => Promise<KubeConfig>;
  /** The private directory for sockets. */
  readonly ready: () => Promise<string>;
  /** Done once, before the first pod of a run. */
  readonly beforeFirst: () => Promise<void>;
}

/**
 * A node's host, reached through a privileged pod on it. The pod is made when it is first needed, and anew when it is gone: work on the
 * host is in units of systemd's, outside of it.
 */
export function openPodHost({ name, index, pods, config, ready, beforeFirst }: PodHostInput): Host {
  const identity = { name, target: `a pod in ${pods.namespace} on ${name}` };
  let current: Promise<string> | undefined;
  const made = new Set<string>();
  const closing = new AbortController();
  let tunnels = 0;

  const podOf = (): Promise<string> => {
    const making = current ?? make();
    current = making;
    making.catch(() => {
      if (current === making) current = undefined;
    });
    return making;
  };

  // Whoever gives up waiting must not end it for the others.
  const make = async (): Promise<string> => {
    await beforeFirst();
    const pod = await makePod(pods, name, closing.signal);
    made.add(pod);
    return pod;
  };

  const start = async (command: string, signal: AbortSignal | undefined): Promise<SshProcess> => {
    try {
      const pod = await untilAborted(podOf(), signal);
      try {
        return await exec(pod, command, signal);
      } catch (thrown) {
        if (!(thrown instanceof ExecRefused) || (await isRunning(pods, pod, signal))) throw thrown;
        // Nothing ran, and the pod is gone: with its node's restart, by an eviction, or because nobody used it for long.
        current = undefined;
        return await exec(await untilAborted(podOf(), signal), command, signal);
      }
    } catch (thrown) {
      signal?.throwIfAborted();
      throw toHostError(identity, thrown);
    }
  };

  const exec = async (pod: string, command: string, signal: AbortSignal | undefined): Promise<SshProcess> => {
    const target = { namespace: pods.namespace, pod, container: HOST_CONTAINER };
    const starting = startExec(await config(), target, onTheHost(command));
    try {
      return await untilAborted(starting, signal);
    } catch (thrown) {
      starting.then(
        (running) => running.kill(),
        () => {},
      );
      throw thrown;
    }
  };

  const failure = ({
    exitCode,
    stderr,
  }: Omit<CommandResult, 'stdout' | 'exitCode'> & { readonly exitCode: number | undefined }) => {
    if (exitCode === 0) return undefined;
    if (exitCode === undefined) return lost(identity, stderr);
    return commandError(
      identity,
      { exitCode, stderr },
      `Look at the host, for example with kubectl debug node/${name} --profile=sysadmin.`,
    );
  };

  const finish = async (
    running: SshProcess,
    input: string | AsyncIterable<Uint8Array>,
    options: RunOptions,
  ): Promise<CommandResult> => {
    const result = await collect(running, input);
    const exitCode = await running.ended;
    const error = failure({ exitCode, stderr: result.stderr });
    if (error === undefined || (options.allowFailure === true && error.code === 'HOST_COMMAND'))
      return result;
    throw error;
  };

  return {
    ...identity,
    async run(script, options = {}) {
      using limit = limited(identity, options);
      const running = await start(remoteCommand(false), limit.signal);
      using _ = killOn(limit.signal, running);
      try {
        return await finish(running, framed(script), options);
      } finally {
        limit.signal.throwIfAborted();
      }
    },
    async *stream(script, options = {}) {
      using limit = limited(identity, options);
      const running = await start(remoteCommand(false), limit.signal);
      using _ = killOn(limit.signal, running);
      try {
        running.stdin.end(framed(script));
        yield* running.stdout as AsyncIterable<Uint8Array>;
        const exitCode = await running.ended;
        limit.signal.throwIfAborted();
        const error = failure({ exitCode, stderr: running.stderr() });
        if (error !== undefined) throw error;
      } finally {
        running.kill();
      }
    },
    async send(script, source, options = {}) {
      using limit = limited(identity, options);
      const running = await start(remoteReader(script, false), limit.signal);
      using _ = killOn(limit.signal, running);
      const result = await finish(running, source, {});
      limit.signal.throwIfAborted();
      return result;
    },
    async tunnel(to, signal) {
      // So that a host that cannot be reached is told here, as over SSH, and not by the first connection.
      await untilAborted(podOf(), signal).catch((thrown: unknown) => {
        signal?.throwIfAborted();
        throw toHostError(identity, thrown);
      });
      tunnels += 1;
      const socketPath = path.join(await ready(), `p${index}-${tunnels}`);
      return openRelay(socketPath, to, (command) => start(command, undefined));
    },
    async close() {
      // One that is being made removes itself.
      closing.abort(new Error('the host was closed'));
      await current?.catch(() => {});
      current = undefined;
      await Promise.allSettled([...made].map((pod) => removePod(pods, pod)));
      made.clear();
    },
  };
}

interface Identity {
  readonly name: string;
  readonly target: string;
}

function toHostError(host: Identity, thrown: unknown): unknown {
  if (thrown instanceof ExecRefused && thrown.status === 403) {
    return new KubestairError(
      'HOST_POD',
      `The API server does not let Kubestair run commands in a pod on ${host.name}: ${thrown.message}`,
      {
        object: `Node/${host.name}`,
        next: 'Give it the Role kubestair-hosts of docs/rbac.yaml: get and create of pods/exec.',
        cause: thrown,
      },
    );
  }
  if (thrown instanceof ExecRefused || thrown instanceof KubeStatusError)
    return lost(host, thrown.message, thrown);
  if (thrown instanceof KubestairError && thrown.code === 'KUBE_UNREACHABLE')
    return lost(host, thrown.message, thrown);
  return thrown;
}

function lost(host: Identity, reason: string, cause?: unknown): KubestairError {
  return new KubestairError(
    'HOST_UNREACHABLE',
    `${host.name} does not answer through ${host.target}: ${reason.trim() || 'the connection ended without a word'}`,
    {
      object: `Node/${host.name}`,
      next: `Look whether its kubelet runs: kubectl get node ${host.name}, and whether kubectl exec works for a pod on it.`,
      cause,
    },
  );
}
