import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { kubectl, kubectlCommand } from './kubectl.ts';
import { onHost } from './ssh.ts';
import { fragmentEtcd } from './support/fragment.ts';
import { cli, kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { bootIdOf, offerUpdate, restartsOf } from './support/updates.ts';
import { nodeFacts } from './support/versions.ts';
import { hostNamed } from './topology.ts';
import { HELD, HELD_BUDGET } from './workloads/held.ts';

const HOSTS = ['cp1', 'w1', 'w2'];
const COMMANDS = '/var/lib/lab-commands';

describe('kubestair maintain on three hosts', () => {
  let lab: TestLab;
  let file: string;
  let log: string;
  let restartsBefore: ReadonlyMap<string, number>;

  beforeAll(async () => {
    lab = await freshLab();
    log = path.join(lab.dir, 'commands.log');
    const { command: program, env } = kubectlCommand(lab.state);
    await writeFile(path.join(lab.dir, 'budget.yaml'), HELD_BUDGET);
    const address = hostNamed(lab.state, 'cp1').address;
    const port = await kubectl(lab.state, [
      'get',
      'service',
      'web',
      '-n',
      'demo',
      '-o',
      'jsonpath={.spec.ports[0].nodePort}',
    ]);
    file = await writeClusterFile(lab, {
      version: 'v1.35.4',
      spec: {
        controlPlane: { soak: '5s' },
        maintenance: { run: [`date >>${COMMANDS}`] },
        drain: { timeout: '30s', deleteEmptyDir: true, onTimeout: 'quarantine' },
        gates: {
          checks: [
            { name: 'command', at: 'node', command: `echo "gate $KUBESTAIR_NODE" >>${log}`, timeout: '30s' },
            { name: 'page', at: 'node', http: { url: `http://${address}:${port}/ready` }, timeout: '2m' },
            { name: 'all', at: 'run', command: `echo "gate run" >>${log}`, timeout: '30s' },
          ],
        },
        hooks: [
          ...['before-run', 'before-node', 'after-node', 'after-run'].map((when) => ({
            name: when,
            when,
            command: `echo "${when} $KUBESTAIR_NODE" >>${log}`,
          })),
          // A budget that comes when the plan is made already: no plan could foresee it.
          {
            name: 'hold',
            when: 'before-node',
            command: `[ "$KUBESTAIR_NODE" != w1 ] || [ ! -e ${lab.dir}/hold ] || KUBECONFIG=${env.KUBECONFIG} ${program} apply -f ${lab.dir}/budget.yaml`,
          },
        ],
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

  const logged = async (): Promise<readonly string[]> =>
    (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
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
    expect(await logged()).toEqual([]);
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
    expect(result.stdout).toMatch(/API server .* writes/);
    // What comes before is run again by the run that goes on; what follows, once.
    const lines = await logged();
    expect(lines.filter((line) => !line.startsWith('before'))).toEqual([
      ...['cp1', 'w1', 'w2'].flatMap((node) => [`gate ${node}`, `after-node ${node}`]),
      'gate run',
      'after-run ',
    ]);
    expect(lines.slice(0, 2)).toEqual(['before-run ', 'before-node cp1']);
    expect(new Set(lines.filter((line) => line.startsWith('before-node')))).toEqual(
      new Set(HOSTS.map((node) => `before-node ${node}`)),
    );
    const owed = ['get', 'configmap', 'kubestair', '-n', 'kube-system', '--ignore-not-found', '-o', 'name'];
    expect(await kubectl(lab.state, owed)).toBe('');
  });

  it('finds that nothing is needed then', async () => {
    const result = await kubestair(['maintain', '-f', file, '--only-needed'], storeEnvironment(lab.access));
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('Nothing to do');
    expect(await restarts()).toEqual({ cp1: 1, w1: 1, w2: 0 });
  });

  it('leaves a node that cannot be drained, goes on with the others, and takes it up again', async () => {
    for (const host of ['w1', 'w2']) await onHost(lab.state, host, 'touch /run/reboot-required');
    // Where else should the pods of a worker go while the other one is left behind?
    await kubectl(lab.state, ['taint', 'nodes', 'cp1', 'node-role.kubernetes.io/control-plane:NoSchedule-']);
    await kubectl(lab.state, ['apply', '-f', '-'], { input: HELD });
    await kubectl(lab.state, ['rollout', 'status', 'deployment/held', '-n', 'demo', '--timeout=120s']);
    await writeFile(path.join(lab.dir, 'hold'), '');
    const args = ['maintain', '-f', file, '--only-needed'];
    const result = await kubestair(args, storeEnvironment(lab.access));
    expect(result.code).toBe(1);
    expect(result.stdout + result.stderr).toContain('NODE_QUARANTINED');
    expect(await restarts()).toEqual({ cp1: 1, w1: 1, w2: 1 });
    const left = (await nodeFacts(lab.state)).find(({ name }) => name === 'w1');
    expect(left).toMatchObject({ unschedulable: true, marks: ['kubestair.dev/cordoned-by'] });
    await rm(path.join(lab.dir, 'hold'));
    await kubectl(lab.state, ['delete', 'pdb', 'held', '-n', 'demo']);
    const again = await kubestair(args, storeEnvironment(lab.access));
    expect(again.code).toBe(0);
    expect(await restarts()).toEqual({ cp1: 1, w1: 2, w2: 1 });
    for (const node of await nodeFacts(lab.state))
      expect(node).toMatchObject({ ready: true, unschedulable: false, marks: [] });
    expect((await logged()).slice(-2)).toEqual(['gate run', 'after-run ']);
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
