import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../../src/cluster/known.ts';
import { checkHosts } from '../../../../src/providers/kubeadm/restore/checks.ts';
import type { HostFacts } from '../../../../src/providers/kubeadm/restore/facts.ts';
import { checkIdentity } from '../../../../src/providers/kubeadm/restore/identity.ts';
import { nodesOf } from '../../../../src/providers/kubeadm/restore/nodes.ts';
import { staticPodOf } from '../../../../src/providers/kubeadm/static-pod.ts';
import {
  apiServerManifest,
  hostBackup,
  keysOf,
  manifest,
  memberFacts,
  node,
  request,
  surveyed,
} from './samples.ts';

function check(change: Partial<HostFacts>, backup = manifest()) {
  return checkHosts({ manifest: backup, hosts: [surveyed('cp1', change)], command: 'restore-etcd' });
}

function apiServer(version: string) {
  const pod = staticPodOf(apiServerManifest(version));
  return pod === undefined ? {} : { manifests: { 'kube-apiserver': pod } };
}

describe('what speaks against a restore on a host', () => {
  it('finds nothing where all is well', () => {
    expect(check({})).toEqual([]);
  });

  it.each<[string, Partial<HostFacts>, string, string]>([
    ['no manifest of an API server', { manifests: {} }, 'restore-members', 'blocking'],
    ['no member at all', { member: undefined }, 'restore-members', 'blocking'],
    ['a WAL of its own', { member: memberFacts('cp1', { walDir: '/wal' }) }, 'restore-members', 'blocking'],
    ['no peer URL', { member: memberFacts('cp1', { peerUrls: [] }) }, 'restore-members', 'blocking'],
    [
      'an older etcd',
      { member: memberFacts('cp1', { version: '3.5.26' }) },
      'restore-etcd-version',
      'blocking',
    ],
    [
      'an etcd of no version',
      { member: memberFacts('cp1', { version: undefined }) },
      'restore-etcd-version',
      'unknown',
    ],
    ['an older control plane', apiServer('v1.34.9'), 'restore-kubernetes-version', 'blocking'],
    ['a newer control plane', apiServer('v1.36.3'), 'restore-kubernetes-version', 'warning'],
    ['no room for the snapshot', { freeBytes: 200e6 }, 'restore-space', 'blocking'],
    [
      'no room for the data',
      { member: memberFacts('cp1', { freeBytes: 200e6 }) },
      'restore-space',
      'blocking',
    ],
    ['a disk that says nothing', { freeBytes: Number.NaN }, 'restore-space', 'unknown'],
    ['no etcdutl', { member: memberFacts('cp1', { etcdutl: undefined }) }, 'restore-tools', 'blocking'],
  ])('%s', (_, change, id, severity) => {
    expect(check(change)).toEqual([
      expect.objectContaining({ check: id, severity, remedy: expect.stringMatching(/.+/) }),
    ]);
  });

  it.each(['3.6.11', '3.7.0'])('takes etcd %s for a snapshot of 3.6.6', (version) => {
    expect(check({ member: memberFacts('cp1', { version }) })).toEqual([]);
  });

  it('does not count room twice for what an earlier run began', () => {
    const unfinished = { restoreId: 'r1', backupId: 'b1', bump: '1' };
    expect(check({ freeBytes: 1, unfinished })).toEqual([]);
  });

  it('finds members that cannot find each other, and names that stand twice', () => {
    const lonely = memberFacts('cp2', { peerUrls: ['https://127.0.0.1:2380'] });
    const hosts = [
      surveyed('cp1'),
      surveyed('cp2', { member: lonely }),
      surveyed('cp3', { member: memberFacts('cp1') }),
    ];
    const found = checkHosts({ manifest: manifest(), hosts, command: 'restore-etcd' });
    expect(found.map(({ object, severity }) => [object, severity])).toEqual([
      ['Node/cp2', 'blocking'],
      ['etcd', 'blocking'],
    ]);
  });
});

