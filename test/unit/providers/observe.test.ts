import { describe, expect, test } from 'vitest';
import { known } from '../../../src/cluster/known.ts';
import { KubestairError } from '../../../src/errors.ts';
import type { Etcd, EtcdMember, EtcdStatus } from '../../../src/ports/etcd.ts';
import type { Host } from '../../../src/ports/host.ts';
import type { EtcdRoutes } from '../../../src/providers/kubeadm/etcd-access.ts';
import { observeMembers, openHealthyMember } from '../../../src/providers/kubeadm/observe-etcd.ts';
import { observeHost, parseHost } from '../../../src/providers/kubeadm/observe-host.ts';
import { judge } from '../../../src/providers/kubeadm/preflight.ts';
import { parseOffers } from '../../../src/providers/kubeadm/scripts/offers.ts';
import { controlPlane, worker } from '../plan/sample.ts';

describe('parseHost', () => {
  test('reads system, cgroup and packages with their holds', () => {
    const said =
      'os ubuntu 24.04\ncgroup cgroup2fs\npackage kubeadm 1.35.4-1.1 hold installed\npackage kubelet 1.35.4-1.1 install installed\npackage kubectl 1.34.0-1.1 deinstall config-files\nrepository http://apt.example/k8s\n';
    expect(parseHost(said)).toEqual(
      known({
        os: 'ubuntu 24.04',
        cgroup: 'v2',
        packages: {
          kubeadm: { version: '1.35.4-1.1', held: true },
          kubelet: { version: '1.35.4-1.1', held: false },
          kubectl: { version: '', held: false },
        },
        repository: 'http://apt.example/k8s',
      }),
    );
  });

  test('cgroup v1 shows as tmpfs, and a host that says nothing is unknown', () => {
    expect(parseHost('os debian 12\ncgroup tmpfs\n')).toMatchObject({ value: { cgroup: 'v1' } });
    expect(parseHost('')).toMatchObject({ known: false });
  });
});

test.each(['HOST_UNREACHABLE', 'HOST_KEY_CHANGED', 'HOST_SUDO', 'HOST_COMMAND'] as const)(
  'a host that ends with %s is unknown, and says so',
  async (code) => {
    const error = new KubestairError(code, 'no luck', { next: 'Try again.' });
    const clock = { now: () => new Date(0), monotonic: () => 0, sleep: async () => {} };
    const host = { run: () => Promise.reject(error) } as Partial<Host> as Host;
    expect(await observeHost(host, clock)).toEqual({
      known: false,
      reason: 'no luck',
      code,
      next: 'Try again.',
    });
  },
);

describe('what a host can have', () => {
  const base = 'https://pkgs.k8s.io/core:/stable:/';
  const hops = [
    { from: 'v1.35.4', to: 'v1.36.3' },
    { from: 'v1.36.3', to: 'v1.37.1' },
  ] as const;
  const whole = (minor: string, version: string) =>
    `minor ${minor}\n${['kubeadm', 'kubelet', 'kubectl'].map((name) => `offer ${name} ${version}-1.1`).join('\n')}\n`;
  const findings = (said: string) =>
    judge(parseOffers(said), worker('w1', 'v1.35.4'), hops, base).map(
      ({ check, severity, message }) => `${check} ${severity}: ${message}`,
    );

  test('nothing to say when every hop has its packages', () => {
    expect(findings(whole('1.36', '1.36.3') + whole('1.37', '1.37.1'))).toEqual([]);
  });

  test('a version that only looks alike is missing', () => {
    expect(findings(whole('1.36', '1.36.30') + whole('1.37', '1.37.1'))).toEqual([
      'package-available blocking: https://pkgs.k8s.io/core:/stable:/v1.36/deb/ has no kubeadm, kubelet, kubectl 1.36.3; its newest is 1.36.30',
    ]);
  });

  test('a repository that apt refuses, and a tool that is missing', () => {
    const said = `missing gpg\n${whole('1.36', '1.36.3')}minor 1.37\nerror E: no Release file\nerror W: not signed\n`;
    expect(findings(said)).toEqual([
      'host-tools blocking: gpg is not installed',
      'package-repository blocking: apt cannot use https://pkgs.k8s.io/core:/stable:/v1.37/deb/: E: no Release file; W: not signed',
    ]);
  });
});

