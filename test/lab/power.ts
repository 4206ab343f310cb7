import { waitForCalm } from './calm.ts';
import { startHost } from './host.ts';
import type { Stage } from './progress.ts';
import { tryOnHost, waitForLogin } from './ssh.ts';
import type { LabHost, LabState } from './state.ts';

/** Boots all hosts and waits until each can be logged in to. */
export async function bootHosts(state: LabState, signal?: AbortSignal): Promise<void> {
  await Promise.all(
    state.hosts.map(async (host) => {
      await startHost(state, host);
      await waitForLogin(state, host, signal);
    }),
  );
}

/** Boots all hosts of a lab that has its cluster and waits until that has come to rest. */
export async function bootCluster(state: LabState, stage: Stage, signal?: AbortSignal): Promise<void> {
  await stage('hosts booted', () => bootHosts(state, signal));
  await stage('nodes Ready and pods calm', async () => {
    await waitForCalm(state, await bootIdsOf(state), signal);
  });
}

/** The boot that each host is in, as its node reports it once the kubelet has started. */
export async function bootIdsOf(state: LabState): Promise<ReadonlyMap<string, string>> {
  const entries = await Promise.all(
    state.hosts.map(
      async (host): Promise<readonly [string, string]> => [host.name, await bootId(state, host)],
    ),
  );
  return new Map(entries);
}

/** The id of a host's current boot; empty when the host cannot be asked. */
export async function bootId(state: LabState, host: LabHost): Promise<string> {
  const result = await tryOnHost(state, host.name, 'cat /proc/sys/kernel/random/boot_id', {
    timeoutMs: 10_000,
  });
  return result.stdout.trim();
}
