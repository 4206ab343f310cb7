import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../../src/cluster/known.ts';
import type { Observation } from '../../../src/cluster/observation.ts';
import type { Finding, Plan } from '../../../src/plan/plan.ts';
import {
  readObservation,
  type SavedObservation,
  writeObservation,
} from '../../../src/plan/saved/document.ts';
import { fromPlain, toPlain } from '../../../src/plan/saved/plain.ts';
import { pseudonymise } from '../../../src/plan/saved/pseudonymise.ts';
import { makeRecordedPlan, replan } from '../../../src/plan/saved/record.ts';
import { scrub } from '../../../src/plan/saved/scrub.ts';
import { planningOf } from '../../../src/providers/planning.ts';
import {
  budget,
  cluster,
  config,
  controlPlane,
  member,
  pod,
  scheduling,
  VERSION_AT,
  worker,
} from './sample.ts';

const file = 'clusters/prod.yaml';
const tool = 'kubestair/0.1.0';
const pure = planningOf({ provider: 'kubeadm' });

const hostFinding: Finding = {
  check: 'package-available',
  severity: 'warning',
  object: 'Node/acme-worker-1',
  message: 'https://mirror.acme.example/deb has no kubectl 1.36.3 (asked by ops@10.1.2.11)',
  remedy: 'Bring your mirror up to date.',
};

/** A cluster whose every name says whose it is, with something for several checks to find. */
const observed: Observation = cluster(
  [
    controlPlane('acme-cp-1', 'v1.35.4', { address: '10.1.2.3' }),
    worker('acme-worker-1', 'v1.35.4', {
      address: '10.1.2.11',
      scheduling: scheduling(
        {
          'kubernetes.io/hostname': 'acme-worker-1',
          'kubernetes.io/os': 'linux',
          'acme.example/team': 'payments',
        },
        { taints: [{ key: 'acme.example/dedicated', value: 'payments', effect: 'NoSchedule' }] },
      ),
    }),
    worker('acme-worker-2', 'v1.35.4', {
      address: '10.1.2.12',
      host: unknown('ssh ops@10.1.2.12: connection refused by acme-worker-2.'),
    }),
  ],
  {
    etcd: known({ topology: 'stacked', members: [member('acme-cp-1')], alarms: [] }),
    pods: [
      pod('checkout-7d4f-x2', 'acme-worker-1', {
        namespace: 'payments',
        controller: 'ReplicaSet/checkout-7d4f',
        labels: { app: 'checkout', 'acme.example/team': 'payments' },
        emptyDirs: ['scratch-of-checkout'],
      }),
      pod('lonely', 'acme-worker-2', { namespace: 'payments' }),
      pod('kube-proxy-abcde', 'acme-worker-1', {
        namespace: 'kube-system',
        controller: 'DaemonSet/kube-proxy',
        labels: { 'k8s-app': 'kube-proxy' },
      }),
    ],
    budgets: [
      budget('checkout-budget', {
        namespace: 'payments',
        disruptionsAllowed: 0,
        currentHealthy: 1,
        desiredHealthy: 1,
        expectedPods: 1,
        selector: { matchLabels: { app: 'checkout' } },
      }),
    ],
  },
);

async function planned(): Promise<{ readonly plan: Plan; readonly saved: SavedObservation }> {
  const { plan, basis } = await makeRecordedPlan({
    config: config({
      name: 'acme-prod',
      version: '1.36',
      access: { context: 'acme', ssh: { user: 'ops', addresses: {} } },
    }),
    versionAt: VERSION_AT,
    observation: observed,
    tool,
    now: new Date('2026-11-21T09:05:07Z'),
    provider: {
      ...pure,
      targets: async () => new Map([['1.36', known(['v1.36.3'] as const)]] as const),
      preflight: async () => [hostFinding],
    },
  });
  return { plan, saved: { tool, savedAt: '2026-11-21T09:05:07Z', pseudonymised: false, file, basis } };
}

function kindsOf({ findings }: Plan): readonly string[] {
  return findings.map(({ check, severity }) => `${severity} ${check}`).toSorted();
}

