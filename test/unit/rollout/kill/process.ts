import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../../../../src/ports/clock.ts';
import type { Commands } from '../../../../src/ports/commands.ts';
import type { Etcd } from '../../../../src/ports/etcd.ts';
import type { CommandResult, Host } from '../../../../src/ports/host.ts';
import type { Kube } from '../../../../src/ports/kube.ts';
import type { Store } from '../../../../src/ports/store.ts';
import type { StepRunner } from '../../../../src/rollout/engine.ts';
import type { Doable } from '../../../../src/rollout/timeline.ts';

/** One call to the world, and the kind of step that it was made for; `run` where it was made for none. */
export interface Operation {
  readonly during: string;
  readonly call: string;
}

/** SIGKILL at the nth call to the world: `before` it has an effect, or `after` it had one that the process never learns of. */
export interface Kill {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/**
 * A process as an operating system sees it. Once it is killed none of its calls comes back and none has an effect: nothing is caught,
 * cleaned up or told any more.
 */
export interface Process {
  readonly operations: readonly Operation[];
  /** Resolves when it is killed. */
  readonly killed: Promise<'killed'>;
  /** What a signal that can be caught does to it. */
  readonly stop: AbortController;
  readonly clock: Clock;
  kube(kube: Kube): Kube;
  store(store: Store): Store;
  host(host: Host): Host;
  etcd(member: Etcd): Etcd;
  /** Commands of the cluster file, which all succeed. */
  readonly commands: Commands;
  runner<S extends Doable & { readonly kind: string }>(runner: StepRunner<S>): StepRunner<S>;
}

export function startProcess(clock: Clock, kill?: Kill): Process {
  const operations: Operation[] = [];
  const during = new AsyncLocalStorage<string>();
  const death = Promise.withResolvers<'killed'>();
  let dead = false;
  const never = new Promise<never>(() => {});
  const die = (): Promise<never> => {
    dead = true;
    death.resolve('killed');
    return never;
  };
  const operation = async <T>(call: string, work: () => Promise<T>): Promise<T> => {
    if (dead) return never;
    const isLast = operations.push({ during: during.getStore() ?? 'run', call }) - 1 === kill?.at;
    if (isLast && kill?.when === 'before') return die();
    const answer = await settled(work);
    if (dead) return never;
    if (isLast) return die();
    return answer();
  };
  return {
    operations,
    killed: death.promise,
    stop: new AbortController(),
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: (milliseconds, signal) => operation('sleep', () => clock.sleep(milliseconds, signal)),
    },
    kube: (kube) => ({
      ...kube,
      request: (request) =>
        operation(`kube ${request.method ?? 'GET'} ${kindOfPath(request.path)}`, () => kube.request(request)),
    }),
    store: (store) => ({
      ...store,
      put: (key, body, options) =>
        operation(`store put ${folderOf(key)}`, () => store.put(key, body, options)),
      get: (key, signal) => operation(`store get ${folderOf(key)}`, () => store.get(key, signal)),
      delete: (key, signal) => operation(`store delete ${folderOf(key)}`, () => store.delete(key, signal)),
      async *list(prefix, signal) {
        yield* await operation(`store list ${prefix}`, async () =>
          Array.fromAsync(store.list(prefix, signal)),
        );
      },
    }),
    host: (host) => ({
      ...host,
      run: (script, options): Promise<CommandResult> =>
        operation(`host ${callOf(script)}`, () => host.run(script, options)),
    }),
    etcd: (member) => ({
      ...member,
      members: (signal) => operation('etcd members', () => member.members(signal)),
      status: (signal) => operation('etcd status', () => member.status(signal)),
      alarms: (signal) => operation('etcd alarms', () => member.alarms(signal)),
      defragment: (signal) => operation('etcd defragment', () => member.defragment(signal)),
      compact: (revision, signal) => operation('etcd compact', () => member.compact(revision, signal)),
      disarm: (alarm, signal) => operation('etcd disarm', () => member.disarm(alarm, signal)),
    }),
    commands: { run: () => operation('command', async () => ({ exitCode: 0, lines: [] })) },
    runner: (runner) => ({
      begin: async (step, signal) => during.run(step.kind, async () => runner.begin?.(step, signal)),
      isDone: (step, signal) => during.run(step.kind, () => runner.isDone(step, signal)),
      run: (step, context) => during.run(step.kind, () => runner.run(step, context)),
    }),
  };
}

// A call that fails must not come back to a dead process either.
async function settled<T>(work: () => Promise<T>): Promise<() => T> {
  try {
    const value = await work();
    return () => value;
  } catch (thrown) {
    return () => {
      throw thrown;
    };
  }
}

function callOf(script: string): string {
  if (script.includes('systemctl reboot')) return 'restart';
  if (script.includes('systemd-run')) return 'start';
  return /^(set -eu\n)?(umask|touch|if \[ -e .*\n {2}sed)/m.test(script) ? 'write' : 'look';
}

function kindOfPath(path: string): string {
  return new URL(path, 'http://fake').pathname
    .split('/')
    .filter((part) =>
      /^(nodes|pods|eviction|leases|[a-z]+sets|deployments|poddisruptionbudgets|secrets|configmaps)$/.test(
        part,
      ),
    )
    .join('/');
}

function folderOf(key: string): string {
  return key.split('/')[1] ?? key;
}
