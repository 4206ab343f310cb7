import { describe, expect, it } from 'vitest';
import { unitsOf } from '../../../../src/plan/units.ts';
import { restoreSteps, type StepsInput } from '../../../../src/providers/kubeadm/restore/steps.ts';
import type { RestoreStepKind } from '../../../../src/restore/etcd/plan.ts';
import { hostFacts, keysOf, memberFacts, snapshot, surveyed } from './samples.ts';

const restore = { restoreId: 'r1', backupId: 'b1', bump: '1000000000' };

function steps(change: Partial<StepsInput> = {}) {
  const hosts = ['cp1', 'cp2', 'cp3'].map((name) => surveyed(name));
  const nodes = ['cp1', 'cp2', 'cp3', 'w1'];
  return restoreSteps({
    restore,
    snapshot,
    revision: '1000004712',
    encryption: () => undefined,
    hosts,
    nodes,
    ...change,
  });
}

function places(
  list: readonly { readonly kind: RestoreStepKind }[],
  kind: RestoreStepKind,
): readonly number[] {
  return list.flatMap((step, index) => (step.kind === kind ? [index] : []));
}

describe('the order of a restore', () => {
  /** Every step of the first kind comes before any of the second. */
  it.each<[RestoreStepKind, RestoreStepKind, string]>([
    ['upload', 'prepare', 'there is nothing to restore from before'],
    ['prepare', 'stop-control-plane', 'what can go wrong goes wrong while everything runs'],
    ['stop-control-plane', 'stop-etcd', 'no API server may acknowledge a write that is lost'],
    ['stop-etcd', 'swap', 'a member that runs would write into the new data'],
    ['swap', 'start-etcd', 'a member of the old data must never meet one of the new'],
    ['start-etcd', 'quorum', 'one member alone has none'],
    ['quorum', 'start-api', 'an API server without etcd dies'],
    ['start-api', 'compare', 'it is what answers'],
    ['compare', 'start-controllers', 'nothing has written yet'],
    ['restart-kubelets', 'start-controllers', 'controllers would find all nodes silent'],
    ['start-controllers', 'nodes', 'they say who is Ready'],
    ['nodes', 'finish', 'until then a run goes on with it'],
  ])('%s before %s: %s', (first, second) => {
    const list = steps();
    expect(places(list, first).length).toBeGreaterThan(0);
    expect(places(list, second).length).toBeGreaterThan(0);
    expect(Math.max(...places(list, first))).toBeLessThan(Math.min(...places(list, second)));
  });

  it('gives every member the same file, token and members, and itself its own name and peer URL', () => {
    const prepares = steps().filter(({ kind }) => kind === 'prepare');
    expect(prepares).toHaveLength(3);
    for (const { node, script } of prepares) {
      expect(script).toContain(`--name '${node}'`);
      expect(script).toContain(`--initial-advertise-peer-urls 'https://${node}.example:2380'`);
      expect(script).toContain(
        "--initial-cluster 'cp1=https://cp1.example:2380,cp2=https://cp2.example:2380,cp3=https://cp3.example:2380'",
      );
      expect(script).toContain('--initial-cluster-token kubestair-r1');
      expect(script).toContain('--bump-revision 1000000000 --mark-compacted');
    }
    const uploads = steps().filter(({ kind }) => kind === 'upload');
    expect(new Set(uploads.map(({ feed }) => feed))).toEqual(new Set([snapshot]));
  });

  it.each<RestoreStepKind>(['stop-control-plane', 'stop-etcd', 'swap', 'start-etcd', 'start-api'])(
    'does %s on all hosts side by side: the cluster is away no longer than it takes one of them',
    (kind) => {
      const units = unitsOf(steps()).filter(({ lanes }) => lanes.flat().some((step) => step.kind === kind));
      expect(units.map(({ lanes }) => lanes.map((lane) => lane.map(({ node }) => node)))).toEqual([
        [['cp1'], ['cp2'], ['cp3']],
      ]);
    },
  );

  it('names each step once, and the same again for a run that goes on', () => {
    const ids = steps().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(steps().map(({ id }) => id)).toEqual(ids);
  });

  it('works on the hosts of an external etcd as systemd units', () => {
    const controlPlane = surveyed('cp1', { member: undefined });
    const member = memberFacts('e1', {
      runs: { kind: 'unit', unit: 'etcd.service' },
      etcdutl: { kind: 'file', path: '/usr/bin/etcdutl' },
      owner: '101:102',
    });
    const etcd = {
      host: { name: '10.0.0.9', address: '10.0.0.9', role: 'etcd' as const },
      facts: hostFacts('10.0.0.9', { manifests: {}, member }),
    };
    const list = steps({ hosts: [controlPlane, etcd], nodes: ['cp1'] });
    const of = (kind: RestoreStepKind) => list.filter((step) => step.kind === kind);
    expect(of('stop-control-plane').map(({ node }) => node)).toEqual(['cp1']);
    expect(of('stop-etcd')).toMatchObject([{ node: '10.0.0.9', script: 'systemctl stop etcd.service' }]);
    expect(of('start-etcd')[0]?.script).toContain('systemctl start --no-block etcd.service');
    expect(of('prepare')[0]?.script).toContain('chown -R 101:102');
    expect(of('swap').map(({ node }) => node)).toEqual(['10.0.0.9']);
    // Nothing was brought to the control plane, so nothing made its directory.
    expect(of('start-api')[0]?.script).toMatch(/mkdir -p [^\n]*\/restore\/r1\ntouch /);
  });

  it('keeps the data within a directory that is a file system of its own', () => {
    const hosts = [surveyed('cp1', { member: memberFacts('cp1', { isMountPoint: true }) })];
    const swap = steps({ hosts }).find(({ kind }) => kind === 'swap');
    expect(swap?.script).toContain("work='/var/lib/etcd/kubestair-r1'");
  });

  it('puts keys of encryption at rest back while the API servers are down, where they differ', () => {
    const keys = keysOf('cp1');
    const other = { file: '/etc/kubernetes/enc.yaml', sha256: 'ab'.repeat(32) };
    const same = { ...other, sha256: keys.part.plain.sha256 };
    const hosts = [surveyed('cp1', { encryption: other }), surveyed('cp2', { encryption: same })];
    const list = steps({ hosts, encryption: () => keys, nodes: ['cp1', 'cp2'] });
    expect(list.filter(({ kind }) => kind === 'put-back').map(({ node }) => node)).toEqual(['cp1']);
    expect(Math.max(...places(list, 'stop-control-plane'))).toBeLessThan(
      Math.min(...places(list, 'put-back')),
    );
    expect(Math.max(...places(list, 'put-back'))).toBeLessThan(Math.min(...places(list, 'start-api')));
    expect(list.filter(({ feed }) => feed === keys.part).map(({ node }) => node)).toEqual(['cp1']);
  });
});
