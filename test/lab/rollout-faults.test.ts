import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkspace, runStep } from '../acceptance/runner.ts';
import { kubectl } from './kubectl.ts';
import { onHost } from './ssh.ts';
import {
  cutSsh,
  fill,
  keepPod,
  letGo,
  pin,
  refuseApi,
  standStill,
  stealLease,
  unpin,
} from './support/accidents.ts';
import { kubestair } from './support/kubestair.ts';
import { type Fault, type S3Proxy, startS3Proxy } from './support/s3-proxy.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { expectUpgraded } from './support/upgraded.ts';
import { componentImages, nodeFacts } from './support/versions.ts';
import { type Accident, type WatchedRun, watch, watchedRun } from './support/watched-run.ts';
import { clusterHosts } from './topology.ts';
import { waitFor } from './wait.ts';
import { watchBudget } from './watch-budget.ts';

const BACKING_UP = /Backing up before anything/;
/** A step that begins; the plan names it too, without its number. */
const begins = (title: string) => new RegExp(`\\[\\d+/\\d+\\] ${title}`);
const MANIFEST = '/etc/kubernetes/manifests/kube-controller-manager.yaml';
const CNI = '/etc/cni/net.d/10-pods.conflist';
/** As a cancelled job has it: SIGINT, after 7.5 s SIGTERM, after 2.5 s more SIGKILL. */
const GRACE_MILLISECONDS = [7500, 2500] as const;

