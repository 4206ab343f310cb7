import { type Boot, waitForCalm } from './calm.ts';
import { startHost, waitForLogin } from './host.ts';
import type { Stage } from './progress.ts';
import { onHost } from './ssh.ts';
import type { LabHost, LabState } from './state.ts';

/** Boots all hosts, waits until each can be logged in to, and tells of the boots. */
export async function bootHosts(state: LabState, signal?: AbortSignal): Promise<ReadonlyMap<string, Boot>> {
  const boots = state.hosts.map(
    async (host): Promise<readonly [string, Boot]> => [host.name, await bootHost(state, host, signal)],
  );
  return new Map(await Promise.all(boots));
}

/** Boots all hosts of a lab that has its cluster and waits until that has come to rest. */
export async function bootCluster(state: LabState, stage: Stage, signal?: AbortSignal): Promise<void> {
  const boots = await stage('hosts booted', () => bootHosts(state, signal));
  await stage('nodes Ready and pods calm', () => waitForCalm(state, boots, signal));
}

async function bootHost(state: LabState, host: LabHost, signal: AbortSignal | undefined): Promise<Boot> {
  await startHost(state, host);
  await waitForLogin(state, host, signal);
  const script =
    "cat /proc/sys/kernel/random/boot_id; date +%s; cut -d' ' -f1 /proc/uptime; cut -d' ' -f22 /proc/1/stat";
  const [bootId = '', ...numbers] = (await onHost(state, host.name, script, { signal })).trim().split('\n');
  const [now = 0, uptime = 0, startTicks = 0] = numbers.map(Number);
  // A container shares the clock of its machine: its boot began when its first process did.
  return { bootId, began: (now - (uptime - startTicks / 100)) * 1000 };
}