describe('encryption at rest', () => {
  const keys = keysOf('cp1');
  const encrypted = manifest({ encryption: [keys] });
  const file = '/etc/kubernetes/enc.yaml';

  it('is content with the keys of the backup', () => {
    expect(check({ encryption: { file, sha256: keys.part.plain.sha256 } }, encrypted)).toEqual([]);
  });

  it.each([
    ['other keys', { file, sha256: 'ab'.repeat(32) }, 'warning', 'takes its place, and the other is kept'],
    ['no file', { file, sha256: '' }, 'warning', 'is missing'],
    ['no flag', undefined, 'blocking', '--encryption-provider-config'],
  ])('with %s on the host', (_, encryption, severity, text) => {
    const found = check({ encryption }, encrypted);
    expect(found).toEqual([
      expect.objectContaining({
        check: 'restore-encryption',
        severity,
        message: expect.stringContaining(text),
      }),
    ]);
  });

  it('refuses where the keys are gone from the host and the backup has none', () => {
    expect(check({ encryption: { file, sha256: '' } })).toMatchObject([
      {
        check: 'restore-encryption',
        severity: 'blocking',
        message: expect.stringContaining('holds no keys'),
      },
    ]);
  });

  it('says that what comes back is plain where it was', () => {
    expect(check({ encryption: { file, sha256: 'ab'.repeat(32) } })).toMatchObject([{ severity: 'warning' }]);
  });
});

describe('whose backup it is', () => {
  const hosts = [surveyed('cp1')];
  const backups = [hostBackup('cp1')];
  const strangers = [hostBackup('cp1', 'another authority')];
  const wiped = known({ uid: 'another', nodes: [] });
  const down = unknown('it does not answer');

  it.each([
    ['a cluster that answers with the UID', request(), strangers, []],
    ['one that is down, by its authority', request({ live: down }), backups, []],
    ['one that lost its data, by its authority', request({ live: wiped }), backups, ['warning']],
    ['one that is down, with another authority', request({ live: down }), strangers, ['blocking']],
    ['another cluster', request({ live: wiped }), strangers, ['blocking']],
    ['another cluster, and meant', request({ live: wiped, otherCluster: true }), strangers, ['warning']],
    ['a backup without host files', request({ live: down }), [], ['blocking']],
    ['another one than the cluster file means', request({ expectedUid: 'x' }), backups, ['blocking']],
    ['that, and meant', request({ expectedUid: 'x', otherCluster: true }), backups, ['warning']],
  ])('%s', (_, asked, files, severities) => {
    expect(checkIdentity(asked, hosts, files).map(({ severity }) => severity)).toEqual(severities);
  });
});

describe('whose backup it is that a rollback goes back to', () => {
  it.each([
    ['another cluster', request({ command: 'rollback', live: known({ uid: 'another', nodes: [] }) })],
    ['another one than the cluster file means', request({ command: 'rollback', expectedUid: 'x' })],
  ])('is refused for %s, and there is no flag that allows it', (_, asked) => {
    const found = checkIdentity(asked, [surveyed('cp1')], [hostBackup('cp1', 'another authority')]);
    expect(found).toMatchObject([
      {
        severity: 'blocking',
        code: 'ROLLBACK_OTHER_CLUSTER',
        remedy: 'Choose a backup of this cluster with --from.',
      },
    ]);
  });
});

describe('the nodes of a restore', () => {
  const uid = manifest().cluster.uid;
  const nodes = [node('cp1'), node('cp2'), node('w1', 'worker')];
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

  it('are those of the backup where the cluster says nothing', () => {
    const found = nodesOf(request({ nodes, live: unknown('down') }));
    expect([names(found.controlPlanes), names(found.workers), found.findings]).toEqual([
      ['cp1', 'cp2'],
      ['w1'],
      [],
    ]);
  });

  it('leave out those that left since, and those that are gone for good', () => {
    const live = known({ uid, nodes: [node('cp1'), node('w1', 'worker')] });
    expect(names(nodesOf(request({ nodes, live })).controlPlanes)).toEqual(['cp1']);
    const found = nodesOf(request({ nodes, live: unknown('down'), without: ['cp1'] }));
    expect(names(found.controlPlanes)).toEqual(['cp2']);
    expect(found.findings).toMatchObject([{ severity: 'warning', object: 'Node/cp1' }]);
  });

  it('do not believe a cluster that lost its data', () => {
    const live = known({ uid: 'another', nodes: [] });
    expect(names(nodesOf(request({ nodes, live })).controlPlanes)).toEqual(['cp1', 'cp2']);
  });

  it.each([
    ['a control plane', 'control-plane', 'restore-etcd', 'blocking'],
    ['a worker', 'worker', 'restore-etcd', 'warning'],
    ['a worker, before a rollback', 'worker', 'rollback', 'blocking'],
  ] as const)('know of %s that joined since', (_, role, command, severity) => {
    const live = known({ uid, nodes: [...nodes, node('new', role)] });
    expect(nodesOf(request({ nodes, live, command })).findings).toMatchObject([
      { severity, object: 'Node/new' },
    ]);
  });

  it('must be known to be left out', () => {
    expect(nodesOf(request({ nodes, live: unknown('down'), without: ['cp9'] })).findings).toMatchObject([
      { severity: 'blocking' },
    ]);
  });
});
