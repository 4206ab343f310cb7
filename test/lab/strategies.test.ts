import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { kubectl } from './kubectl.ts';
import { kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { nodeFacts } from './support/versions.ts';
import { watchBudget } from './watch-budget.ts';
import { demoNamespace } from './workloads/deploy.ts';

const SOAK_SECONDS = 20;

/** What a result says of one step. */
interface StepRecord {
  readonly step: { readonly kind: string; readonly node?: string; readonly closes?: string };
  readonly state: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

describe('kubestair upgrade, by strategy of its workers', () => {
  let lab: TestLab;

  beforeEach(async () => {
    lab = await freshLab();
    // Where else should the pods of two workers go that are away together?
    await kubectl(lab.state, ['taint', 'nodes', 'cp1', 'node-role.kubernetes.io/control-plane:NoSchedule-']);
    await kubectl(lab.state, ['label', 'node', 'w2', 'pool=canary']);
  });

  const upgrade = async (workers: object, gates: object = {}) => {
    const file = await writeClusterFile(lab, {
      version: 'v1.36.3',
      prove: 'cross-proof',
      spec: {
        controlPlane: { soak: '5s' },
        workers,
        gates,
      },
    });
    const result = await kubestair(['upgrade', '-f', file, '-o', 'json'], storeEnvironment(lab.access));
    expect(result.code, result.stderr).toBe(0);
    const { records } = JSON.parse(result.stdout) as { readonly records: readonly StepRecord[] };
    for (const node of await nodeFacts(lab.state))
      expect(node).toMatchObject({ kubelet: 'v1.36.3', ready: true, unschedulable: false, marks: [] });
    const at = (kind: string, node: string) => {
      const record = records.find(({ step }) => step.kind === kind && step.node === node);
      return { from: Date.parse(record?.startedAt ?? ''), to: Date.parse(record?.finishedAt ?? '') };
    };
    return { records, at };
  };

  it('rolling: canaries first, watched and through their gate, then half of the workers at a time', async () => {
    const log = path.join(lab.dir, 'gate.log');
    const watch = await watchBudget({
      kubeconfig: lab.access.kubeconfig,
      namespace: demoNamespace,
      deployment: 'web',
      service: 'web',
      addresses: lab.state.hosts.map(({ address }) => address),
    });
    const { records, at } = await upgrade(
      {
        strategy: 'rolling',
        maxUnavailable: '50%',
        canary: { selector: 'pool=canary', soak: `${SOAK_SECONDS}s` },
      },
      {
        checks: [
          {
            name: 'smoke',
            at: 'node',
            command: `echo "$KUBESTAIR_NODE $(date +%s)" >>${log}`,
            timeout: '30s',
          },
        ],
      },
    );
    const seen = await watch.stop();
    console.error(JSON.stringify(seen));
    expect(seen.minimumReady).toBeGreaterThanOrEqual(2);
    expect(seen.failures).toEqual([]);
    const watched = records.find(({ step }) => step.closes === 'canaries');
    const [from, to] = [watched?.startedAt, watched?.finishedAt].map((time = '') => Date.parse(time));
    expect(from).toBeGreaterThanOrEqual(at('uncordon', 'w2').to);
    expect(Number(to) - Number(from)).toBeGreaterThanOrEqual(SOAK_SECONDS * 1000);
    expect(at('drain', 'w1').from).toBeGreaterThanOrEqual(Number(to));
    const passed = (await readFile(log, 'utf8')).trim().split('\n');
    expect(passed.map((line) => line.split(' ')[0])).toEqual(['cp1', 'w2', 'w1']);
    expect(Number(passed[1]?.split(' ')[1]) * 1000).toBeLessThan(at('drain', 'w1').from);
  });

  it('all-at-once: all workers are away together', async () => {
    const { at } = await upgrade({ strategy: 'all-at-once' });
    for (const [one, other] of [
      ['w1', 'w2'],
      ['w2', 'w1'],
    ] as const)
      expect(at('kubelet', one).from).toBeLessThan(at('uncordon', other).from);
    const span = (node: string) => Math.round((at('uncordon', node).to - at('drain', node).from) / 1000);
    console.error(`away: w1 ${span('w1')} s, w2 ${span('w2')} s`);
  });
});
