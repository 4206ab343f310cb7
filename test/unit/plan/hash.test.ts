import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_EVIDENCE, type Setting } from '../../../src/cluster/evidence.ts';
import { known, unknown } from '../../../src/cluster/known.ts';
import type { Observation } from '../../../src/cluster/observation.ts';
import type { ClusterConfig } from '../../../src/config/schema.ts';
import { approvalBasis } from '../../../src/plan/approval-basis.ts';
import { canonicalJson } from '../../../src/plan/canonical.ts';
import { planDrift } from '../../../src/plan/drift/drift.ts';
import { type Hashed, planHash } from '../../../src/plan/hash.ts';
import type { Finding, Step } from '../../../src/plan/plan.ts';
import {
  budget,
  cluster,
  config,
  controlPlane,
  facts,
  host,
  member,
  plainProvider,
  pod,
  step,
  worker,
} from './sample.ts';

interface HashInput {
  readonly tool: string;
  readonly config: ClusterConfig;
  readonly observation: Observation;
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
}

function hashedOf({ config: file, observation: seen, ...rest }: HashInput): Hashed {
  return { ...rest, clusterUid: seen.clusterUid, basis: approvalBasis(file, seen) };
}

function hashOf(input: HashInput): string {
  return planHash(hashedOf(input));
}

const hop = { from: 'v1.35.4', to: 'v1.36.3' } as const;
const observation = cluster([
  controlPlane('cp1', 'v1.35.4'),
  worker('w1', 'v1.35.4'),
  worker('w2', 'v1.35.4'),
]);
const warning: Finding = {
  check: 'nodes-ready',
  severity: 'warning',
  object: 'Node/w1',
  message: 'm',
  remedy: 'r',
};
const base: HashInput = {
  tool: 'kubestair/0.1.0',
  config: config(),
  observation,
  steps: plainProvider.steps(hop, observation),
  findings: [warning],
};

const observed = (over: Partial<Observation>): HashInput => ({
  ...base,
  observation: { ...observation, ...over },
});
const settings = (...found: readonly Setting[]): HashInput =>
  observed({
    evidence: known({ ...NO_EVIDENCE, hostSettings: [{ node: 'w1', found: known({ found, unread: [] }) }] }),
  });
const flag = { kind: 'flag', program: 'kubelet', name: 'max-pods', place: '/etc/default/kubelet' } as const;
const [first, ...others] = observation.nodes;
const node = (over: Partial<Observation['nodes'][number]>): HashInput =>
  observed({ nodes: first === undefined ? [] : [{ ...first, ...over }, ...others] });

describe('canonical JSON', () => {
  test('is the same whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
        const turned = Object.fromEntries(Object.entries(record).toReversed());
        expect(canonicalJson({ a: [turned] })).toBe(canonicalJson({ a: [record] }));
      }),
    );
  });

  test('holds what the value does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('keeps the order of lists', () => {
    expect(canonicalJson({ b: [2, 1], a: { d: 1, c: 2 } })).toBe('{"a":{"c":2,"d":1},"b":[2,1]}');
  });
});

test('the hash is SHA-256 in hexadecimal', () => {
  expect(hashOf(base)).toMatch(/^[0-9a-f]{64}$/);
});

