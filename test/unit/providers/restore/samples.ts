import type { EncryptionPart, Manifest, Part } from '../../../../src/backup/manifest.ts';
import { known } from '../../../../src/cluster/known.ts';
import type { HostFacts, MemberFacts } from '../../../../src/providers/kubeadm/restore/facts.ts';
import type { SurveyedHost } from '../../../../src/providers/kubeadm/restore/steps.ts';
import { staticPodOf } from '../../../../src/providers/kubeadm/static-pod.ts';
import type { HostBackup } from '../../../../src/restore/etcd/host-backup.ts';
import type { BackedUpNode, RestoreRequest } from '../../../../src/restore/etcd/restorer.ts';
import { memoryStore } from '../../backup/support/memory-store.ts';

/** A cluster of control planes `cp1`, `cp2` … and what was found on them. */

const UID = '7c0f2f4e-5a9b-4c53-8a3f-0f2f2b8f2f10';
const CA = '-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----\n';

function part(path: string, bytes = 2_000_000): Part {
  const digest = { bytes, sha256: 'cd'.repeat(32) };
  return { path, plain: digest, sealed: digest };
}

export const snapshot = part('etcd/snapshot.db.zst');

export function manifest(change: Partial<Manifest> = {}): RestoreRequest['backup']['manifest'] {
  return {
    format: 'kubestair.dev/backup/v1',
    id: '20261121T090507Z-3f9a',
    tool: 'kubestair/0.1.0',
    cluster: { name: 'prod', uid: UID, version: 'v1.35.4' },
    reason: 'backup',
    runId: 'r-1',
    startedAt: '2026-11-21T09:05:07Z',
    finishedAt: '2026-11-21T09:05:57Z',
    state: 'complete',
    resourceVersion: '4711',
    resources: [],
    hosts: [],
    recipients: [],
    proofs: [],
    ...change,
    etcd: {
      member: 'cp1',
      memberId: 'a1',
      etcdVersion: '3.6.6',
      revision: '4712',
      trailerSha256: 'ef'.repeat(32),
      part: snapshot,
      ...change.etcd,
    },
  };
}

export function apiServerManifest(version: string, flags: readonly string[] = []): string {
  return `spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:${version}
    command: [kube-apiserver, ${['--etcd-servers=https://127.0.0.1:2379', ...flags].map((flag) => JSON.stringify(flag)).join(', ')}]
`;
}

export function memberFacts(name: string, change: Partial<MemberFacts> = {}): MemberFacts {
  return {
    name,
    peerUrls: [`https://${name}.example:2380`],
    dataDir: '/var/lib/etcd',
    walDir: undefined,
    isMountPoint: false,
    owner: '0:0',
    freeBytes: 50e9,
    version: '3.6.6',
    runs: { kind: 'static-pod', image: 'registry.k8s.io/etcd:3.6.6-0' },
    etcdutl: { kind: 'image', socket: '/run/containerd/containerd.sock' },
    ...change,
  };
}

const nothing = { version: '', held: false };

export function hostFacts(name: string, change: Partial<HostFacts> = {}): HostFacts {
  const apiServer = staticPodOf(apiServerManifest('v1.35.4'));
  return {
    name,
    manifests: apiServer === undefined ? {} : { 'kube-apiserver': apiServer },
    stopped: [],
    ca: CA,
    encryption: undefined,
    unfinished: undefined,
    lastRevision: 0n,
    units: [],
    packages: { kubeadm: nothing, kubelet: nothing, kubectl: nothing },
    freeBytes: 60e9,
    member: memberFacts(name),
    ...change,
  };
}

export function surveyed(name: string, change: Partial<HostFacts> = {}): SurveyedHost {
  return {
    host: { name, address: `${name}.example`, role: 'control-plane' },
    facts: hostFacts(name, change),
  };
}

export function node(name: string, role: BackedUpNode['role'] = 'control-plane'): BackedUpNode {
  return { name, role, address: `${name}.example`, kubelet: 'v1.35.4' };
}

export function request(change: Partial<RestoreRequest> = {}): RestoreRequest {
  const backup = { manifest: manifest(), storeUrl: 'memory://store', prefix: 'prod/b1/' };
  return {
    command: 'restore-etcd',
    tool: 'kubestair/0.1.0',
    runId: '20261122T100000Z-0001',
    at: '2026-11-22T10:00:00Z',
    backup,
    source: { store: memoryStore(), prefix: backup.prefix, identities: [] },
    nodes: [node('cp1'), node('w1', 'worker')],
    live: known({ uid: UID, nodes: [node('cp1'), node('w1', 'worker')] }),
    losses: known({ kinds: [], skipped: [] }),
    expectedUid: undefined,
    otherCluster: false,
    without: [],
    ...change,
  };
}

export function hostBackup(name: string, ca = CA): HostBackup {
  return {
    node: name,
    file: (path) => (path === '/etc/kubernetes/pki/ca.crt' ? ca : undefined),
    paths: ['/etc/kubernetes/pki/ca.crt'],
    packages: { kubeadm: nothing, kubelet: nothing, kubectl: nothing },
  };
}

export function keysOf(name: string): EncryptionPart {
  return {
    node: name,
    file: '/etc/kubernetes/enc.yaml',
    providers: ['aescbc'],
    part: part(`encryption/${name}.yaml.zst.age`, 300),
  };
}
