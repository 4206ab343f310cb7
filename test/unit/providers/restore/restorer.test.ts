import { expect, it } from 'vitest';
import { unknown } from '../../../../src/cluster/known.ts';
import { openRestorer } from '../../../../src/providers/kubeadm/restore/restorer.ts';
import type { RestorePlan, RestoreStep } from '../../../../src/restore/etcd/plan.ts';
import { memoryStore } from '../../backup/support/memory-store.ts';
import { localHost, quickClock, told } from '../local-host.ts';

const source = { store: memoryStore(), prefix: 'prod/b1/', identities: [] };

/** Runs a step on one control plane whose script fails. */
async function fail(kind: RestoreStep['kind']): Promise<void> {
  const host = localHost();
  const restorer = openRestorer({
    hostOf: () => host,
    routesFrom: () => Promise.reject(new Error('not asked')),
    repository: undefined,
    clock: quickClock(),
  });
  const step: RestoreStep = {
    id: `r1/w1/${kind}`,
    kind,
    node: 'w1',
    does: 'Bring packages of 1.35 to w1',
    script: 'echo "E: Unable to fetch some archives" >&2; exit 100',
  };
  const plan: RestorePlan = {
    format: 'kubestair.dev/restore-plan/v1',
    tool: 'kubestair/0.1.0',
    cluster: 'prod',
    backupId: 'b1',
    backupUid: 'u1',
    restoreId: 'r1',
    goesOn: false,
    from: 'v1.36.3',
    to: 'v1.35.4',
    hosts: [{ name: 'w1', address: 'w1.example', role: 'control-plane' }],
    kept: [],
    steps: [step],
    functions: '',
    findings: [],
    losses: unknown('not asked'),
    writtenAfter: '1000004712',
  };
  await restorer.run(step, plan, source, told());
}

it('says that nothing was stopped where packages did not reach a host before a rollback', async () => {
  await expect(fail('stage')).rejects.toMatchObject({
    code: 'ROLLBACK_STAGE',
    object: 'Node/w1',
    message: expect.stringMatching(/Unable to fetch some archives[\s\S]*Nothing was stopped\./),
    next: expect.stringMatching(/.+/),
  });
});

it('does not say so of what comes later', async () => {
  await expect(fail('put-back')).rejects.toMatchObject({ code: 'STEP_FAILED' });
});
