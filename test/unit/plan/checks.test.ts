import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../../src/cluster/known.ts';
import type { EtcdObservation, Observation } from '../../../src/cluster/observation.ts';
import type { ClusterConfig } from '../../../src/config/schema.ts';
import { DESCRIPTIONS, runChecks } from '../../../src/plan/checks/registry.ts';
import { evictionsOf } from '../../../src/plan/disruption.ts';
import type { Hop, Step } from '../../../src/plan/plan.ts';
import {
  budget,
  cluster,
  config,
  controlPlane,
  host,
  member,
  NOW,
  plainProvider,
  pod,
  step,
  worker,
} from './sample.ts';

const HOP = { from: 'v1.35.4', to: 'v1.36.3' } as const;
const nodes = [controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4'), worker('w2', 'v1.35.4')];

interface Given {
  readonly observation?: Observation;
  readonly config?: ClusterConfig;
  readonly hop?: Hop;
  readonly steps?: readonly Step[];
}

/** `severity object` of each finding of one check, for the plan of one hop. */
function found(check: string, given: Given = {}): readonly string[] {
  return findings(check, given).map(({ severity, object }) => `${severity} ${object}`);
}

function findings(check: string, { observation = cluster(nodes), hop = HOP, ...given }: Given) {
  const steps = given.steps ?? plainProvider.steps(hop, observation);
  const evictions = evictionsOf(steps, observation);
  const input = { config: given.config ?? config(), observation, hops: [hop], steps, evictions, now: NOW };
  return runChecks(input).filter((finding) => finding.check === check);
}

const etcd = (over: Partial<EtcdObservation>): Observation =>
  cluster(nodes, {
    etcd: known({
      topology: 'stacked',
      members: [member('cp1'), member('cp2'), member('cp3')],
      alarms: [],
      ...over,
    }),
  });

test('a healthy cluster finds nothing but the single member of etcd', () => {
  const observation = cluster(nodes);
  const steps = plainProvider.steps(HOP, observation);
  const all = runChecks({ config: config(), observation, hops: [HOP], steps, evictions: [], now: NOW });
  expect(all.map(({ check, severity }) => `${check} ${severity}`)).toEqual(['etcd-healthy info']);
});

test('every check has an id of its own and says what it looks for', () => {
  expect(new Set(DESCRIPTIONS.map(({ id }) => id)).size).toBe(DESCRIPTIONS.length);
  for (const { id, ...texts } of DESCRIPTIONS) {
    expect(id).toMatch(/^[a-z0-9-]+$/);
    for (const text of [texts.about, texts.evidence, texts.remedy]) expect(text).toMatch(/^[A-Zk/`].+\.$/);
  }
});

describe('nodes-ready', () => {
  const one = (over: Parameters<typeof worker>[2]) => ({
    observation: cluster([controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4', over)]),
  });

  test('blocks on a node that is not well', () => {
    expect(found('nodes-ready', one({ ready: false, problems: ['Ready=False'] }))).toEqual([
      'blocking Node/w1',
    ]);
    expect(found('nodes-ready', one({ problems: ['DiskPressure=True'] }))).toEqual(['blocking Node/w1']);
  });

  test('goes on with the node that a former run was working on', () => {
    const left = one({ ready: false, problems: ['Ready=False'], unschedulable: true, cordonedBy: 'run-1' });
    expect(found('nodes-ready', left)).toEqual(['warning Node/w1']);
    expect(findings('nodes-ready', left)[0]?.message).toContain('run-1');
  });

  test('warns of a foreign cordon, and not of an own one', () => {
    expect(found('nodes-ready', one({ unschedulable: true }))).toEqual(['warning Node/w1']);
    expect(found('nodes-ready', one({ unschedulable: true, cordonedBy: 'run-1' }))).toEqual([]);
  });
});

describe('version-skew', () => {
  test('blocks on what is outside the policy now', () => {
    const old = worker('w1', 'v1.31.2', { kubeProxy: unknown('none'), host: unknown('none') });
    const given = { observation: cluster([controlPlane('cp1', 'v1.35.4'), old]) };
    expect(found('version-skew', given)).toEqual(['blocking Node/w1']);
    expect(findings('version-skew', given)[0]?.message).toMatch(
      /^kubelet v1\.31\.2 is more than 3 minors older/,
    );
  });

  test('blocks on what a step would bring outside of it, and names the step', () => {
    const lagging = worker('w1', 'v1.32.2', { kubeProxy: unknown('none'), host: unknown('none') });
    const given = { observation: cluster([controlPlane('cp1', 'v1.35.4'), lagging]) };
    expect(found('version-skew', given)).toEqual(['blocking Node/w1']);
    expect(findings('version-skew', given)[0]?.message).toMatch(
      /^During the step v1\.36\.3\/cp1\/control-plane: kubelet v1\.32\.2/,
    );
  });

  test('blocks on an order that runs a kubelet ahead of an API server that it may reach', () => {
    const observation = cluster([
      controlPlane('cp1', 'v1.35.4'),
      controlPlane('cp2', 'v1.35.4'),
      worker('w1', 'v1.35.4'),
    ]);
    const steps = [
      step('control-plane', 'cp1', HOP),
      step('kubelet', 'w1', HOP),
      step('control-plane', 'cp2', HOP),
    ];
    expect(found('version-skew', { observation, steps })).toEqual(['blocking Node/w1']);
  });

  test('lets kubelets and controllers of one control plane follow the API server beside them', () => {
    const observation = cluster([controlPlane('cp1', 'v1.35.4'), controlPlane('cp2', 'v1.35.4')]);
    const steps = ['cp1', 'cp2'].flatMap((name) => [
      step('control-plane', name, HOP),
      step('kubelet', name, HOP),
    ]);
    expect(found('version-skew', { observation, steps })).toEqual([]);
  });
});

describe('etcd-healthy', () => {
  test('does not take unknown for well', () => {
    const given = { observation: cluster(nodes, { etcd: unknown('tunnel refused') }) };
    expect(found('etcd-healthy', given)).toEqual(['unknown etcd']);
    expect(findings('etcd-healthy', given)[0]?.message).toContain('tunnel refused');
  });

  test.each<[string, Partial<EtcdObservation>, readonly string[]]>([
    ['three healthy members', {}, []],
    ['one member', { members: [member('cp1')] }, ['info etcd']],
    ['two members', { members: [member('cp1'), member('cp2')] }, ['blocking etcd']],
    [
      'a member that is down, which leaves no spare',
      { members: [member('cp1'), member('cp2'), member('cp3', { healthy: false })] },
      ['blocking etcd member cp3', 'blocking etcd'],
    ],
    [
      'one of five down',
      { members: [...'12345'].map((n) => member(`cp${n}`, { healthy: n !== '5' })) },
      ['blocking etcd member cp5'],
    ],
    [
      'a learner',
      { members: [...'123'].map((n) => member(`cp${n}`)).concat(member('new', { learner: true })) },
      ['blocking etcd member new'],
    ],
    [
      'a member that never started',
      {
        members: [...'123']
          .map((n) => member(`cp${n}`))
          .concat({ ...member('x'), name: '', learner: true, healthy: false }),
      },
      ['blocking etcd member id-x'],
    ],
    ['an alarm', { alarms: ['NOSPACE cp1'] }, ['blocking etcd']],
  ])('%s', (_name, over, expected) => {
    expect(found('etcd-healthy', { observation: etcd(over) })).toEqual(expected);
  });
});

describe('etcd-floor', () => {
  const versions = (version: string) => etcd({ members: [member('cp1', { version })] });

  test.each<[string, Hop, readonly string[]]>([
    ['3.5.25', { from: 'v1.33.5', to: 'v1.34.4' }, ['blocking etcd member cp1']],
    ['3.5.26', { from: 'v1.33.5', to: 'v1.34.4' }, []],
    ['3.6.8', { from: 'v1.36.3', to: 'v1.37.1' }, ['warning etcd member cp1']],
    ['3.6.11', { from: 'v1.36.3', to: 'v1.37.1' }, []],
    ['3.6.8', { from: 'v1.37.0', to: 'v1.37.1' }, []],
    ['3.6.6', { from: 'v1.35.4', to: 'v1.36.3' }, []],
    ['3.7.0', { from: 'v1.36.3', to: 'v1.37.1' }, []],
  ])('etcd %s for %o: %j', (version, hop, expected) => {
    expect(found('etcd-floor', { observation: versions(version), hop })).toEqual(expected);
  });
});

test('an etcd that kubeadm did not make is neither upgraded nor restarted by it', () => {
  const old = [member('a', { version: '3.5.1', leader: true }), member('b', { version: '3.5.1' })];
  const observation = etcd({ topology: 'external', members: old });
  const hop: Hop = { from: 'v1.33.5', to: 'v1.34.4' };
  expect(found('etcd-floor', { observation, hop })).toEqual([]);
  expect(found('etcd-healthy', { observation, hop })).toEqual([]);
});

describe('disruption-budgets', () => {
  const web = { labels: { app: 'web' }, controller: 'ReplicaSet/web-7d4' };
  const pods = [pod('web-1', 'w1', web), pod('web-2', 'w2', web)];
  const guard = (over: Parameters<typeof budget>[1]) => ({
    observation: cluster(nodes, {
      pods,
      budgets: [budget('web', { selector: { matchLabels: { app: 'web' } }, ...over })],
    }),
  });

  test('lets a budget pass that allows a disruption', () => {
    expect(found('disruption-budgets', guard({ disruptionsAllowed: 1 }))).toEqual([]);
  });

  test('blocks on one that can never allow any', () => {
    const never = guard({ disruptionsAllowed: 0, desiredHealthy: 2, expectedPods: 2, currentHealthy: 2 });
    expect(found('disruption-budgets', never)).toEqual(['blocking PodDisruptionBudget/default/web']);
  });

  test('waits for one that allows none just now', () => {
    const now = guard({ disruptionsAllowed: 0, desiredHealthy: 2, expectedPods: 3, currentHealthy: 2 });
    expect(found('disruption-budgets', now)).toEqual(['info PodDisruptionBudget/default/web']);
  });

  test('does not take an empty status for leave', () => {
    const silent = guard({ disruptionsAllowed: 0, desiredHealthy: 0, expectedPods: 0, currentHealthy: 0 });
    expect(found('disruption-budgets', silent)).toEqual(['unknown PodDisruptionBudget/default/web']);
  });

  test('minds only pods that a drain moves', () => {
    const never = { selector: {}, disruptionsAllowed: 0, desiredHealthy: 1, expectedPods: 1 };
    const stay = [
      pod('mirror', 'w1', { mirror: true }),
      pod('agent', 'w1', { controller: 'DaemonSet/agent' }),
      pod('job', 'w1', { phase: 'Succeeded', controller: 'Job/j' }),
      pod('leaving', 'w1', { terminating: true, controller: 'ReplicaSet/r' }),
      pod('elsewhere', 'w9', { controller: 'ReplicaSet/r' }),
      pod('other', 'w1', { namespace: 'shop', controller: 'ReplicaSet/r' }),
    ];
    expect(
      found('disruption-budgets', {
        observation: cluster(nodes, { pods: stay, budgets: [budget('b', never)] }),
      }),
    ).toEqual([]);
  });
});

describe('unmanaged-pods and empty-dirs', () => {
  const observation = cluster(nodes, {
    pods: [
      pod('bare', 'w1'),
      pod('cache-1', 'w1', { controller: 'ReplicaSet/cache', emptyDirs: ['data'] }),
      pod('cache-2', 'w2', { controller: 'ReplicaSet/cache', emptyDirs: ['data'] }),
    ],
  });

  test('block unless the cluster file gives the pods up', () => {
    expect(found('unmanaged-pods', { observation })).toEqual(['blocking Pod/default/bare']);
    expect(found('empty-dirs', { observation })).toEqual(['blocking ReplicaSet/default/cache']);
    const drain = { ...config().drain, deleteEmptyDir: true, force: true };
    expect(found('unmanaged-pods', { observation, config: config({ drain }) })).toEqual([
      'warning Pod/default/bare',
    ]);
    expect(found('empty-dirs', { observation, config: config({ drain }) })).toEqual([
      'info ReplicaSet/default/cache',
    ]);
  });

  test('block on a pod whose DaemonSet is gone, and not on one whose is there', () => {
    const agents = [
      pod('agent-1', 'w1', { controller: 'DaemonSet/agent' }),
      pod('old-1', 'w1', { controller: 'DaemonSet/old', orphan: true }),
    ];
    expect(found('unmanaged-pods', { observation: cluster(nodes, { pods: agents }) })).toEqual([
      'blocking DaemonSet/default/old',
    ]);
  });

  test('single-replicas tells who is away, but not of jobs', () => {
    const pods = [
      pod('db-0', 'w1', { controller: 'StatefulSet/db' }),
      pod('web-1', 'w1', { controller: 'ReplicaSet/web' }),
      pod('web-2', 'w2', { controller: 'ReplicaSet/web' }),
      pod('import', 'w1', { controller: 'Job/import' }),
    ];
    expect(found('single-replicas', { observation: cluster(nodes, { pods }) })).toEqual([
      'info StatefulSet/default/db',
    ]);
  });
});

describe('hosts', () => {
  const one = (over: Parameters<typeof worker>[2]) => ({
    observation: cluster([worker('w1', 'v1.35.4', over)]),
  });
  const packages = (over: object) =>
    one({ host: known(host('v1.35.4', { packages: { ...host('v1.35.4').packages, ...over } })) });

  test('that could not be looked at are unknown, if the plan works on them', () => {
    expect(found('hosts-reached', one({ host: unknown('no SSH') }))).toEqual(['unknown Node/w1']);
    expect(found('hosts-reached', { ...one({ host: unknown('no SSH') }), steps: [] })).toEqual([]);
  });

  test.each<[string, object, readonly string[]]>([
    ['a package that is missing', { kubelet: { version: '', held: false } }, ['blocking Node/w1']],
    ['no kubectl', { kubectl: { version: '', held: false } }, []],
    [
      'a package that is newer than the target',
      { kubeadm: { version: '1.37.1-1.1', held: true } },
      ['blocking Node/w1'],
    ],
    [
      'a kubelet that was installed but not started',
      { kubelet: { version: '1.36.3-1.1', held: true } },
      ['warning Node/w1'],
    ],
    [
      'a package that is not on hold',
      { kubeadm: { version: '1.35.4-1.1', held: false } },
      ['warning Node/w1'],
    ],
  ])('packages: %s', (_name, over, expected) => {
    expect(found('packages', packages(over))).toEqual(expected);
  });
});

describe('kubeadm-rules', () => {
  test('does not take an unreadable record or control plane for well', () => {
    const observation = cluster([controlPlane('cp1', 'v1.35.4', { components: unknown('no tag') })], {
      configuredVersion: unknown('not found'),
    });
    expect(found('kubeadm-rules', { observation })).toEqual([
      'unknown ConfigMap/kube-system/kubeadm-config',
      'unknown Node/cp1',
    ]);
  });

  test('warns of a record ahead of every API server', () => {
    const observation = cluster(nodes, { configuredVersion: known('v1.36.3') });
    expect(found('kubeadm-rules', { observation })).toEqual(['warning ConfigMap/kube-system/kubeadm-config']);
  });
});

test('backup-encrypted warns of a backup that anybody can read', () => {
  const backup = {
    store: 's3://acme',
    pathStyle: false,
    encryptTo: [],
    plainKeys: false,
    pruneAfterBackup: false,
  };
  expect(found('backup-encrypted', { config: config({ backup }) })).toEqual(['warning s3://acme']);
});