describe('etcd', () => {
  const nodes = ['cp1', 'cp2', 'cp3'].map((name) => controlPlane(name, 'v1.35.4'));
  const members: readonly EtcdMember[] = nodes.map(({ name }) => ({
    id: `id-${name}`,
    name,
    peerUrls: [],
    clientUrls: [],
    learner: name === 'cp3',
  }));

  function etcd(name: string, over: Partial<EtcdStatus> = {}): Etcd & { closed: boolean } {
    return {
      closed: false,
      endpoint: name,
      members: async () => members,
      status: async () => ({
        memberId: `id-${name}`,
        leaderId: 'id-cp1',
        version: '3.6.6',
        revision: 7n,
        dbSizeBytes: 100,
        dbSizeInUseBytes: 50,
        dbSizeQuotaBytes: 0,
        learner: name === 'cp3',
        errors: [],
        ...over,
      }),
      alarms: async () => [{ memberId: 'id-cp2', kind: 'NOSPACE' }],
      snapshot: async function* () {},
      async defragment() {},
      async compact() {},
      async disarm() {},
      async close() {
        this.closed = true;
      },
    };
  }

  const routesOf = (names: readonly string[], open: (name: string) => Promise<Etcd>): EtcdRoutes => ({
    topology: 'stacked',
    routes: names.map((name) => ({ name, open: () => open(name) })),
  });
  const names = ['cp1', 'cp2', 'cp3'];

  test('every member speaks for itself; one that does not answer is not healthy', async () => {
    const open = async (name: string) => {
      if (name === 'cp2') throw new Error('no route');
      return etcd(name);
    };
    const observed = await observeMembers(routesOf(names, open));
    expect(observed).toMatchObject({
      value: {
        topology: 'stacked',
        alarms: ['NOSPACE on cp2'],
        members: [
          { name: 'cp1', leader: true, healthy: true, version: '3.6.6' },
          { name: 'cp2', leader: false, healthy: false, version: '' },
          { name: 'cp3', learner: true, healthy: true },
        ],
      },
    });
  });

  test('unknown when none answers, with the reasons', async () => {
    const observed = await observeMembers(routesOf(names, () => Promise.reject(new Error('no route'))));
    expect(observed).toEqual({
      known: false,
      reason: 'no etcd member answers: no route; no route; no route',
    });
  });

  test('a snapshot comes from a healthy follower, and the others are closed', async () => {
    const opened = new Map(nodes.map(({ name }) => [name, etcd(name)]));
    const routes = routesOf(names, async (name) => opened.get(name) ?? etcd(name));
    const chosen = await openHealthyMember(routes, undefined);
    expect(chosen.endpoint).toBe('cp2');
    expect([...opened.values()].map(({ closed }) => closed)).toEqual([true, false, false]);
  });

  test('from the leader when there is nobody else', async () => {
    const sick = { cp2: etcd('cp2', { errors: ['etcdserver: no leader'] }), cp3: etcd('cp3') } as const;
    const leader = etcd('cp1');
    const routes = routesOf(names, async (name) => (name === 'cp2' || name === 'cp3' ? sick[name] : leader));
    const chosen = await openHealthyMember(routes, undefined);
    expect(chosen.endpoint).toBe('cp1');
    expect([leader.closed, sick.cp2.closed, sick.cp3.closed]).toEqual([false, true, true]);
  });

  test('from a member that is full, since reading it is what helps then', async () => {
    const full = etcd('cp2', { errors: ['memberID:2 alarm:NOSPACE '] });
    const routes = routesOf(['cp2'], async () => full);
    expect((await openHealthyMember(routes, undefined)).endpoint).toBe('cp2');
  });

  test('ETCD_UNHEALTHY with each reason when there is none at all', async () => {
    await expect(
      openHealthyMember(
        routesOf(['cp3'], async () => etcd('cp3')),
        undefined,
      ),
    ).rejects.toMatchObject({
      code: 'ETCD_UNHEALTHY',
      message: expect.stringContaining('cp3: is a learner'),
    });
  });

  test.each(['cp1', 'id-cp1'])('from the member that was asked for, the leader too: %s', async (wanted) => {
    const opened = new Map(names.map((name) => [name, etcd(name)]));
    const routes = routesOf(['cp2', 'cp1'], async (name) => opened.get(name) ?? etcd(name));
    const chosen = await openHealthyMember(routes, wanted);
    expect(chosen.endpoint).toBe('cp1');
    expect(opened.get('cp2')?.closed).toBe(true);
  });

  test('says which members there are when it has not the one that was asked for', async () => {
    const routes = routesOf(['cp1', 'cp2'], async (name) => etcd(name));
    await expect(openHealthyMember(routes, 'cp9')).rejects.toMatchObject({
      code: 'MEMBER_NOT_FOUND',
      next: 'Choose one of cp1, cp2, or leave --member out.',
    });
  });

  test('ETCD_UNHEALTHY when the member that was asked for may be the one that does not answer', async () => {
    const routes = routesOf(['cp1', 'cp2'], async (name) => {
      if (name === 'cp2') throw new Error('no route');
      return etcd(name);
    });
    await expect(openHealthyMember(routes, 'cp2')).rejects.toMatchObject({ code: 'ETCD_UNHEALTHY' });
  });
});
