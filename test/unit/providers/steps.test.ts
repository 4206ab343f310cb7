import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../../src/cluster/known.ts';
import type { NodeObservation, Observation, VersionText } from '../../../src/cluster/observation.ts';
import type { RollingWorkers, WorkersConfig } from '../../../src/config/workers.ts';
import type { Hop, Step } from '../../../src/plan/plan.ts';
import { unitsOf } from '../../../src/plan/units.ts';
import { kubeadmSteps } from '../../../src/providers/kubeadm/steps.ts';
import { cluster, config, controlPlane, host, scheduling, worker } from '../plan/sample.ts';

const hop: Hop = { from: 'v1.35.4', to: 'v1.36.3' };
const OLD: VersionText = 'v1.35.4';
const NEW: VersionText = 'v1.36.3';

function idsOf(nodes: readonly NodeObservation[], over: Partial<Observation> = {}): readonly string[] {
  return kubeadmSteps(hop, cluster(nodes, over), config()).map(({ id }) => id.replace('v1.36.3/', ''));
}

/** Control planes go by name where no member of etcd is known to lead. */
const leaderless = { etcd: unknown('nobody asked') };

/** Static pods at the target, the kubelet not yet. */
function halfDone(name: string): NodeObservation {
  return { ...controlPlane(name, OLD), components: controlPlane(name, NEW).components };
}

test('a fresh cluster: packages everywhere, the control plane, then each worker, each settled before the next', () => {
  expect(idsOf([worker('w2', OLD), worker('w1', OLD), controlPlane('cp1', OLD)])).toEqual([
    'cp1/stage',
    'w1/stage',
    'w2/stage',
    'cp1/control-plane',
    'cp1/drain',
    'cp1/kubelet',
    'cp1/ready',
    'cp1/uncordon',
    'cp1/settle',
    'w1/node-config',
    'w1/drain',
    'w1/kubelet',
    'w1/ready',
    'w1/uncordon',
    'w1/settle',
    'w2/node-config',
    'w2/drain',
    'w2/kubelet',
    'w2/ready',
    'w2/uncordon',
    'settle',
  ]);
});

test('packages and images come to several control planes one after another, to all other hosts side by side', () => {
  const staged = (nodes: readonly NodeObservation[]) => {
    const steps = kubeadmSteps(hop, cluster(nodes, leaderless), config()).filter(
      ({ kind }) => kind === 'stage',
    );
    return [...Map.groupBy(steps, ({ batch }) => batch).values()].map((batch) =>
      batch.map(({ node }) => node),
    );
  };
  const workers = ['w1', 'w2'].map((name) => worker(name, OLD));
  const servers = ['cp1', 'cp2', 'cp3'].map((name) => controlPlane(name, OLD));
  expect(staged([...servers, ...workers])).toEqual([['cp1'], ['cp2'], ['cp3'], ['w1', 'w2']]);
  expect(staged([...servers.slice(0, 1), ...workers])).toEqual([['cp1', 'w1', 'w2']]);
});

test('of three control planes one gets kubeadm upgrade apply', () => {
  const nodes = ['cp3', 'cp1', 'cp2'].map((name) => controlPlane(name, OLD));
  const does = kubeadmSteps(hop, cluster(nodes, leaderless), config())
    .filter(({ kind }) => kind === 'control-plane')
    .map((step) => step.does);
  expect(does).toEqual([
    'kubeadm upgrade apply v1.36.3 on cp1',
    'kubeadm upgrade node on control plane cp2',
    'kubeadm upgrade node on control plane cp3',
  ]);
});

test('a control plane that was begun is finished first, again with apply', () => {
  const nodes = [controlPlane('cp1', OLD), halfDone('cp2'), controlPlane('cp3', OLD)];
  for (const configuredVersion of [known<VersionText>(OLD), known<VersionText>(NEW)]) {
    const steps = kubeadmSteps(hop, cluster(nodes, { ...leaderless, configuredVersion }), config());
    expect(steps.filter(({ kind }) => kind === 'control-plane').map((step) => step.does)).toEqual([
      'kubeadm upgrade apply v1.36.3 on cp2',
      'kubeadm upgrade node on control plane cp1',
      'kubeadm upgrade node on control plane cp3',
    ]);
  }
});

test('once one control plane is through, the others follow with node', () => {
  const nodes = [controlPlane('cp2', NEW), controlPlane('cp1', OLD)];
  const steps = kubeadmSteps(hop, cluster(nodes, { configuredVersion: known(NEW) }), config());
  expect(steps.map((step) => step.node ?? '')).not.toContain('cp2');
  expect(steps.find(({ kind }) => kind === 'control-plane')?.does).toBe(
    'kubeadm upgrade node on control plane cp1',
  );
});

const drained = { unschedulable: true, cordonedBy: 'run-1' };
const looseHost = {
  kubeadm: { version: '1.36.3-1.1', held: true },
  kubelet: { version: '1.36.3-1.1', held: false },
  kubectl: { version: '', held: false },
};

test.each<[string, NodeObservation, readonly string[]]>([
  ['at the target', worker('w1', NEW), []],
  ['at a newer patch', worker('w1', 'v1.36.4'), []],
  ['at the target with a foreign cordon', worker('w1', NEW, { unschedulable: true }), []],
  [
    'at the target with a cordon of Kubestair',
    worker('w1', NEW, drained),
    ['w1/ready', 'w1/uncordon', 'settle'],
  ],
  [
    'at the target with a package that is not held',
    worker('w1', NEW, { host: known(host(NEW, { packages: looseHost })) }),
    ['w1/stage', 'w1/kubelet', 'w1/ready', 'settle'],
  ],
  [
    'drained, the kubelet still old',
    worker('w1', OLD, drained),
    ['w1/stage', 'w1/node-config', 'w1/drain', 'w1/kubelet', 'w1/ready', 'w1/uncordon', 'settle'],
  ],
  [
    'with the package in place but the old kubelet running',
    worker('w1', OLD, { ...drained, host: known(host(NEW)) }),
    ['w1/stage', 'w1/node-config', 'w1/drain', 'w1/kubelet', 'w1/ready', 'w1/uncordon', 'settle'],
  ],
])('a worker %s', (_, node, expected) => {
  expect(idsOf([controlPlane('cp1', NEW), node])).toEqual(expected);
});

