import { beforeAll, describe, expect, it } from 'vitest';
import type { StepKind } from '../../src/plan/plan.ts';
import { onHost } from './ssh.ts';
import { type KilledRun, type KillPoint, runUntilKilled } from './support/kill-points.ts';
import { kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { expectUpgraded } from './support/upgraded.ts';
import { clusterHosts } from './topology.ts';
import { watchBudget } from './watch-budget.ts';
import { demoNamespace } from './workloads/deploy.ts';

/** Kinds of steps that one hop of a cluster without gates and hooks of its own has in its journal. */
const KINDS = [
  'stage',
  'control-plane',
  'drain',
  'kubelet',
  'ready',
  'uncordon',
  'settle',
  'node-config',
] as const satisfies readonly StepKind[];

/** All of them, or the share of a day: `KUBESTAIR_KILL=all`, `KUBESTAIR_KILL=1/4`. */
function pointsOfToday(): readonly KillPoint[] {
  const all = KINDS.flatMap((kind) => (['middle', 'after'] as const).map((when) => ({ kind, when })));
  const wanted = process.env.KUBESTAIR_KILL ?? 'all';
  if (wanted === 'all') return all;
  const [, share = '', of = ''] = /^(\d+)\/(\d+)$/.exec(wanted) ?? [];
  const points = all.filter((_, index) => index % Number(of) === Number(share) % Number(of));
  if (points.length === 0)
    throw new Error(`KUBESTAIR_KILL: ${wanted} is neither "all" nor a share such as 1/4`);
  return points;
}

describe('kubestair upgrade, killed again and again', () => {
  const points = pointsOfToday();
  const killed: KilledRun[] = [];
  let lab: TestLab;
  let file: string;

  beforeAll(async () => {
    lab = await freshLab();
    file = await writeClusterFile(lab, { version: 'v1.36.3' });
  });

  it(
    `ends after ${points.length} kills as if there had been none, within the budgets`,
    async () => {
      const watch = await watchBudget({
        kubeconfig: lab.access.kubeconfig,
        namespace: demoNamespace,
        deployment: 'web',
        service: 'web',
        addresses: lab.state.hosts.map((host) => host.address),
      });
      const args = ['upgrade', '-f', file];
      const env = storeEnvironment(lab.access);
      let left = points;
      for (;;) {
        const run = await runUntilKilled(lab, args, env, left);
        killed.push(run);
        console.error(`killed ${run.at ? `${run.at.when} ${run.step}` : `not: exit code ${run.code}`}`);
        if (run.at === undefined) break;
        left = left.filter((point) => point !== run.at);
      }
      const seen = await watch.stop();
      console.error(JSON.stringify(seen));
      const last = killed.at(-1);
      expect(last?.code, last?.printed).toBe(0);
      expect(left).toEqual([]);
      expect(seen.minimumReady).toBeGreaterThanOrEqual(2);
      expect(seen.failures).toEqual([]);
      await expectUpgraded(lab);
    },
    90 * 60_000,
  );

  it('did no work on a host twice that had not failed', async () => {
    const again = killed.flatMap(({ printed }) => printed.match(/trying again in/g) ?? []).length;
    const titles: string[] = [];
    for (const { name } of clusterHosts(lab.state.hosts)) {
      const log = await onHost(lab.state, name, 'journalctl -o cat --no-pager _PID=1');
      titles.push(...(log.match(/^Started kubestair-[0-9a-f]+\.service.*$/gm) ?? []));
    }
    const twice = titles.length - new Set(titles).size;
    console.error(`${titles.length} units, ${twice} of them again, ${again} retries`);
    expect(titles.length).toBeGreaterThan(0);
    expect(twice).toBeLessThanOrEqual(again);
  });

  it('has nothing left to do', async () => {
    const result = await kubestair(['upgrade', '-f', file, '-o', 'json'], storeEnvironment(lab.access));
    expect(JSON.parse(result.stdout)).toMatchObject({ outcome: { state: 'nothing-to-do' } });
  });
});
