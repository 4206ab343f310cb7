import { describe, expect, it } from 'vitest';
import type { HostPart, Manifest } from '../../../../src/backup/manifest.ts';
import type { VersionText } from '../../../../src/cluster/observation.ts';
import type { ErrorCode } from '../../../../src/errors.ts';
import type { HostFacts } from '../../../../src/providers/kubeadm/restore/facts.ts';
import type { RollbackCheckInput } from '../../../../src/providers/kubeadm/restore/rollback/check-input.ts';
import { checkRollback, mixedHosts } from '../../../../src/providers/kubeadm/restore/rollback/checks.ts';
import {
  type NodeThen,
  type RollbackHost,
  rollbackHost,
} from '../../../../src/providers/kubeadm/restore/rollback/hosts.ts';
import { rollbackSteps } from '../../../../src/providers/kubeadm/restore/rollback/steps.ts';
import { restoreSteps } from '../../../../src/providers/kubeadm/restore/steps.ts';
import type { HostBackup } from '../../../../src/restore/etcd/host-backup.ts';
import type { RestoreStepKind } from '../../../../src/restore/etcd/plan.ts';
import { apiServerManifest, hostFacts, manifest, memberFacts, request, snapshot } from './samples.ts';

const passed = { kind: 'checksums', result: 'passed', at: '2026-11-21T09:05:57Z', detail: 'all' } as const;
/** Good until 2026-11-28. */
const ENDED = `-----BEGIN CERTIFICATE-----
MIIBdTCCARugAwIBAgIUfNNRG0i5+BvoDdF6ZfeRZvgPQrAwCgYIKoZIzj0EAwIw
EDEOMAwGA1UEAwwFZW5kZWQwHhcNMjYxMTI3MDk0MzQ5WhcNMjYxMTI4MDk0MzQ5
WjAQMQ4wDAYDVQQDDAVlbmRlZDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLUX
34WECrWtwu8X4pp0LrsEIReFAPM97kXS9ueDpez+iMZYnCCSNarFpifetw1D0JR4
tKnU1JW6/lyWfLJ4icGjUzBRMB0GA1UdDgQWBBSB4SsauSxv51NS2OHdJcAjCkuh
OTAfBgNVHSMEGDAWgBSB4SsauSxv51NS2OHdJcAjCkuhOTAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0gAMEUCIFDrGIlbCAuDuZ0e8gkA4MyY2HkcKpziqroE
S9ibWfjlAiEAi93LaO2I/GH3OlxNaj2xrsP1s79s5JnCs5mcv9z3RAU=
-----END CERTIFICATE-----
`;
const proxy = 'registry.k8s.io/kube-proxy:v1.35.4';
const offers = {
  packages: ['kubeadm', 'kubelet', 'kubectl'].flatMap((name) => [`${name} 1.35.5-1.1`, `${name} 1.35.4-1.1`]),
  error: '',
};

function packagesAt(version: string): HostFacts['packages'] {
  const at = { version: `${version}-1.1`, held: true };
  return { kubeadm: at, kubelet: at, kubectl: at };
}

function files(node: string, version: VersionText = 'v1.35.4', etcd = '3.6.6'): HostBackup {
  const texts: Readonly<Record<string, string>> = {
    '/etc/kubernetes/manifests/kube-apiserver.yaml': apiServerManifest(version),
    '/etc/kubernetes/manifests/etcd.yaml': `spec: { containers: [{ name: etcd, image: "registry.k8s.io/etcd:${etcd}-0" }] }`,
    '/etc/kubernetes/pki/ca.crt': hostFacts(node).ca ?? '',
  };
  return {
    node,
    file: (path) => texts[path],
    paths: Object.keys(texts),
    packages: packagesAt(version.slice(1)),
  };
}