describe('a saved observation', () => {
  test('gives the plan that the cluster gave, to the hash', async () => {
    const { plan, saved } = await planned();
    const again = readObservation(writeObservation(saved), 'observation.json');
    expect(await replan(again.basis, pure, {})).toEqual(plan);
    expect(again).toEqual(saved);
  });

  test('gives another plan for another file', async () => {
    const { plan, saved } = await planned();
    const other = {
      config: {
        ...saved.basis.given.config,
        drain: { ...config().drain, deleteEmptyDir: true, force: true },
      },
    };
    const again = await replan(saved.basis, pure, other);
    expect(again.hash).not.toBe(plan.hash);
    expect(kindsOf(again)).not.toEqual(kindsOf(plan));
  });

  test('does not know what hosts would say to another path, and says so', async () => {
    const { saved } = await planned();
    const other = { config: { ...saved.basis.given.config, version: 'v1.36.2' as const } };
    const again = await replan(saved.basis, pure, other);
    expect(again.verdict).toBe('blocked');
    expect(again.findings).toContainEqual(
      expect.objectContaining({ check: 'host-preflight', severity: 'unknown', object: 'hosts' }),
    );
  });

  test.each([
    ['no JSON', '{', 'it is not JSON'],
    ['something else', '{"format":"kubestair.dev/plan/v1"}', 'format'],
    ['a later format', '{"format":"kubestair.dev/observation/v2"}', 'format'],
  ])('that is %s is refused by name', (_what, text, reason) => {
    expect(() => readObservation(text, 'observation.json')).toThrow(
      expect.objectContaining({ code: 'OBSERVATION_INVALID', message: expect.stringContaining(reason) }),
    );
  });
});

describe('what is saved', () => {
  test('comes back as it was', () => {
    const data = {
      at: new Date(0),
      offered: new Map([['1.36', { known: true }]]),
      list: [1, null, 'x'],
      none: undefined,
    };
    expect(fromPlain(JSON.parse(JSON.stringify(toPlain(data))))).toEqual(data);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(fromPlain(JSON.parse(JSON.stringify(toPlain(JSON.parse(text))))))).toBe(text);
      }),
    );
  });

  test.each([
    ['a function', { a: { run: () => {} } }, '$.a.run'],
    ['a big integer', { revision: 1n }, '$.revision'],
    ['a hole', { list: [undefined] }, '$.list[0]'],
    ['a set', new Set(), '$'],
    ['no number', { free: Number.NaN }, '$.free'],
  ])('may not hold %s', (_what, value, place) => {
    expect(() => toPlain(value)).toThrow(place);
  });
});

describe('a pseudonymised observation', () => {
  test('names nobody', async () => {
    const { saved } = await planned();
    const text = writeObservation(pseudonymise(saved));
    for (const name of [
      'acme',
      'payments',
      'checkout',
      'lonely',
      'scratch-of',
      '10.1.2',
      'ops@',
      'prod',
      'age1example',
    ]) {
      expect(text).not.toContain(name);
    }
  });

  test('leads to findings of the same kinds, and to the same steps but for names', async () => {
    const { plan, saved } = await planned();
    const hidden = readObservation(writeObservation(pseudonymise(saved)), 'x');
    const again = await replan(hidden.basis, pure, {});
    expect(kindsOf(plan).length).toBeGreaterThan(4);
    expect(kindsOf(again)).toEqual(kindsOf(plan));
    expect(again.steps.map(({ kind }) => kind)).toEqual(plan.steps.map(({ kind }) => kind));
    expect(again.verdict).toBe(plan.verdict);
  });

  test("calls the same thing the same everywhere, and keeps what is everybody's", async () => {
    const { saved } = await planned();
    const { nodes, pods, budgets } = pseudonymise(saved).basis.given.observation;
    expect(nodes.map(({ name }) => name)).toEqual(['node-1', 'node-2', 'node-3']);
    expect(nodes[1]?.scheduling.labels).toMatchObject({
      'kubernetes.io/hostname': 'node-2',
      'kubernetes.io/os': 'linux',
    });
    expect(nodes[2]?.host).toEqual(unknown('ssh user@192.0.2.1: connection refused by node-3.'));
    expect(pods[0]?.node).toBe('node-2');
    expect(pods[2]).toMatchObject({
      namespace: 'kube-system',
      controller: 'DaemonSet/kube-proxy',
      labels: { 'k8s-app': 'kube-proxy' },
    });
    const [label = '', value] = Object.entries(budgets[0]?.selector.matchLabels ?? {})[0] ?? [];
    expect(pods[0]?.labels[label]).toBe(value);
  });
});

describe('scrubbing', () => {
  test.each([
    ['--token abcdef.0123456789abcdef', '--token [removed]'],
    ['password: hunter2', 'password: [removed]'],
    ['https://ops:hunter2@mirror.example/deb', 'https://ops:[removed]@mirror.example/deb'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer [removed]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', '[removed]'],
    ['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl', '[removed]'],
    ['AWS_SECRET_ACCESS_KEY=abc/def', 'AWS_SECRET_ACCESS_KEY=[removed]'],
    ['key AKIAIOSFODNN7EXAMPLE', 'key [removed]'],
  ])('%s', (text, left) => {
    expect(scrub(text)).toBe(left);
  });

  test.each([
    'automountServiceAccountToken: false',
    '--service-account-signing-key-file=/etc/kubernetes/pki/sa.key',
    'kubelet.service: Main process exited, code=exited, status=1/FAILURE',
    'Pod/kube-system/etcd-cp1 is Ready at v1.36.3',
  ])('leaves "%s" alone', (text) => {
    expect(scrub(text)).toBe(text);
  });
});
