import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VersionText } from '../../../src/cluster/observation.ts';
import { type SkewComponent, type SkewKind, skewProblems } from '../../../src/cluster/skew.ts';

function component(kind: SkewKind, version: VersionText, over: Partial<SkewComponent> = {}): SkewComponent {
  return { kind, object: `${kind} ${over.node ?? ''}`, version, talksTo: 'any', ...over };
}

function rules(...components: readonly SkewComponent[]): readonly string[] {
  return skewProblems(components).map(({ rule }) => rule);
}

const at = (minor: number): VersionText => `v1.${minor}.0`;

describe('the rows of the version skew policy', () => {
  test.each<[SkewKind, VersionText, VersionText, readonly string[]]>([
    ['kubelet', 'v1.36.0', 'v1.36.9', []],
    ['kubelet', 'v1.36.9', 'v1.36.0', []],
    ['kubelet', 'v1.33.0', 'v1.36.0', []],
    ['kubelet', 'v1.32.9', 'v1.36.0', ['not-too-old']],
    ['kubelet', 'v1.37.0', 'v1.36.9', ['not-newer']],
    ['kubelet', 'v1.24.0', 'v1.26.0', []],
    ['kubelet', 'v1.24.0', 'v1.27.0', ['not-too-old']],
    ['kubelet', 'v1.25.0', 'v1.28.0', []],
    ['kube-proxy', 'v1.33.0', 'v1.36.0', []],
    ['kube-proxy', 'v1.32.0', 'v1.36.0', ['not-too-old']],
    ['kube-proxy', 'v1.37.0', 'v1.36.0', ['not-newer']],
    ['kube-proxy', 'v1.24.0', 'v1.27.0', ['not-too-old']],
    ['kube-controller-manager', 'v1.35.0', 'v1.36.0', []],
    ['kube-controller-manager', 'v1.34.0', 'v1.36.0', ['not-too-old']],
    ['kube-scheduler', 'v1.37.0', 'v1.36.0', ['not-newer']],
    ['cloud-controller-manager', 'v1.34.0', 'v1.36.0', ['not-too-old']],
    ['kubectl', 'v1.37.0', 'v1.36.0', []],
    ['kubectl', 'v1.35.0', 'v1.36.0', []],
    ['kubectl', 'v1.38.0', 'v1.36.0', ['kubectl-near']],
    ['kubectl', 'v1.34.0', 'v1.36.0', ['kubectl-near']],
  ])('%s %s with an API server %s: %j', (kind, version, server, expected) => {
    expect(rules(component('kube-apiserver', server), component(kind, version))).toEqual(expected);
  });

  test('API servers are within one minor', () => {
    expect(rules(component('kube-apiserver', 'v1.35.4'), component('kube-apiserver', 'v1.36.3'))).toEqual([]);
    expect(rules(component('kube-apiserver', 'v1.34.4'), component('kube-apiserver', 'v1.36.3'))).toEqual([
      'apiservers-together',
    ]);
  });

  test('the oldest API server caps kubelets and controllers, the newest sets their floor', () => {
    const mixed = [component('kube-apiserver', 'v1.35.4'), component('kube-apiserver', 'v1.36.3')];
    expect(rules(...mixed, component('kubelet', 'v1.36.3'))).toEqual(['not-newer']);
    expect(rules(...mixed, component('kubelet', 'v1.32.0'))).toEqual(['not-too-old']);
    expect(rules(...mixed, component('kube-scheduler', 'v1.36.3'))).toEqual(['not-newer']);
    expect(rules(...mixed, component('kube-scheduler', 'v1.35.4'))).toEqual([]);
  });

  test('what talks to the API server beside it is measured against that one alone', () => {
    const mixed = [
      component('kube-apiserver', 'v1.36.3', { node: 'cp1' }),
      component('kube-apiserver', 'v1.35.4', { node: 'cp2' }),
    ];
    const local = { node: 'cp1', talksTo: 'local' } as const;
    expect(rules(...mixed, component('kube-scheduler', 'v1.36.3', local))).toEqual([]);
    expect(rules(...mixed, component('kubelet', 'v1.36.3', local))).toEqual([]);
    expect(rules(...mixed, component('kubelet', 'v1.36.3', { ...local, node: 'cp2' }))).toEqual([
      'not-newer',
    ]);
    expect(rules(...mixed, component('kubelet', 'v1.36.3', { ...local, node: 'w1' }))).toEqual(['not-newer']);
  });

  test('kube-proxy stays near the kubelet beside it', () => {
    const server = component('kube-apiserver', 'v1.28.0');
    const proxy = component('kube-proxy', 'v1.28.0', { node: 'w1' });
    expect(rules(server, proxy, component('kubelet', 'v1.25.0', { node: 'w1' }))).toEqual([]);
    expect(rules(server, proxy, component('kubelet', 'v1.24.0', { node: 'w1' }))).toEqual([
      'not-too-old',
      'proxy-near-kubelet',
    ]);
    expect(rules(server, proxy, component('kubelet', 'v1.24.0', { node: 'w2' }))).toEqual(['not-too-old']);
  });

  test('a problem names component, versions and policy', () => {
    const [problem] = skewProblems([
      component('kube-apiserver', 'v1.35.4'),
      component('kubelet', 'v1.36.3', { object: 'Node/w1' }),
    ]);
    expect(problem?.object).toBe('Node/w1');
    expect(problem?.message).toContain(
      'kubelet v1.36.3 is newer than an API server that it talks to (v1.35.4)',
    );
    expect(problem?.message).toContain('https://kubernetes.io/releases/version-skew-policy/');
  });
});