describe('the hash stays', () => {
  test.each<[string, HashInput]>([
    ['when nodes come in another order', observed({ nodes: observation.nodes.toReversed() })],
    ['when pods and budgets come and go', observed({ pods: [pod('a', 'w1')], budgets: [budget('b')] })],
    ['when disks fill', node({ host: known(host('v1.35.4', { facts: facts({ etcdDataBytes: 1 }) })) })],
    [
      'when etcd grows or elects',
      observed({
        etcd: known({
          topology: 'stacked',
          members: [member('cp1', { dbSizeBytes: 9, leader: true })],
          alarms: [],
        }),
      }),
    ],
    ['when a load balancer picks another API server', observed({ apiServerVersion: 'v1.36.3' })],
    ['when a node flaps', node({ ready: false, problems: ['Ready=False'] })],
    ['when a former run left a cordon', node({ unschedulable: true, cordonedBy: 'run-1' })],
    [
      'when the cluster is reached in another way',
      { ...base, config: config({ access: { kubeconfig: 'other', ssh: { user: 'x', addresses: {} } } }) },
    ],
    [
      'when estimates change',
      { ...base, steps: base.steps.map((each) => ({ ...each, expectedSeconds: 999 })) },
    ],
    [
      'when a finding is worded anew',
      { ...base, findings: [{ ...warning, message: '2 of 3', remedy: 'other' }] },
    ],
    [
      'when something is told for information',
      { ...base, findings: [warning, { ...warning, object: 'Node/w2', severity: 'info' }] },
    ],
  ])('%s, and there is no difference to tell', (_name, changed) => {
    expect(hashOf(changed)).toBe(hashOf(base));
    expect(planDrift(hashedOf(base), hashedOf(changed))).toEqual([]);
  });

  test('when lists without an order are turned round', () => {
    const backup = { ...config().backup, encryptTo: ['age1a', 'age1b'] };
    const kubeadm = { ignorePreflightErrors: ['Swap', 'Mem'] };
    const findings = [warning, { ...warning, object: 'Node/w2' }];
    const one = hashOf({ ...base, config: config({ backup, kubeadm }), findings });
    const turned = {
      ...base,
      config: config({
        backup: { ...backup, encryptTo: backup.encryptTo.toReversed() },
        kubeadm: { ignorePreflightErrors: kubeadm.ignorePreflightErrors.toReversed() },
      }),
      findings: findings.toReversed(),
    };
    expect(hashOf(turned)).toBe(one);
  });

  test('when a setting moves to another line', () => {
    const gate = { ...flag, kind: 'gate', name: 'ImageVolume', on: true, line: 4 } as const;
    const moved = settings({ ...gate, line: 9 }, { ...flag, line: 2 });
    expect(hashOf(moved)).toBe(hashOf(settings({ ...flag, line: 3 }, gate)));
  });

  test('when members of etcd come in another order', () => {
    const three = [member('cp1'), member('cp2'), member('cp3')];
    const one = observed({ etcd: known({ topology: 'stacked', members: three, alarms: [] }) });
    const turned = observed({
      etcd: known({ topology: 'stacked', members: three.toReversed(), alarms: [] }),
    });
    expect(hashOf(turned)).toBe(hashOf(one));
  });

  test('when it is still unknown, whatever the reason', () => {
    const down = observed({ etcd: unknown('timeout after 5 s') });
    expect(hashOf(observed({ etcd: unknown('connection refused') }))).toBe(hashOf(down));
  });
});

/** What a cluster does by itself, and what somebody does to it that an approval is not about. */
const irrelevant = fc.record({
  turned: fc.boolean(),
  ready: fc.boolean(),
  freeBytes: fc.nat(),
  pods: fc.nat(5),
  seconds: fc.nat(1000),
  infos: fc.nat(3),
});
/** Each changes what an approval is about, in one place. */
const relevant: readonly ((input: HashInput, text: string) => HashInput)[] = [
  (input, text) => ({ ...input, tool: `kubestair/${text}` }),
  (input, text) => ({ ...input, config: { ...input.config, name: `prod${text}` } }),
  (input, text) => ({ ...input, findings: [...input.findings, { ...warning, object: `Node/${text}` }] }),
  (input, text) => ({ ...input, steps: [...input.steps, { ...step('drain', 'w1', hop), id: text }] }),
  (input, text) => ({
    ...input,
    observation: {
      ...input.observation,
      nodes: [...input.observation.nodes, worker(`x${text}`, 'v1.35.4')],
    },
  }),
  (input, text) => ({
    ...input,
    observation: {
      ...input.observation,
      nodes: input.observation.nodes.map((each) => ({ ...each, osImage: text })),
    },
  }),
];

function disturbed(
  input: HashInput,
  noise: typeof irrelevant extends fc.Arbitrary<infer T> ? T : never,
): HashInput {
  const { nodes } = input.observation;
  return {
    ...input,
    steps: input.steps.map((each) => ({ ...each, expectedSeconds: noise.seconds })),
    findings: [
      ...(noise.turned ? input.findings.toReversed() : input.findings),
      ...Array.from({ length: noise.infos }, (_, index) => ({
        ...warning,
        severity: 'info' as const,
        object: `Node/i${index}`,
      })),
    ],
    observation: {
      ...input.observation,
      nodes: (noise.turned ? nodes.toReversed() : nodes).map((each) => ({ ...each, ready: noise.ready })),
      pods: Array.from({ length: noise.pods }, (_, index) => pod(`p${index}`, 'w1')),
    },
  };
}

