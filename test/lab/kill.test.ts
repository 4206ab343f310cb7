import { beforeAll, describe, expect, it } from 'vitest';
import { formatSeconds } from '../../src/report/units.ts';
import { releaseOf } from './parts/releases.ts';
import { onHost } from './ssh.ts';
import { expectVersion } from './support/expect-version.ts';
import { tellFigures } from './support/figures.ts';
import { fitInOneHop, killPoints, WITH_USER_STEPS } from './support/kill-kinds.ts';
import { type KilledRun, runUntilKilled } from './support/kill-points.ts';
import { kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { clusterHosts } from './topology.ts';
import { watchBudget } from './watch-budget.ts';
import { demoNamespace } from './workloads/deploy.ts';

describe('kubestair upgrade, killed again and again', () => {
  const points = killPoints(process.env['KUBESTAIR_KILL'] ?? 'all');
  const killed: KilledRun[] = [];
  const hops = fitInOneHop(points) ? 1 : 2;
  const target = hops === 1 ? '1.36.3' : '1.37.1';
  let lab: TestLab;
  let file: string;
  const figures: [string, string][] = [];

  beforeAll(async () => {
    lab = await freshLab(hops === 1 ? 'small' : 'stairs');
    file = await writeClusterFile(lab, {
      version: `v${target}`,
      prove: 'cross-proof',
      spec: WITH_USER_STEPS,
    });
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
      const began = performance.now();
      for (;;) {
        const run = await runUntilKilled(lab, args, env, left);
        killed.push(run);
        console.error(
          `killed ${run.at ? `${run.at.when} ${run.step}` : `not: exit code ${run.code}`}\n${run.printed}`,
        );
        if (run.at === undefined) break;
        left = left.filter((point) => point !== run.at);
      }
      const seen = await watch.stop();
      console.error(JSON.stringify(seen));
      const last = killed.at(-1);
      figures.push(
        ['kills, each at another kind of step or time', `${killed.length - 1} of ${points.length}`],
        ['the whole, with every waiting for the lock', formatSeconds((performance.now() - began) / 1000)],
        ['replicas of the workload ready at the lowest', `${seen.minimumReady} of 3, its budget wants 2`],
        ['requests of the workload', `${seen.requests}, ${seen.failures.length} failed`],
      );
      expect(last?.code, last?.printed).toBe(0);
      expect(left).toEqual([]);
      expect(seen.minimumReady).toBeGreaterThanOrEqual(2);
      expect(seen.failures).toEqual([]);
      await expectVersion(lab, target, releaseOf(target).etcd);
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
    figures.push(
      ['pieces of work that were started on hosts', String(titles.length)],
      ['of which again', `${twice}, after ${again} failed attempts that were told of`],
    );
    await tellFigures('kill', 'npm run test:lab:kill', figures);
    expect(titles.length).toBeGreaterThan(0);
    expect(twice).toBeLessThanOrEqual(again);
  });

  it('has nothing left to do', async () => {
    const result = await kubestair(['upgrade', '-f', file, '-o', 'json'], storeEnvironment(lab.access));
    expect(JSON.parse(result.stdout)).toMatchObject({ outcome: { state: 'nothing-to-do' } });
  });
});
