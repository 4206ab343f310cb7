import type { Manifest, Proof, ResourcePart } from '../../../../src/backup/manifest.ts';

const digest = { bytes: 1, sha256: 'aa' };

export const pods: ResourcePart = {
  group: '',
  version: 'v1',
  resource: 'pods',
  kind: 'Pod',
  namespaced: true,
  objects: 3,
  consistency: 'exact',
  listResourceVersion: '100',
  part: { path: 'resources/core/v1/pods.ndjson.zst', plain: digest, sealed: digest },
};

/** A proof that passed, but for what a test says. */
export function proof(kind: Proof['kind'], over: Partial<Proof> = {}): Proof {
  return { kind, result: 'passed', at: '2026-11-21T09:06:06.000Z', detail: '1 part', ...over };
}

/** A manifest of a complete backup, but for what a test says. */
export function manifest(over: Partial<Manifest> = {}): Manifest {
  return {
    format: 'kubestair.dev/backup/v1',
    id: '20261121T090507Z-3f9a',
    tool: 'kubestair 0.1.0',
    cluster: { name: 'prod', uid: '0b5c', version: 'v1.36.3' },
    reason: 'backup',
    runId: 'run-1',
    startedAt: '2026-11-21T09:05:07.000Z',
    finishedAt: '2026-11-21T09:06:07.000Z',
    state: 'complete',
    resourceVersion: '100',
    resources: [pods],
    hosts: [],
    recipients: [],
    proofs: [proof('checksums'), proof('cross-proof')],
    ...over,
  };
}
