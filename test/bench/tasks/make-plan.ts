import { randomBytes } from 'node:crypto';
import { systemClock } from '../../../src/adapters/clock.ts';
import { known } from '../../../src/cluster/known.ts';
import { makeCurrentPlan } from '../../../src/commands/current-plan.ts';
import { openKubeadm } from '../../../src/providers/kubeadm/provider.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { memoryStore } from '../../unit/backup/support/memory-store.ts';
import { config, host, member, VERSION_AT } from '../../unit/plan/sample.ts';
import { kubeOf, quietLog } from './access.ts';
import { countingKube } from './counting-kube.ts';
import { secondsSince, type Task } from './task.ts';

const ROLLING = { strategy: 'rolling', order: [], perHop: true, parallel: 10 } as const;

/** A plan as the command makes it; the API server is real, the hosts answer at once and have nothing to say. */
export const makePlan: Task = async (input) => {
  const { kube, counts } = countingKube(await kubeOf(input));
  const file = config({ workers: { ...ROLLING, maxUnavailable: 50 } });
  const cluster = {
    config: file,
    versionAt: VERSION_AT,
    source: { file: 'cluster.yaml', versionAt: VERSION_AT },
  };
  const started = performance.now();
  const { plan } = await makeCurrentPlan(
    cluster,
    { kube, provider: withoutHosts(kube), store: memoryStore() },
    {
      log: quietLog,
      clock: systemClock,
      signal: new AbortController().signal,
      env: {},
      cwd: '/',
      tool: 'kubestair/bench',
      tempDir: '/tmp',
      random: (bytes) => randomBytes(bytes),
    },
  );
  return {
    seconds: secondsSince(started),
    objects: plan.forecast.evictions.length,
    details: { ...counts, steps: plan.steps.length, findings: plan.findings.length },
  };
};

function withoutHosts(kube: Parameters<typeof openKubeadm>[0]['kube']): Provider {
  const noHost = (): never => {
    throw new Error('there are no hosts here');
  };
  const real = openKubeadm({
    kube,
    hostOf: noHost,
    openEtcd: noHost,
    openMetrics: noHost,
    clock: systemClock,
    config: config(),
  });
  return {
    ...real,
    configuredVersion: async () => known('v1.35.4'),
    observeHost: async () => known(host('v1.35.4')),
    observeEtcd: async () => known({ topology: 'stacked', members: [member('cp1')], alarms: [] }),
    observeRequests: async () => [],
    observeSettings: async () => ({ cluster: { found: [], unread: [] }, hosts: [] }),
    targets: async (minors) => new Map(minors.map((minor) => [minor, known(['v1.36.3'])])),
    preflight: async () => [],
  };
}
