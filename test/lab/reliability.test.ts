import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../src/report/model.ts';
import { nodeTimes } from '../../src/report/node-times.ts';
import { formatSeconds, secondsBetween } from '../../src/report/units.ts';
import { type LoadReport, type Requests, startLoad } from './load.ts';
import { expectVersion } from './support/expect-version.ts';
import { tellFigures } from './support/figures.ts';
import { kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { clusterHosts } from './topology.ts';
import { type BudgetReport, watchBudget } from './watch-budget.ts';
import { demoNamespace } from './workloads/deploy.ts';

type Upgraded = Extract<Result, { readonly command: 'upgrade' }>;

describe('kubestair upgrade of three control planes and two workers, 1.35.4 to 1.37.1 in one command, under load', () => {
  let lab: TestLab;
  let file: string;

  beforeAll(async () => {
    lab = await freshLab('ha');
    file = await writeClusterFile(lab, { version: 'v1.37.1' });
  });

  it(
    'loses no write and no request of the workload',
    async () => {
      const watch = await watchBudget({
        kubeconfig: lab.access.kubeconfig,
        namespace: demoNamespace,
        deployment: 'web',
        service: 'web',
        addresses: clusterHosts(lab.state.hosts).map((host) => host.address),
      });
      const load = await startLoad(lab.access.kubeconfig);
      const run = await kubestair(['upgrade', '-f', file, '-o', 'json'], storeEnvironment(lab.access));
      const [workload, api] = await Promise.all([watch.stop(), load.stop()]);
      console.error(JSON.stringify({ workload, api }, null, 2));

      expect(run.code).toBe(0);
      const result = JSON.parse(run.stdout) as Upgraded;
      await tellFigures('ha', 'npm run test:lab:ha', figuresOf(result, workload, api));
      expect(result.plan.steps.map(({ hop }) => hop.to)).toContain('v1.36.3');
      expect(workload.requests).toBeGreaterThan(1000);
      expect(workload.failures).toEqual([]);
      expect(workload.minimumReady).toBeGreaterThanOrEqual(2);
      expect(api.writes.sent).toBeGreaterThan(1000);
      expect(api.writes.failures).toEqual([]);
      expect(api.reads.failures).toEqual([]);
      expect(api.lost).toEqual([]);
      expect(api.stale).toEqual([]);
      expect(result.apiWrites).toMatchObject({ failed: 0 });
      await expectVersion(lab, '1.37.1', '3.7.0');
    },
    90 * 60_000,
  );
});

function figuresOf(
  result: Upgraded,
  workload: BudgetReport,
  api: LoadReport,
): readonly (readonly [string, string])[] {
  const { apiWrites, records } = result;
  const probe = apiWrites && {
    ...{ sent: apiWrites.ok + apiWrites.failed, retried: apiWrites.retried },
    ...{ failed: apiWrites.failed, longestGapSeconds: apiWrites.longestGapSeconds },
  };
  return [
    ['the whole command', formatSeconds(secondsBetween(result.startedAt, result.finishedAt))],
    [
      'requests of the workload, each to one node and to the next one where that does not answer',
      `${workload.requests}, ${workload.failures.length} failed, ${workload.retried} answered by another node`,
    ],
    ['replicas of the workload ready at the lowest', `${workload.minimumReady} of 3, its budget wants 2`],
    ['writes to the API', requestsText(api.writes)],
    ['writes that were acknowledged and not there at the end', String(api.lost.length)],
    ['reads from the API', requestsText(api.reads)],
    ['reads older than what the reader had written', String(api.stale.length)],
    ...(probe ? [["Kubestair's own write probe", probeText(probe)] as const] : []),
    ...nodeTimes(records).flatMap(({ node, to, away }) =>
      away === undefined
        ? []
        : [[`${node} to ${to}: cordoned until uncordoned`, formatSeconds(away)] as const],
    ),
  ];
}

function requestsText({ sent, failures, retried, longestGapSeconds }: Requests): string {
  return probeText({ sent, failed: failures.length, retried, longestGapSeconds });
}

function probeText(seen: {
  readonly sent: number;
  readonly failed: number;
  readonly retried: number;
  readonly longestGapSeconds: number;
}): string {
  const { sent, failed, retried, longestGapSeconds } = seen;
  return `${sent}, ${failed} failed, ${retried} at the second try; at most ${longestGapSeconds} s between two`;
}
