import { writeObservation } from '../../src/plan/saved/document.ts';
import { makeRecordedPlan } from '../../src/plan/saved/record.ts';
import { planningOf } from '../../src/providers/planning.ts';
import { TOOL } from '../../src/version.ts';
import { cluster, config, controlPlane, pod, VERSION_AT, worker } from '../unit/plan/sample.ts';

/** What a small cluster at v1.35.4 looked like, saved, and the hash of the plan that was made from it. */
export async function savedObservation(): Promise<{ readonly text: string; readonly hash: string }> {
  const observation = cluster(
    [controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4'), worker('w2', 'v1.35.4')],
    {
      pods: ['w1', 'w2'].map((node) =>
        pod(`web-7d4f-${node}`, node, {
          namespace: 'shop',
          controller: 'ReplicaSet/web-7d4f',
          workload: 'Deployment/shop/web',
        }),
      ),
    },
  );
  const { plan, basis } = await makeRecordedPlan({
    config: config({ version: 'v1.36.3' }),
    versionAt: VERSION_AT,
    observation,
    tool: TOOL,
    now: new Date('2026-11-21T09:05:07Z'),
    provider: {
      ...planningOf({ provider: 'kubeadm' }),
      targets: async () => new Map(),
      preflight: async () => [],
    },
  });
  const saved = {
    tool: TOOL,
    savedAt: '2026-11-21T09:05:07Z',
    pseudonymised: false,
    file: 'clusters/prod.yaml',
    basis,
  };
  return { text: writeObservation(saved), hash: plan.hash };
}
