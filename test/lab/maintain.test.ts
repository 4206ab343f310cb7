import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { onHost } from './ssh.ts';
import { fragmentEtcd } from './support/fragment.ts';
import { cli, kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { bootIdOf, offerUpdate, restartsOf } from './support/updates.ts';
import { nodeFacts } from './support/versions.ts';

const HOSTS = ['cp1', 'w1', 'w2'];
const COMMANDS = '/var/lib/lab-commands';

describe('kubestair maintain on three hosts', () => {
  let lab: TestLab;
  let file: string;
  let restartsBefore: ReadonlyMap<string, number>;

  beforeAll(async () => {
    lab = await freshLab();
    file = await writeClusterFile(lab, {
      version: 'v1.35.4',
      spec: {
        controlPlane: { soak: '5s' },
        maintenance: { run: [`date >>${COMMANDS}`] },
        defrag: { fragmentation: 45, minSize: '1Mi', pause: '1s' },
      },
    });
    for (const host of HOSTS) await offerUpdate(lab.state, host);
    // w2 asks for none.
    for (const host of ['cp1', 'w1']) await onHost(lab.state, host, 'touch /run/reboot-required');
    restartsBefore = new Map(
      await Promise.all(HOSTS.map(async (host) => [host, await restartsOf(lab.state, host)] as const)),
    );
  });

  const restarts = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      await Promise.all(
        HOSTS.map(async (host) => [
          host,
          (await restartsOf(lab.state, host)) - (restartsBefore.get(host) ?? 0),
        ]),
      ),
    );

  it('says what it would do, and does nothing', async () => {
    const result = await kubestair(['maintain', '-f', file, '--dry-run'], storeEnvironment(lab.access));
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('lab-tool');
    expect(result.stdout).toContain('a restart is required');
    expect(await restarts()).toEqual({ cp1: 0, w1: 0, w2: 0 });
    expect(await onHost(lab.state, 'w1', `ls ${COMMANDS} 2>/dev/null || echo none`)).toBe('none\n');
  });

  it('is killed while a host restarts, goes on, and restarts no host twice', async () => {
    const before = await bootIdOf(lab.state, 'w1');
    const child = spawn(process.execPath, [cli, 'maintain', '-f', file], {
      env: { ...process.env, ...storeEnvironment(lab.access) },
      stdio: 'inherit',
    });
    const ended = once(child, 'exit');
    await untilRestarted(before);
    child.kill('SIGKILL');
    await ended;
    expect((await nodeFacts(lab.state)).find(({ name }) => name === 'w1')?.unschedulable).toBe(true);

    const result = await kubestair(['maintain', '-f', file], storeEnvironment(lab.access));
    expect(result.code).toBe(0);
    expect(await restarts()).toEqual({ cp1: 1, w1: 1, w2: 0 });
    for (const node of await nodeFacts(lab.state)) {
      expect(node).toMatchObject({
        kubelet: 'v1.35.4',
        ready: true,
        unschedulable: false,
        marks: [],
        held: ['kubeadm', 'kubectl', 'kubelet'],
      });
      const version = await onHost(lab.state, node.name, "dpkg-query -W -f '${Version}' lab-tool");
      expect(version).toBe('1.1');
      expect(await onHost(lab.state, node.name, `wc -l <${COMMANDS}`)).toBe('1\n');
    }
  });

  it('finds that nothing is needed then', async () => {
    const result = await kubestair(['maintain', '-f', file, '--only-needed'], storeEnvironment(lab.access));
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('Nothing to do');
    expect(await restarts()).toEqual({ cp1: 1, w1: 1, w2: 0 });
  });

  it('defragments etcd', async () => {
    await fragmentEtcd(lab.state);
    const result = await kubestair(['defrag', '-f', file, '-o', 'json'], storeEnvironment(lab.access));
    expect(result.code).toBe(0);
    const { defrag, after } = JSON.parse(result.stdout) as {
      readonly defrag: { readonly members: readonly { readonly dbSizeBytes: number }[] };
      readonly after: readonly { readonly dbSizeBytes: number }[];
    };
    expect(after[0]?.dbSizeBytes).toBeLessThan(defrag.members[0]?.dbSizeBytes ?? 0);
  });

  async function untilRestarted(before: string): Promise<void> {
    const deadline = Date.now() + 5 * 60_000;
    for (;;) {
      const now = await bootIdOf(lab.state, 'w1').catch(() => before);
      if (now !== before) return;
      if (Date.now() > deadline) throw new Error('w1 was not restarted');
      await sleep(500);
    }
  }
});
