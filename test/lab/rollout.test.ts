import { appendFile, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, kubectlCommand } from './kubectl.ts';
import { asUpgrader } from './support/as-upgrader.ts';
import { kubestair } from './support/kubestair.ts';
import {
  freshLab,
  storeEnvironment,
  storePrefix,
  type TestLab,
  writeClusterFile,
} from './support/test-lab.ts';
import { nodeFacts } from './support/versions.ts';
import { HELD, HELD_BUDGET } from './workloads/held.ts';

/** Seconds before the first window closes at which packages are fetched: room for them and a control plane, and none for the workers. */
const LEFT_AT_STAGE = 460;
/** What plan and backup may take. */
const UNTIL_STAGE = 170;

const JOB = `
apiVersion: batch/v1
kind: Job
metadata: { name: versions }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: versions
          image: registry.k8s.io/kube-proxy:v1.36.3
          command: [/usr/local/bin/kube-proxy, --version]
`;

describe('kubestair upgrade with gates, hooks, windows and a node that cannot be drained', () => {
  let lab: TestLab;
  let file: string;
  let prometheus: Server;
  let spec: Record<string, unknown>;
  const asked: string[] = [];
  const logged = () => readFile(path.join(lab.dir, 'commands.log'), 'utf8').catch(() => '');
  const upgrade = (...flags: readonly string[]) =>
    kubestair(['upgrade', '-f', file, ...flags], storeEnvironment(lab.access));

  beforeAll(async () => {
    lab = await freshLab();
    prometheus = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end(
        '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"job":"web"},"value":[1,"0.002"]}]}}',
      );
    });
    await new Promise<void>((resolve) => prometheus.listen(0, '127.0.0.1', resolve));
    // Where else should the pods of a worker go while the other one is left behind?
    await kubectl(lab.state, ['taint', 'nodes', 'cp1', 'node-role.kubernetes.io/control-plane:NoSchedule-']);
    await kubectl(lab.state, ['apply', '-f', '-'], { input: HELD });
    await kubectl(lab.state, ['rollout', 'status', 'deployment/held', '-n', 'demo', '--timeout=120s']);
    spec = await specOf(lab, (prometheus.address() as AddressInfo).port);
    file = await writeClusterFile(lab, { spec });
  });

  afterAll(() => {
    prometheus?.close();
  });

  it('stops between nodes when the window has no room for the next one', async () => {
    const began = Date.now();
    const closes = began + (UNTIL_STAGE + LEFT_AT_STAGE) * 1000;
    await writeFile(path.join(lab.dir, 'stage-at'), String(Math.floor(closes / 1000) - LEFT_AT_STAGE));
    file = await writeClusterFile(lab, { spec: { ...spec, windows: [windowUntil(began, closes)] } });
    const result = await upgrade();
    expect(result.code).toBe(4);
    expect(result.stderr + result.stdout).toContain('WINDOW_ENDED');
    expect(result.stdout + result.stderr).toMatch(/goes on in the next window at \d{4}-/);
    const facts = await nodeFacts(lab.state);
    expect(facts.find(({ name }) => name === 'cp1')).toMatchObject({
      kubelet: 'v1.36.3',
      unschedulable: false,
    });
    for (const name of ['w1', 'w2'])
      expect(facts.find((node) => node.name === name)).toMatchObject({
        kubelet: 'v1.35.4',
        unschedulable: false,
        marks: [],
      });
    // The hooks and gates of the control plane were there, once each.
    expect((await logged()).trim().split('\n')).toEqual([
      'before-hop ',
      'before-node cp1',
      'gate cp1',
      'after-node cp1',
    ]);
    expect(asked).toHaveLength(0);
  });

  it('waits for the next window, leaves the node that cannot be drained, and ends failed with its name', async () => {
    const opens = Math.ceil((Date.now() + 15_000) / 60_000) * 60_000;
    file = await writeClusterFile(lab, {
      spec: { ...spec, windows: [windowUntil(opens, opens + 3600_000)] },
    });
    const result = await upgrade('--wait-for-window');
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('waiting for the window that opens at');
    const text = result.stdout + result.stderr;
    expect(text).toContain('NODE_QUARANTINED');
    expect(text).toMatch(
      /pod demo\/held-\S+ of Deployment\/demo\/held, guarded by PodDisruptionBudget\/demo\/held/,
    );
    const facts = await nodeFacts(lab.state);
    expect(facts.find(({ name }) => name === 'w1')).toMatchObject({
      kubelet: 'v1.35.4',
      unschedulable: true,
      marks: ['kubestair.dev/cordoned-by'],
    });
    expect(facts.find(({ name }) => name === 'w2')).toMatchObject({
      kubelet: 'v1.36.3',
      unschedulable: false,
      marks: [],
    });
    expect(asked).toHaveLength(0);
  });

  it('takes it up again once its budget lets it, and passes the gates of the hop', async () => {
    await kubectl(lab.state, ['delete', 'pdb', 'held', '-n', 'demo']);
    await appendFile(path.join(lab.dir, 'no-budget'), '');
    file = await writeClusterFile(await asUpgrader(lab), { spec });
    const result = await upgrade('--output', 'json');
    expect(result.code).toBe(0);
    const { apiWrites } = JSON.parse(result.stdout) as {
      readonly apiWrites: { readonly ok: number; readonly failed: number };
    };
    expect(apiWrites.ok).toBeGreaterThan(10);
    // No control plane restarts in this run.
    expect(apiWrites.failed).toBe(0);
    for (const node of await nodeFacts(lab.state))
      expect(node).toMatchObject({ kubelet: 'v1.36.3', unschedulable: false, marks: [] });
    expect(asked[0]).toContain('/api/v1/query?query=');
    expect(
      (await logged())
        .split('\n')
        .filter((line) => line.startsWith('gate '))
        .toSorted(),
    ).toEqual(['gate cp1', 'gate w1', 'gate w2']);
    const left = await kubectl(lab.state, [
      'get',
      'jobs,configmap/kubestair',
      '-A',
      '--ignore-not-found',
      '-o',
      'name',
    ]).catch(() => '');
    expect(left).not.toContain('kubestair');
  });
});

