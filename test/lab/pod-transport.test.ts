import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKube } from '../../src/adapters/kube.ts';
import { openPodHosts } from '../../src/adapters/pods.ts';
import type { Hosts } from '../../src/adapters/ssh.ts';
import { hostContract } from '../support/host-suite.ts';
import { kubectl } from './kubectl.ts';
import { tryOnHost } from './ssh.ts';
import { cli, kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { nodeFacts } from './support/versions.ts';
import { waitFor } from './wait.ts';

const LABEL = 'kubestair.dev/host=true';

describe('hosts that are reached through pods, without any SSH', () => {
  let lab: TestLab;
  let file: string;
  const run = (args: readonly string[]) => kubestair([...args, '-f', file], storeEnvironment(lab.access));
  const pods = async (): Promise<readonly string[]> =>
    (await kubectl(lab.state, ['get', 'pods', '-A', '-l', LABEL, '-o', 'name'])).split('\n').filter(Boolean);

  beforeAll(async () => {
    lab = await freshLab('pair');
    // No sshd answers there.
    file = await writeClusterFile(lab, {
      version: 'v1.36',
      ssh: { port: 9 },
      spec: { controlPlane: { soak: '5s' } },
    });
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('    ssh:\n', '    hosts: { transport: pod }\n    ssh:\n'));
  });

  describe('one host', () => {
    let hosts: Hosts;
    beforeAll(async () => {
      const kubeconfig = { kubeconfig: lab.access.kubeconfig, env: process.env };
      const log = { debug() {}, info() {}, warn() {}, notice() {}, error() {} };
      const kube = await openKube({ ...kubeconfig, userAgent: 'test' }, log as never);
      let count = 0;
      hosts = openPodHosts({
        kube,
        kubeconfig,
        namespace: 'kube-system',
        image: undefined,
        random: () => `t${count++}`,
      });
    });
    afterAll(() => hosts?.close());
    const host = () => hosts.hostOf({ name: 'w1', address: '' });

    hostContract(host);

    it('is the host itself, as root, and not a container', async () => {
      const { stdout } = await host().run(
        'id -u; cat /proc/1/comm; hostname; systemctl is-active kubelet; env',
      );
      expect(stdout).toMatch(/^0\nsystemd\nw1\nactive\n/);
      expect(stdout).not.toContain('KUBERNETES_');
    });

    it('is reached again after its pod is gone, and after its kubelet and containerd restarted', async () => {
      await kubectl(lab.state, [
        '-n',
        'kube-system',
        'delete',
        'pod',
        '-l',
        LABEL,
        '--grace-period=0',
        '--force',
      ]);
      expect((await host().run('echo again')).stdout).toBe('again\n');
      await host().run(
        'systemctl restart containerd; systemd-run --quiet --on-active=1 systemctl restart kubelet',
      );
      const answer = await waitFor(
        'an answer of the host',
        () =>
          host()
            .run('echo back', { timeoutSeconds: 20 })
            .catch(() => undefined),
        { timeoutMs: 90_000, everyMs: 500 },
      );
      expect(answer.stdout).toBe('back\n');
    });

    it('has tunnels to what listens on it', async () => {
      const tunnel = await host().tunnel({ host: '127.0.0.1', port: 10248 });
      const status = await new Promise<number | undefined>((resolve, reject) => {
        request({ socketPath: tunnel.socketPath, path: '/healthz' }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
      expect(status).toBe(200);
      await tunnel.close();
    });

    it('leaves nothing behind', async () => {
      await hosts.close();
      expect(await pods()).toEqual([]);
    });
  });

  it('is backed up, etcd and files of hosts with it', async () => {
    const result = await run(['backup']);
    expect(result.code).toBe(0);
    expect(await pods()).toEqual([]);
  });

  it('leaves what a killed run left to unlock', async () => {
    const child = spawn(process.execPath, [cli, 'upgrade', '-f', file], {
      env: { ...process.env, ...storeEnvironment(lab.access) },
      stdio: 'inherit',
    });
    const ended = once(child, 'exit');
    await waitFor('the first unit on a host', async () => (await unitsOn('cp1')) || undefined, {
      timeoutMs: 240_000,
      everyMs: 1000,
    });
    child.kill('SIGKILL');
    await ended;
    expect((await pods()).length).toBeGreaterThan(0);
    const holder = await kubectl(lab.state, [
      ...['-n', 'kube-system', 'get', 'lease', 'kubestair', '-o', 'jsonpath={.spec.holderIdentity}'],
    ]);
    const result = await run(['unlock', '--run', holder.trim(), '--reason', 'it was killed']);
    expect(result.code).toBe(0);
    expect(await pods()).toEqual([]);
  });

  it('is upgraded, although its pods are removed while kubeadm works', async () => {
    const stop = new AbortController();
    const removed = removePodsDuringApply(stop.signal);
    const result = await run(['upgrade']);
    stop.abort();
    expect(result.code).toBe(0);
    expect(await removed).toBeGreaterThan(0);
    for (const node of await nodeFacts(lab.state)) {
      expect(node).toMatchObject({ kubelet: 'v1.36.3', ready: true, unschedulable: false, marks: [] });
      expect(node.packages).toEqual({ kubeadm: '1.36.3-1.1', kubelet: '1.36.3-1.1', kubectl: '1.36.3-1.1' });
    }
    expect(await pods()).toEqual([]);
  });

  it('refuses to restore etcd, which no pod survives', async () => {
    const result = await run(['restore', 'etcd', '--from', 'latest', '--confirm', 'test']);
    expect(result.code).toBe(2);
    expect(result.stderr + result.stdout).toContain('spec.access.hosts.transport');
  });

  const unitsOn = async (host: string) =>
    (
      await tryOnHost(
        lab.state,
        host,
        "systemctl list-units --plain --no-legend 'kubestair-*.service' | grep .",
      )
    ).code === 0;

  /** How many times they were: while `kubeadm upgrade apply` runs, three times. */
  async function removePodsDuringApply(signal: AbortSignal): Promise<number> {
    let count = 0;
    while (!signal.aborted && count < 3) {
      const applying = (await tryOnHost(lab.state, 'cp1', "pgrep -f 'kubeadm upgrade [a]pply'")).code === 0;
      if (applying) {
        const deleted = await kubectl(lab.state, [
          ...['-n', 'kube-system', 'delete', 'pod', '-l', LABEL, '--grace-period=0', '--force', '-o', 'name'],
        ]).catch(() => '');
        if (deleted.trim() !== '') count += 1;
      }
      await sleep(3000);
    }
    return count;
  }
});
