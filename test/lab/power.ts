import { type Boot, waitForCalm } from './calm.ts';
import { startHost, waitForLogin } from './host.ts';
import { kubectl } from './kubectl.ts';
import type { Stage } from './progress.ts';
import { onHost } from './ssh.ts';
import type { LabHost, LabState } from './state.ts';
import { waitFor } from './wait.ts';

/** Boots hosts, waits until each can be logged in to, and tells of the boots. */
export async function bootHosts(
  state: LabState,
  hosts: readonly LabHost[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Boot>> {
  const boots = hosts.map(
    async (host): Promise<readonly [string, Boot]> => [host.name, await bootHost(state, host, signal)],
  );
  return new Map(await Promise.all(boots));
}

/** Boots all hosts of a lab that has its cluster and waits until that has come to rest. */
export async function bootCluster(state: LabState, stage: Stage, signal?: AbortSignal): Promise<void> {
  const workers = state.hosts.filter((host) => host.role === 'worker');
  const others = state.hosts.filter((host) => host.role !== 'worker');
  const first = await stage('control plane booted', async () => {
    const boots = await bootHosts(state, others, signal);
    await waitForApi(state, signal);
    return boots;
  });
  // A kubelet that starts before there is an API server asks again only after ever longer waits.
  const second =
    workers.length === 0 ? [] : await stage('workers booted', () => bootHosts(state, workers, signal));
  const boots = new Map([...first, ...second]);
  await stage('nodes Ready and pods calm', () => waitForCalm(state, boots, signal));
}

async function waitForApi(state: LabState, signal: AbortSignal | undefined): Promise<void> {
  const ask = async (): Promise<true> => {
    await kubectl(state, ['get', '--raw', '/readyz', '--request-timeout=3s'], { signal });
    return true;
  };
  await waitFor('the answer of the API server', ask, { timeoutMs: 180_000, everyMs: 300, signal });
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