async function specOf(lab: TestLab, prometheusPort: number): Promise<Record<string, unknown>> {
  const log = path.join(lab.dir, 'commands.log');
  const { command: program, env } = kubectlCommand(lab.state);
  const script = path.join(lab.dir, 'hold.sh');
  await mkdir(path.join(lab.dir, 'clusters'), { recursive: true });
  await writeFile(path.join(lab.dir, 'clusters', 'job.yaml'), JOB);
  await writeFile(path.join(lab.dir, 'budget.yaml'), HELD_BUDGET);
  // A budget that comes when the plan is made already: no plan could foresee it.
  await writeFile(
    script,
    `echo "before-node $KUBESTAIR_NODE" >>${log}
[ "$KUBESTAIR_NODE" != w1 ] || [ -e ${lab.dir}/no-budget ] || KUBECONFIG=${env.KUBECONFIG} ${program} apply -f ${lab.dir}/budget.yaml
`,
  );
  await chmod(script, 0o755);
  const port = await kubectl(lab.state, [
    'get',
    'service',
    'web',
    '-n',
    'demo',
    '-o',
    'jsonpath={.spec.ports[0].nodePort}',
  ]);
  const address = lab.state.hosts.find(({ name }) => name === 'cp1')?.address ?? '';
  const until = path.join(lab.dir, 'stage-at');
  return {
    // How far a backup is proven is not what this is about.
    backup: {
      store: `s3://${lab.access.s3.bucket}/${storePrefix(lab)}`,
      pathStyle: true,
      prove: 'cross-proof',
    },
    controlPlane: { soak: '5s' },
    workers: { maxUnavailable: 2, parallel: 1 },
    drain: { timeout: '45s', deleteEmptyDir: true, onTimeout: 'quarantine' },
    gates: {
      timeout: '5m',
      checks: [
        { name: 'command', at: 'node', command: `echo "gate $KUBESTAIR_NODE" >>${log}`, timeout: '30s' },
        { name: 'page', at: 'node', http: { url: `http://${address}:${port}/ready` }, timeout: '1m' },
        {
          name: 'errors',
          at: 'hop',
          prometheus: { url: `http://127.0.0.1:${prometheusPort}`, query: 'rate(errors[1m])', below: 0.01 },
          soak: '5s',
        },
        { name: 'job', at: 'hop', job: { manifest: 'job.yaml', namespace: 'demo' }, timeout: '2m' },
      ],
    },
    hooks: [
      // Waits until the window has room for a control plane and not for the workers after it.
      {
        name: 'late',
        when: 'before-hop',
        command: `echo "before-hop $KUBESTAIR_NODE" >>${log}; while [ "$(date +%s)" -lt "$(cat ${until})" ]; do sleep 1; done`,
        timeout: '5m',
      },
      { name: 'hold', when: 'before-node', command: script },
      { name: 'back', when: 'after-node', command: `echo "after-node $KUBESTAIR_NODE" >>${log}` },
    ],
  };
}

/** A window that opened at the full minute, and closes at a moment. */
function windowUntil(from: number, until: number): Record<string, string> {
  const opened = new Date(Math.floor(from / 60_000) * 60_000);
  const seconds = Math.round((until - opened.getTime()) / 1000);
  return {
    cron: `${opened.getUTCMinutes()} ${opened.getUTCHours()} * * *`,
    duration: `${seconds}s`,
    timezone: 'UTC',
  };
}