function controlPlane(name: string, change: Partial<HostFacts> = {}, backup = files(name)): NodeThen {
  const part: HostPart = { node: name, part: { ...snapshot, path: `hosts/${name}.tar.zst` } };
  return {
    host: { name, address: `${name}.example`, role: 'control-plane' },
    facts: hostFacts(name, { packages: packagesAt('1.36.3'), ...change }),
    kubelet: 'v1.35.4',
    otherRepository: true,
    begun: false,
    backup: { files: backup, part },
  };
}

function worker(name: string, change: Partial<HostFacts> = {}): NodeThen {
  return {
    host: { name, address: `${name}.example`, role: 'worker' },
    facts: hostFacts(name, { packages: packagesAt('1.36.3'), manifests: {}, member: undefined, ...change }),
    kubelet: 'v1.35.4',
    otherRepository: true,
    begun: false,
  };
}

describe('what has to come back to a host', () => {
  it('is every package by its exact version, and every image of its static pods', () => {
    const host = rollbackHost(controlPlane('cp1'), offers, proxy);
    expect(host).toMatchObject({
      packages: ['kubeadm=1.35.4-1.1', 'kubelet=1.35.4-1.1', 'kubectl=1.35.4-1.1'],
      missing: [],
      otherMinor: true,
      images: ['registry.k8s.io/etcd:3.6.6-0', 'registry.k8s.io/kube-apiserver:v1.35.4', proxy],
    });
  });

  it('is on a worker what its kubelet was', () => {
    const host = rollbackHost(worker('w1'), offers, proxy);
    expect(host).toMatchObject({
      packages: ['kubeadm=1.35.4-1.1', 'kubelet=1.35.4-1.1', 'kubectl=1.35.4-1.1'],
      images: [proxy],
    });
  });

  it('leaves alone what is as it was: a hop that failed half-way reached only some', () => {
    const packages = { ...packagesAt('1.35.4'), kubeadm: { version: '1.36.3-1.1', held: true } };
    const host = rollbackHost(worker('w1', { packages }), offers, proxy);
    expect(host).toMatchObject({ packages: ['kubeadm=1.35.4-1.1'], otherMinor: false });
  });

  it('is missing where the repository has another build only', () => {
    const others = {
      packages: ['kubelet 1.35.4-2.1', 'kubeadm 1.35.4-1.1', 'kubectl 1.35.4-1.1'],
      error: '',
    };
    expect(rollbackHost(controlPlane('cp1'), others, undefined).missing).toEqual(['kubelet 1.35.4-1.1']);
    expect(rollbackHost(worker('w1'), others, undefined).missing).toEqual([]);
  });
});

function find(
  change: Partial<RollbackCheckInput> & {
    readonly manifest?: Partial<Manifest>;
    readonly nodes?: readonly NodeThen[];
    readonly offered?: typeof offers;
    readonly at?: string;
  } = {},
) {
  const { nodes = [controlPlane('cp1'), worker('w1')], offered = offers } = change;
  const backup = {
    ...request().backup,
    manifest: manifest({ proofs: [passed, { ...passed, kind: 'cross-proof' }], ...change.manifest }),
  };
  return checkRollback({
    request: request({ command: 'rollback', backup, ...(change.at !== undefined && { at: change.at }) }),
    hosts: nodes.map((node) => rollbackHost(node, offered, proxy)),
    surveyed: nodes.map(({ host, facts }) => ({ host, facts })),
    newest: 'v1.36.3',
    toPull: [],
    goesOn: false,
    ...change,
  });
}

