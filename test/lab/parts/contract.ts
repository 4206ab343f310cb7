import { join } from 'node:path';
import { ensureParts, missingParts, partIn } from './parts.ts';
import type { Progress } from './progress.ts';
import type { PartRef } from './recipes.ts';
import { releaseOf } from './releases.ts';

/** Paths of the programs that make a Kubernetes API without a cluster. */
export interface ApiPrograms {
  readonly kubeApiserver: string;
  readonly kubectl: string;
  readonly etcd: string;
  readonly etcdctl: string;
}

/** Builds, or takes from the cache, what a test needs that talks to a real API server and no nodes. */
export async function ensureApiPrograms(
  version: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<ApiPrograms> {
  const kubernetes = await apiPart(version);
  const etcd: PartRef = { name: 'etcd', version: releaseOf(version).etcd };
  const parts = await ensureParts([kubernetes, etcd], progress, signal);
  return {
    kubeApiserver: join(partIn(parts, kubernetes), 'kube-apiserver'),
    kubectl: join(partIn(parts, kubernetes), 'kubectl'),
    etcd: join(partIn(parts, etcd), 'etcd'),
    etcdctl: join(partIn(parts, etcd), 'etcdctl'),
  };
}

// All of Kubernetes has the API server in it too: where the lab is built already, nothing more is.
async function apiPart(version: string): Promise<PartRef> {
  const whole: PartRef = { name: 'kubernetes', version };
  const missing = await missingParts([whole]);
  return missing.length === 0 ? whole : { name: 'kube-apiserver', version };
}