test('whatever is irrelevant changes no hash, and whatever is relevant changes it under any of that', () => {
  fc.assert(
    fc.property(
      irrelevant,
      irrelevant,
      fc.constantFrom(...relevant),
      fc.string({ minLength: 1 }),
      (one, other, change, text) => {
        expect(hashOf(disturbed(base, one))).toBe(hashOf(disturbed(base, other)));
        expect(planDrift(hashedOf(disturbed(base, one)), hashedOf(disturbed(base, other)))).toEqual([]);
        const changed = change(disturbed(base, other), text);
        expect(hashOf(changed)).not.toBe(hashOf(disturbed(base, one)));
        expect(planDrift(hashedOf(disturbed(base, one)), hashedOf(changed))).not.toEqual([]);
      },
    ),
  );
});

describe('the hash changes', () => {
  test.each<[string, HashInput]>([
    ['with the tool', { ...base, tool: 'kubestair/0.2.0' }],
    ['with the target', { ...base, config: config({ version: 'v1.36.4' }) }],
    ['with the path', { ...base, config: config({ via: ['v1.35.9'] }) }],
    ['with the store', { ...base, config: config({ backup: { ...config().backup, store: 'file:///b' } }) }],
    ['with the recipients', { ...base, config: config({ backup: { ...config().backup, encryptTo: [] } }) }],
    [
      'with the rules of the drain',
      { ...base, config: config({ drain: { ...config().drain, force: true } }) },
    ],
    ['with the cluster', observed({ clusterUid: 'another' })],
    ['with the record of kubeadm', observed({ configuredVersion: known('v1.36.3') })],
    ['with a kubelet', node({ kubelet: 'v1.35.5' })],
    ['with a kube-proxy', node({ kubeProxy: known('v1.35.5') })],
    [
      'with a static pod',
      node({
        components: known({
          'kube-apiserver': 'v1.36.3',
          'kube-controller-manager': 'v1.35.4',
          'kube-scheduler': 'v1.35.4',
          etcd: '3.6.6-0',
        }),
      }),
    ],
    ['with a container runtime', node({ containerRuntime: 'containerd://2.3.0' })],
    ['with a package', node({ host: known(host('v1.35.5')) })],
    [
      'with a package hold',
      node({
        host: known(
          host('v1.35.4', {
            packages: { ...host('v1.35.4').packages, kubelet: { version: '1.35.4-1.1', held: false } },
          }),
        ),
      }),
    ],
    ['with a role', node({ role: 'worker' })],
    ['with a host that cannot be seen any more', node({ host: unknown('no SSH') })],
    ['with a node more', observed({ nodes: [...observation.nodes, worker('w3', 'v1.35.4')] })],
    ['with a node less', observed({ nodes: others })],
    [
      'with a member of etcd',
      observed({ etcd: known({ topology: 'stacked', members: [member('cp1'), member('cp2')], alarms: [] }) }),
    ],
    [
      'with the version of etcd',
      observed({
        etcd: known({ topology: 'stacked', members: [member('cp1', { version: '3.6.8' })], alarms: [] }),
      }),
    ],
    ['with a flag of a component', settings(flag)],
    ['with settings that cannot be seen any more', observed({ evidence: unknown('no SSH') })],
    ['with a step', { ...base, steps: base.steps.slice(1) }],
    ['with the order of the steps', { ...base, steps: base.steps.toReversed() }],
    [
      'with what a step does',
      { ...base, steps: [{ ...step('drain', 'w1', hop), does: 'other' }, ...base.steps.slice(1)] },
    ],
    ['with a finding', { ...base, findings: [] }],
    ['with the severity of a finding', { ...base, findings: [{ ...warning, severity: 'blocking' }] }],
    ['with the object of a finding', { ...base, findings: [{ ...warning, object: 'Node/w2' }] }],
  ])('%s, and the difference can be told', (_name, changed) => {
    expect(hashOf(changed)).not.toBe(hashOf(base));
    expect(planDrift(hashedOf(base), hashedOf(changed))).not.toEqual([]);
    expect(planDrift(hashedOf(changed), hashedOf(base))).not.toEqual([]);
  });
});