describe('what speaks against a rollback', () => {
  it('is nothing where one hop is taken back to a proven backup', () => {
    expect(find()).toEqual([]);
  });

  const at135 = { packages: packagesAt('1.35.4') };
  it.each<[string, Parameters<typeof find>[0], ErrorCode, string]>([
    ['a backup that nothing proves', { manifest: { proofs: [] } }, 'ROLLBACK_BACKUP', 'has no checksums'],
    ['a partial backup', { manifest: { state: 'partial' } }, 'ROLLBACK_BACKUP', 'without some kinds'],
    [
      'a backup of the middle of a hop',
      { nodes: [controlPlane('cp1', {}, files('cp1', 'v1.36.3'))] },
      'ROLLBACK_BACKUP',
      'cp1 had another minor than v1.35.4',
    ],
    [
      'a control plane whose files nobody kept',
      { nodes: [{ ...worker('cp2'), host: controlPlane('cp2').host }] },
      'ROLLBACK_BACKUP',
      'no files of this control plane',
    ],
    ['more than one minor', { newest: 'v1.37.1' }, 'ROLLBACK_TOO_FAR', 'takes back one minor'],
    [
      'nothing to roll back',
      { newest: 'v1.35.4', nodes: [controlPlane('cp1', at135), worker('w1', at135)] },
      'ROLLBACK_NOTHING',
      'nothing to roll back',
    ],
    [
      'another certificate authority',
      { nodes: [controlPlane('cp1', { ca: 'another' })] },
      'ROLLBACK_OTHER_CLUSTER',
      'is not the one of the backup',
    ],
    [
      'packages that are not to be had',
      { offered: { packages: [], error: 'E: 404  Not Found' } },
      'ROLLBACK_PACKAGES',
      'has no kubeadm 1.35.4-1.1, kubelet 1.35.4-1.1, kubectl 1.35.4-1.1: E: 404  Not Found',
    ],
    [
      'an etcd that is older than its data allows',
      { nodes: [controlPlane('cp1', {}, files('cp1', 'v1.35.4', '3.5.24'))] },
      'ROLLBACK_ETCD_DATA',
      'does not read newer data',
    ],
    [
      'an etcdutl that is newer than the etcd that comes back',
      {
        nodes: [
          controlPlane('cp1', {
            member: memberFacts('cp1', { version: '3.7.0', etcdutl: { kind: 'process' } }),
          }),
        ],
      },
      'ROLLBACK_ETCD_DATA',
      'has no etcdutl but that of etcd 3.7.0',
    ],
  ])('is %s', (_what, change, code, words) => {
    const findings = find(change);
    expect(findings[0]).toMatchObject({ severity: 'blocking', code, remedy: expect.stringMatching(/.+/) });
    expect(findings[0]?.message).toContain(words);
  });

  it('is not knowing the versions', () => {
    expect(find({ newest: undefined })).toMatchObject([
      {
        severity: 'unknown',
        message: 'no host says which version it has',
        remedy: expect.stringMatching(/.+/),
      },
    ]);
    const member = memberFacts('cp1', { version: undefined });
    const backup: HostBackup = {
      ...files('cp1'),
      file: (path) => (path.endsWith('etcd.yaml') ? undefined : files('cp1').file(path)),
    };
    expect(find({ nodes: [controlPlane('cp1', { member }, backup)] })).toMatchObject([
      {
        severity: 'unknown',
        code: 'ROLLBACK_ETCD_DATA',
        message: 'nothing says which version of etcd will run there',
      },
    ]);
  });

  it('is not that images have to be pulled, which is told', () => {
    const toPull = [{ node: 'cp1', image: 'registry.k8s.io/etcd:3.6.6-0' }];
    expect(find({ toPull })).toMatchObject([{ check: 'rollback-images', severity: 'info' }]);
  });

  it('is no longer that all packages are there once it has begun', () => {
    const nodes = [controlPlane('cp1', at135)];
    expect(find({ newest: 'v1.35.4', nodes, goesOn: true })).toEqual([]);
  });

  it('lets certificates stay that are better than those of the backup', () => {
    const old: HostBackup = {
      ...files('cp1'),
      paths: ['/etc/kubernetes/pki/apiserver.crt'],
      file: (path) => (path === '/etc/kubernetes/pki/apiserver.crt' ? ENDED : files('cp1').file(path)),
    };
    const nodes = [controlPlane('cp1', {}, old)];
    expect(find({ nodes, at: '2026-11-26T00:00:00Z' })).toEqual([]);
    expect(find({ nodes, at: '2026-11-28T00:00:00Z' })).toMatchObject([
      { check: 'rollback-certificates', severity: 'warning' },
    ]);
  });
});

