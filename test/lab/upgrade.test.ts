import { beforeAll, describe, expect, it } from 'vitest';
import { asUpgrader, deniedRequests } from './support/as-upgrader.ts';
import { kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { expectUpgraded } from './support/upgraded.ts';
import { watchBudget } from './watch-budget.ts';
import { demoNamespace } from './workloads/deploy.ts';

describe('kubestair upgrade, 1.35.4 to 1.36.3 on three hosts', () => {
  let lab: TestLab;
  let file: string;

  beforeAll(async () => {
    lab = await freshLab();
    // Whoever may do more can do it too.
    file = await writeClusterFile(await asUpgrader(lab), { version: 'v1.36' });
  });

  it('brings every node to the target with no more than the published rights, while the workloads keep their budgets', async () => {
    const watch = await watchBudget({
      kubeconfig: lab.access.kubeconfig,
      namespace: demoNamespace,
      deployment: 'web',
      service: 'web',
      addresses: lab.state.hosts.map((host) => host.address),
    });
    const result = await kubestair(['upgrade', '-f', file, '-v'], storeEnvironment(lab.access));
    const seen = await watch.stop();
    console.error(JSON.stringify(seen));

    expect(result.code).toBe(0);
    expect(result.stdout).toContain('v1.36.3');
    expect(result.stderr).toMatch(/PATCH \/api\/v1\/nodes\/cp1\S* 200 in/);
    expect(deniedRequests(result.stderr)).toEqual([]);
    expect(seen.minimumReady).toBeGreaterThanOrEqual(2);
    expect(seen.observations).toBeGreaterThan(5);
    expect(seen.requests).toBeGreaterThan(100);
    expect(seen.failures).toEqual([]);

    await expectUpgraded(lab);
  });

  it('finds nothing to do the second time', async () => {
    const result = await kubestair(['upgrade', '-f', file, '--output', 'json'], storeEnvironment(lab.access));
    expect(result.code).toBe(0);
    const document = JSON.parse(result.stdout) as { readonly outcome: { readonly state: string } };
    expect(document.outcome.state).toBe('nothing-to-do');
  });

  it('tells what happened in status', async () => {
    const result = await kubestair(['status', '-f', file], storeEnvironment(lab.access));
    expect(result.code).toBe(0);
    for (const text of ['cp1', 'w1', 'w2', 'v1.36.3']) expect(result.stdout).toContain(text);
  });
});