/** One upgrade of three hosts that meets one accident after another: each run stops or survives, is mended, and goes on. */
describe('kubestair upgrade, one accident after another', () => {
  let lab: TestLab;
  let file: string;
  let proxy: S3Proxy;
  let budget: Awaited<ReturnType<typeof watchBudget>>;
  let storeFault: Fault = { kind: 'pass' };
  let runs = 0;
  /** What is put right after a run, whatever came of it: the next one is to go on. */
  const mends: (() => Promise<unknown>)[] = [];

  /** The same command again and again, with accidents on its way. */
  async function upgrade(
    accidents: readonly Accident[] = [],
    spec: Record<string, unknown> = {},
    terminal?: string,
  ): Promise<WatchedRun> {
    runs += 1;
    file = await writeClusterFile(lab, {
      prove: 'cross-proof',
      spec,
    });
    const args = [
      'upgrade',
      '-f',
      file,
      '--dossier',
      lab.dir,
      '--report',
      path.join(lab.dir, `report-${runs}.html`),
    ];
    const run = await watchedRun(args, storeEnvironment(lab.access, proxy.endpoint), accidents, terminal);
    return run;
  }

  /** The dossier that the last run left. */
  async function dossier(): Promise<string> {
    const names = (await readdir(lab.dir)).filter((name) => name.startsWith('kubestair-dossier-')).toSorted();
    return await readFile(path.join(lab.dir, names.at(-1) ?? ''), 'utf8');
  }

  beforeAll(async () => {
    lab = await freshLab();
    proxy = await startS3Proxy(lab.access.s3.endpoint, () => storeFault);
    budget = await watchBudget({
      kubeconfig: lab.access.kubeconfig,
      namespace: 'demo',
      deployment: 'web',
      service: 'web',
      addresses: lab.state.hosts.map((host) => host.address),
    });
  });

  afterEach(async () => {
    for (const mend of mends.splice(0)) await mend();
  });

  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
  });

  it('a full disk: stops before any node is away, with the words of apt', async () => {
    mends.push(() => unpin(lab.state, 'w2', '/var/cache/apt/archives'));
    const run = await upgrade([
      { at: BACKING_UP, act: () => fill(lab.state, 'w2', '/var/cache/apt/archives') },
    ]);
    expect(run.code).toBe(1);
    expect(run.printed).toContain('error[STEP_FAILED]');
    expect(run.printed).toMatch(/work on w2 ended with exit code \d+:[\s\S]*(free space|No space left)/);
    for (const node of await nodeFacts(lab.state))
      expect(node).toMatchObject({ kubelet: 'v1.35.4', unschedulable: false });
    expect(await dossier()).toContain('Not done');
  });

  it('kubeadm that fails half-way and restores its manifests: stops, and the old control plane serves', async () => {
    mends.push(() => unpin(lab.state, 'cp1', MANIFEST));
    const run = await upgrade([{ at: BACKING_UP, act: () => pin(lab.state, 'cp1', MANIFEST) }]);
    expect(run.code).toBe(1);
    expect(run.printed).toContain('error[STEP_FAILED]');
    expect(run.printed).toContain('kubeadm upgrade apply v1.36.3 on cp1');
    expect(await dossier()).toContain('kubeadm has tried to recover everything into the earlier state');
    // The kubelet starts what was put back once it has ended the other.
    const served = async () => {
      const images = await componentImages(lab.state);
      return images.includes('registry.k8s.io/kube-apiserver:v1.35.4') || undefined;
    };
    await waitFor('the old API server', served, { timeoutMs: 180_000, everyMs: 2000 });
  });

  it('SSH that is cut while kubeadm works, a store that is gone for five minutes, an etcd that stands still and an API server that is away for a minute of a drain cost nothing; a finalizer stops', async () => {
    await keepPod(lab.state, 'held', 'w1');
    mends.push(() => letGo(lab.state, 'held'));
    const run = await upgrade(
      [
        {
          at: begins('cp1: kubeadm upgrade apply'),
          act: async () => {
            storeFault = { kind: 'break' };
            await delay(5000);
            await cutSsh(lab.state, 'cp1', 90);
            await delay(295_000);
            storeFault = { kind: 'pass' };
          },
        },
        { at: begins('cp1: Cordon and drain'), act: () => standStill(lab.state, 'cp1', 'etcd', 12) },
        { at: begins('w1: Cordon and drain'), act: () => refuseApi(lab.state, 'cp1', 60) },
      ],
      { drain: { timeout: '2m', deleteEmptyDir: true, force: true } },
    );
    expect(run.code).toBe(1);
    expect(run.printed).toContain('error[DRAIN_BLOCKED]');
    expect(run.printed).toContain('demo/held');
    expect(run.printed).toContain('example.com/hold');
    expect(run.printed).toContain('the connection to cp1 was lost; work there goes on by itself');
    const facts = await nodeFacts(lab.state);
    expect(facts.find(({ name }) => name === 'cp1')).toMatchObject({
      kubelet: 'v1.36.3',
      unschedulable: false,
    });
    expect(facts.find(({ name }) => name === 'w1')).toMatchObject({
      kubelet: 'v1.35.4',
      unschedulable: true,
    });
  });

  it('a package that does not install stops with the words of dpkg', async () => {
    mends.push(() => unpin(lab.state, 'w1', '/usr/bin/kubelet'));
    const run = await upgrade(
      [{ at: begins('w1: kubelet and kubectl'), act: () => pin(lab.state, 'w1', '/usr/bin/kubelet') }],
      {},
      path.join(lab.dir, 'terminal'),
    );
    expect(run.code).toBe(1);
    expect(run.printed).toContain('error[STEP_FAILED]');
    expect(run.printed).toMatch(/work on w1 ended with exit code \d+:[\s\S]*dpkg/);
    // A line at the end of the screen that counts.
    expect(run.printed).toMatch(/\d+s +w1: /);
  });

  it('a kubelet that crash-loops stops with its last words; a second run is told who holds the lock', async () => {
    let second: Awaited<ReturnType<typeof kubestair>> | undefined;
    mends.push(() =>
      onHost(lab.state, 'w1', 'echo KUBELET_EXTRA_ARGS= >/etc/default/kubelet; systemctl restart kubelet'),
    );
    const run = await upgrade([
      {
        at: begins('w1: kubelet and kubectl'),
        act: async () => {
          await onHost(lab.state, 'w1', 'echo KUBELET_EXTRA_ARGS=--no-such-flag >/etc/default/kubelet');
          second = await kubestair(['upgrade', '-f', file], storeEnvironment(lab.access));
        },
      },
    ]);
    expect(run.code).toBe(1);
    expect(run.printed).toContain('error[STEP_FAILED]');
    expect(run.printed).toContain('unknown flag: --no-such-flag');
    expect(second?.code).toBe(3);
    expect(second?.stderr).toContain('error[LOCKED]');
  });

  it('a node that does not get Ready stops with what it lacks', async () => {
    mends.push(() =>
      onHost(lab.state, 'w1', `if [ -e /root/10-pods.conflist ]; then mv /root/10-pods.conflist ${CNI}; fi`),
    );
    const run = await upgrade(
      [
        {
          at: BACKING_UP,
          act: () => onHost(lab.state, 'w1', `mv ${CNI} /root/; systemctl restart containerd`),
        },
      ],
      { gates: { timeout: '1m' } },
    );
    expect(run.code).toBe(1);
    expect(run.printed).toContain('error[GATE_TIMEOUT]');
    expect(run.printed).toMatch(/node w1: still it is not Ready.*(cni|network)/i);
  });

  it('a Lease that is stolen ends the run', async () => {
    // From here on somebody else wants no new pods on w2.
    await kubectl(lab.state, ['cordon', 'w2']);
    const run = await upgrade([
      { at: begins('w2: kubeadm upgrade node'), act: () => stealLease(lab.state, 'thief') },
    ]);
    expect(run.code).toBe(1);
    expect(run.printed).toContain('error[LOCK_LOST]');
    expect(run.printed).toContain('thief');
  });

  it('a job that is cancelled while API server and store hang is told in time', async () => {
    mends.push(async () => {
      storeFault = { kind: 'pass' };
      // Until the API server goes on.
      await delay(25_000);
    });
    let asked = 0;
    let took = 0;
    let printed = async () => '';
    const workspace = await makeWorkspace();
    const { access } = lab;
    const ended = await runStep(
      workspace,
      'main.js',
      {
        inputs: {
          command: 'upgrade',
          file,
          'ssh-private-key': await readFile(access.key, 'utf8'),
          'ssh-known-hosts': await readFile(access.knownHosts, 'utf8'),
          kubeconfig: await readFile(access.kubeconfig, 'utf8'),
        },
        env: storeEnvironment(access, proxy.endpoint),
      },
      (child) => {
        printed = watch(child, [
          {
            at: begins('w2: kubelet and kubectl'),
            act: async () => {
              await delay(1000);
              await standStill(lab.state, 'cp1', 'kube-apiserver', 25);
              storeFault = { kind: 'hold', until: () => delay(30_000) };
              asked = Date.now();
              child.once('exit', () => {
                took = Date.now() - asked;
              });
              child.kill('SIGINT');
              await delay(GRACE_MILLISECONDS[0]);
              child.kill('SIGTERM');
              await delay(GRACE_MILLISECONDS[1]);
              child.kill('SIGKILL');
            },
          },
        ]);
      },
    );
    console.error(`cancelled: gone after ${took} ms\n${ended.summary}`);
    await printed();
    expect(ended.code).toBe(4);
    expect(took).toBeLessThan(GRACE_MILLISECONDS[0]);
    expect(ended.outputs).toMatchObject({ outcome: 'interrupted', reason: 'INTERRUPTED' });
    expect(ended.summary).toContain('w2');
  });

  it('the same command ends it, keeps the foreign cordon, and has nothing left to do then', async () => {
    const run = await upgrade();
    expect(run.code).toBe(0);
    const [w2] = (await nodeFacts(lab.state)).filter(({ name }) => name === 'w2');
    expect(w2).toMatchObject({ kubelet: 'v1.36.3', ready: true, unschedulable: true, marks: [] });
    await kubectl(lab.state, ['uncordon', 'w2']);
    await expectUpgraded(lab);
    const again = await upgrade();
    expect(again.code).toBe(0);
    expect(again.printed).toContain('nothing to do');
  });

  it('nobody was disrupted more than the budget says, and no work was done twice that had not failed', async () => {
    const seen = await budget.stop();
    console.error(JSON.stringify(seen));
    expect(seen.minimumReady).toBeGreaterThanOrEqual(2);
    for (const { name } of clusterHosts(lab.state.hosts)) {
      const log = await onHost(
        lab.state,
        name,
        'journalctl -o short-iso --no-pager _PID=1 | grep -E "(Started|Failed with result|Deactivated).*kubestair-" || :',
      );
      console.error(`${name}\n${log}`);
    }
  });
});