describe('backups of the middle of a hop', () => {
  it('are told by the manifests of their control planes', () => {
    expect(mixedHosts('v1.35.4', [files('cp1', 'v1.36.3'), files('cp2')])).toEqual(['cp1']);
    expect(mixedHosts('v1.35.4', [files('cp1', 'v1.35.3'), files('cp2')])).toEqual([]);
  });
});

describe('the order of a rollback', () => {
  const restore = { restoreId: 'r1', backupId: 'b1', bump: '1000000000' };
  const nodes = ['cp1', 'cp2', 'cp3'].map((name) => controlPlane(name));
  const all = [...nodes, worker('w1'), worker('w2')];
  const hosts: readonly RollbackHost[] = all.map((node) => rollbackHost(node, offers, proxy));
  const list = restoreSteps({
    restore,
    snapshot,
    revision: '1000004712',
    encryption: () => undefined,
    hosts: nodes.map(({ host, facts }) => ({ host, facts })),
    nodes: all.map(({ host }) => host.name),
    rollback: rollbackSteps(
      { restore, from: 'v1.36.3', repository: undefined, at: '2026-11-22T10:00:00Z', hosts },
      'v1.35.4',
    ),
  });
  const places = (kind: RestoreStepKind) => list.flatMap((step, at) => (step.kind === kind ? [at] : []));

  it.each<[RestoreStepKind, RestoreStepKind, string]>([
    ['stage', 'upload', 'what is not to be had is found out first'],
    ['upload', 'stop-control-plane', 'everything is there before anything stops'],
    ['stop-etcd', 'put-back', 'no newer program may meet the older data'],
    ['put-back', 'swap', 'the older etcd reads it'],
    ['put-back', 'start-etcd', 'it is the older one that starts'],
    ['put-back', 'restart-kubelets', 'on workers too'],
    ['nodes', 'settle', 'workloads need their nodes'],
    ['settle', 'finish', 'until then a run goes on with it'],
  ])('%s before %s: %s', (first, second) => {
    expect(places(first).length).toBeGreaterThan(0);
    expect(places(second).length).toBeGreaterThan(0);
    expect(Math.max(...places(first))).toBeLessThan(Math.min(...places(second)));
  });

  it('takes every node back, workers beside each other', () => {
    const back = list.filter(({ kind }) => kind === 'put-back');
    expect(back.map(({ node }) => node)).toEqual(['cp1', 'cp2', 'cp3', 'w1', 'w2']);
    expect(new Set(back.map(({ batch }) => batch)).size).toBe(1);
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
  });

  it('only lets a host take the older packages again that the hop had not reached otherwise', () => {
    const untouched = rollbackHost(worker('w3', { packages: packagesAt('1.35.4') }), offers, proxy);
    const input = { restore, from: 'v1.36.3', repository: undefined, at: '2026-11-22T10:00:00Z' } as const;
    const steps = rollbackSteps({ ...input, hosts: [untouched] }, 'v1.35.4');
    expect(steps.before.map(({ does }) => does)).toEqual(['Let w3 take packages of 1.35 again']);
    expect(steps.before[0]?.script).not.toContain('unfinished');
    expect([steps.stopped, steps.workers]).toEqual([[], []]);
    // One that was begun with is put back to its end, although its packages are there.
    const begun = rollbackHost({ ...untouched, begun: true }, offers, proxy);
    expect(rollbackSteps({ ...input, hosts: [begun] }, 'v1.35.4').workers).toEqual(['w3']);
  });

  it('finishes control planes last: a run that goes on is told by them', () => {
    const finish = list.filter(({ kind }) => kind === 'finish').map(({ id }) => id);
    expect(finish).toEqual([
      'r1/forget',
      'r1/finish-workers',
      'r1/cp1/finish',
      'r1/cp2/finish',
      'r1/cp3/finish',
    ]);
  });
});