test.each<[string, NodeObservation, Partial<Observation>, readonly string[]]>([
  ['through with everything', controlPlane('cp1', NEW), {}, []],
  [
    'with new static pods and the old kubelet',
    halfDone('cp1'),
    { configuredVersion: known(NEW) },
    ['cp1/stage', 'cp1/control-plane', 'cp1/drain', 'cp1/kubelet', 'cp1/ready', 'cp1/uncordon', 'settle'],
  ],
  [
    'whose apply did not get to write the configuration',
    controlPlane('cp1', NEW),
    { configuredVersion: known(OLD) },
    ['cp1/stage', 'cp1/control-plane', 'cp1/ready', 'settle'],
  ],
  [
    'whose static pods cannot be read',
    controlPlane('cp1', NEW, { components: unknown('no static pods') }),
    {},
    ['cp1/stage', 'cp1/control-plane', 'cp1/ready', 'settle'],
  ],
])('a control plane %s', (_, node, over, expected) => {
  expect(idsOf([node], over)).toEqual(expected);
});

test('a control plane is watched for as long as the file says', () => {
  const steps = kubeadmSteps(
    hop,
    cluster([controlPlane('cp1', OLD), worker('w1', OLD)]),
    config({ controlPlane: { soakSeconds: 45 } }),
  );
  const settle = steps.find(({ id }) => id === 'v1.36.3/cp1/settle');
  expect(settle).toMatchObject({ expectedSeconds: 65, does: expect.stringContaining('watch for 45 s') });
});

test('ids are unique and the same from run to run', () => {
  const nodes = [controlPlane('cp1', OLD), controlPlane('cp2', OLD), worker('w1', OLD)];
  const ids = idsOf(nodes, leaderless);
  expect(new Set(ids).size).toBe(ids.length);
  expect(idsOf([halfDone('cp1'), controlPlane('cp2', OLD), worker('w1', OLD)], leaderless)).toEqual(ids);
});

describe('workers in batches', () => {
  const nodes = [
    controlPlane('cp1', NEW),
    ...['w1', 'w2', 'w3', 'w4', 'w5'].map((name) =>
      worker(name, OLD, { scheduling: scheduling({ pool: name === 'w4' ? 'canary' : 'web' }) }),
    ),
  ];
  const canary = { selector: 'pool=canary', soakSeconds: 300 };
  const rolling = (over: Partial<RollingWorkers>): WorkersConfig => ({
    strategy: 'rolling',
    maxUnavailable: 2,
    order: [],
    perHop: true,
    parallel: 10,
    ...over,
  });
  const stepsOf = (workers: WorkersConfig, of: readonly NodeObservation[] = nodes) =>
    kubeadmSteps(hop, cluster(of, { configuredVersion: known(NEW) }), config({ workers }));
  const unitsIn = (steps: readonly Step[]) =>
    unitsOf(steps).map(({ lanes, after }) =>
      [lanes.map((lane) => lane[0]?.node ?? '').join('+'), ...after.map(({ closes }) => closes)].join(' '),
    );

  test('of two go together and settle together', () => {
    const steps = stepsOf(rolling({}));
    expect(unitsIn(steps)).toEqual(['w1+w2+w3+w4+w5', 'w1+w2 batch', 'w3+w4 batch', 'w5', '']);
    expect(steps.find(({ id }) => id === `${NEW}/w2/settle`)).toMatchObject({
      does: 'Wait until workloads are as healthy as before w1, w2 were upgraded',
    });
    expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
  });

  test('go all at once where the file says so', () => {
    const steps = stepsOf({ strategy: 'all-at-once', perHop: true, parallel: 10 });
    expect(unitsIn(steps)).toEqual(['w1+w2+w3+w4+w5', 'w1+w2+w3+w4+w5', '']);
  });

  test('canaries go first and are watched before any other', () => {
    const steps = stepsOf(rolling({ canary }));
    expect(unitsIn(steps)).toEqual(['w4+w1+w2+w3+w5', 'w4', '', 'w1+w2 batch', 'w3+w5', '']);
    expect(steps.find(({ closes }) => closes === 'canaries')).toMatchObject({
      id: `${NEW}/canaries/settle`,
      soakSeconds: 300,
      expectedSeconds: 320,
    });
  });

  test('a run that was cut off while it watched the canaries watches them again', () => {
    const watched = nodes.map((node) =>
      node.name === 'w4' ? { ...node, kubelet: NEW, host: known(host(NEW)) } : node,
    );
    expect(unitsIn(stepsOf(rolling({ canary }), watched))).toEqual([
      'w1+w2+w3+w5',
      '',
      'w1+w2 batch',
      'w3+w5',
      '',
    ]);
    const beyond = watched.map((node) => (node.name === 'w1' ? { ...node, cordonedBy: 'run-1' } : node));
    expect(unitsIn(stepsOf(rolling({ canary }), beyond))).toEqual([
      'w1+w2+w3+w5',
      'w1+w2 batch',
      'w3+w5',
      '',
    ]);
  });
});