describe('any mix of versions', () => {
  const minor = fc.integer({ min: 22, max: 32 });
  const clients = fc.constantFrom<SkewKind>(
    'kubelet',
    'kube-proxy',
    'kube-controller-manager',
    'kube-scheduler',
    'cloud-controller-manager',
    'kubectl',
  );

  /** The policy written as a table of pairs: what one client may be to one API server. */
  function mayTalk(kind: SkewKind, client: number, server: number): boolean {
    if (kind === 'kubectl') return Math.abs(client - server) <= 1;
    const older = kind === 'kubelet' || kind === 'kube-proxy' ? (client < 25 ? 2 : 3) : 1;
    return client <= server && server - client <= older;
  }

  test('a client has a problem exactly if one pair with an API server is not allowed', () => {
    fc.assert(
      fc.property(
        clients,
        minor,
        fc.array(minor, { minLength: 1, maxLength: 4 }),
        (kind, client, servers) => {
          const problems = skewProblems([
            ...servers.map((each) => component('kube-apiserver', at(each))),
            component(kind, at(client)),
          ]);
          const own = problems.filter(({ rule }) => rule !== 'apiservers-together');
          expect(own.length === 0).toBe(servers.every((server) => mayTalk(kind, client, server)));
        },
      ),
    );
  });

  test('patches never matter', () => {
    fc.assert(
      fc.property(clients, minor, minor, fc.nat(40), fc.nat(40), (kind, client, server, one, other) => {
        const plain = rules(component('kube-apiserver', at(server)), component(kind, at(client)));
        const patched = rules(
          component('kube-apiserver', `v1.${server}.${one}`),
          component(kind, `v1.${client}.${other}`),
        );
        expect(patched).toEqual(plain);
      }),
    );
  });

  test('another component never takes a problem away', () => {
    const any = fc.tuple(fc.oneof(clients, fc.constant<SkewKind>('kube-apiserver')), minor);
    fc.assert(
      fc.property(fc.array(any, { maxLength: 6 }), any, (some, one) => {
        const make = ([kind, version]: [SkewKind, number], index: number) =>
          component(kind, at(version), { object: `${index}`, node: `n${index}` });
        const keys = (list: readonly SkewComponent[]) =>
          new Set(skewProblems(list).map(({ rule, object }) => `${rule} ${object}`));
        const before = some.map(make);
        const after = keys([...before, make(one, some.length)]);
        for (const key of keys(before)) expect(after).toContain(key);
      }),
    );
  });
});
