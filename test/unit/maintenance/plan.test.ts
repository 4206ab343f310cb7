import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../src/cluster/known.ts';
import type { NodeObservation } from '../../../src/cluster/observation.ts';
import type { MaintenanceFacts } from '../../../src/maintenance/facts.ts';
import { type MaintenanceInput, planMaintenance } from '../../../src/maintenance/plan.ts';
import { cluster, config, controlPlane, member, NOW, worker } from '../plan/sample.ts';

const RUN = '20261121T120000Z-aaaa';
const EARLIER = '20261121T080000Z-bbbb';

const nodes = [
  controlPlane('cp1', 'v1.36.3'),
  controlPlane('cp2', 'v1.36.3'),
  controlPlane('cp3', 'v1.36.3'),
  worker('w1', 'v1.36.3'),
  worker('w2', 'v1.36.3'),
];
const facts = (over: Partial<MaintenanceFacts> = {}) =>
  known<MaintenanceFacts>({ updates: ['libc6'], warnings: [], bootId: 'now', ...over });
const idle = facts({ updates: [] });

function input(
  over: Partial<MaintenanceInput> = {},
  all: readonly NodeObservation[] = nodes,
): MaintenanceInput {
  const members = [member('cp1', { leader: true }), member('cp2'), member('cp3')];
  return {
    config: config(),
    observation: cluster(all, { etcd: known({ topology: 'stacked', members, alarms: [] }) }),
    facts: new Map(all.map(({ name }) => [name, facts()])),
    onlyNeeded: false,
    runId: RUN,
    tool: 'kubestair/0.1.0',
    now: NOW,
    ...over,
  };
}

const idsOf = (given: MaintenanceInput) => planMaintenance(given).steps.map(({ id }) => id);

describe('the plan of a maintenance', () => {
  it('backs up, prepares all hosts, takes control planes one by one with the leader of etcd last, then workers', () => {
    const ids = idsOf(input());
    expect(ids.slice(0, 6)).toEqual([
      'maintain/backup',
      'maintain/cp2/prepare',
      'maintain/cp3/prepare',
      'maintain/cp1/prepare',
      'maintain/w1/prepare',
      'maintain/w2/prepare',
    ]);
    expect(ids.filter((id) => id.endsWith('/drain'))).toEqual(
      ['cp2', 'cp3', 'cp1', 'w1', 'w2'].map((name) => `maintain/${name}/drain`),
    );
    expect(ids.filter((id) => id.startsWith('maintain/cp2/'))).toEqual([
      'maintain/cp2/prepare',
      'maintain/cp2/etcd-before',
      'maintain/cp2/drain',
      'maintain/cp2/system',
      'maintain/cp2/reboot',
      'maintain/cp2/ready',
      'maintain/cp2/etcd-after',
      'maintain/cp2/uncordon',
      'maintain/cp2/settle',
      'maintain/cp2/close',
    ]);
    expect(ids.slice(-5).every((id) => id.endsWith('/close'))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('takes workers in batches as the cluster file says', () => {
    const { workers } = config();
    const file = config({ workers: { ...workers, strategy: 'rolling', maxUnavailable: 2, order: [] } });
    const { steps } = planMaintenance(input({ config: file }));
    const batch = steps.filter((step) => step.batch === 'maintain/workers-1');
    expect(new Set(batch.map(({ node }) => node))).toEqual(new Set(['w1', 'w2', undefined]));
  });

  it('leaves out what needs nothing, and the backup where no control plane is touched', () => {
    const found = new Map(nodes.map(({ name }) => [name, name === 'w2' ? facts() : idle]));
    const plan = planMaintenance(input({ facts: found, onlyNeeded: true }));
    expect(new Set(plan.steps.map(({ node }) => node))).toEqual(new Set(['w2']));
    expect(plan.nodes.filter(({ due }) => due).map(({ node }) => node)).toEqual(['w2']);
  });

  it('has nothing to do where nothing is needed', () => {
    const found = new Map(nodes.map(({ name }) => [name, idle]));
    expect(planMaintenance(input({ facts: found, onlyNeeded: true })).verdict).toBe('nothing-to-do');
  });

  it('leaves the restart out where the file says never', () => {
    const file = config({ maintenance: { packages: 'update', reboot: 'never', run: [] } });
    expect(idsOf(input({ config: file })).some((id) => id.endsWith('/reboot'))).toBe(false);
  });

  it('goes on with what an earlier run began, and takes no host again that is through', () => {
    const record = { id: EARLIER, bootBefore: 'now', systemDone: true, closed: false };
    const found = new Map([
      ...nodes.map(({ name }) => [name, facts({ record })] as const),
      ['w1', facts({ record: { ...record, systemDone: false } })] as const,
    ]);
    const plan = planMaintenance(input({ facts: found }));
    expect(plan).toMatchObject({ id: EARLIER, goesOn: true });
    expect(plan.steps.filter(({ kind }) => kind === 'drain').map(({ node }) => node)).toEqual(['w1']);
    expect(plan.steps.every(({ maintenance = EARLIER }) => maintenance === EARLIER)).toBe(true);
    expect(plan.steps.some(({ kind }) => kind === 'prepare')).toBe(false);
  });

  it('begins another one where the earlier one lies weeks back', () => {
    const record = { id: '20261001T080000Z-bbbb', bootBefore: 'now', systemDone: true, closed: false };
    const found = new Map(nodes.map(({ name }) => [name, facts({ record })]));
    expect(planMaintenance(input({ facts: found }))).toMatchObject({ id: RUN, goesOn: false });
  });

  it('does not touch a cluster with a host that cannot be asked', () => {
    const found = new Map([...input().facts, ['w2', unknown('no route')]]);
    const plan = planMaintenance(input({ facts: found }));
    expect(plan.verdict).toBe('blocked');
    expect(plan.findings).toContainEqual(
      expect.objectContaining({ check: 'host-maintenance', severity: 'unknown', object: 'Node/w2' }),
    );
  });

  it('does not touch a cluster in the middle of an upgrade', () => {
    const cut = [...nodes.slice(0, 4), worker('w2', 'v1.36.3', { unschedulable: true, cordonedBy: EARLIER })];
    const plan = planMaintenance(input({}, cut));
    expect(plan.verdict).toBe('blocked');
    expect(plan.findings[0]?.message).toContain(EARLIER);
  });

  it('is stopped by an etcd that cannot spare a member', () => {
    const members = [member('cp1'), member('cp2', { healthy: false }), member('cp3')];
    const observation = cluster(nodes, { etcd: known({ topology: 'stacked', members, alarms: [] }) });
    expect(planMaintenance(input({ observation })).verdict).toBe('blocked');
  });
});
