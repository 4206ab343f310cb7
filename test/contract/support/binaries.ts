import { join } from 'node:path';
import { toolPart } from '../../lab/parts/catalog.ts';
import { ensureApiPrograms } from '../../lab/parts/contract.ts';
import { ensurePart } from '../../lab/parts/parts.ts';
import { releaseOf } from '../../lab/parts/releases.ts';

/** The Kubernetes release that contract tests run against. */
export const KUBERNETES = '1.36.3';

const say = (line: string): void => console.log(line);

/** Path of kube-apiserver; built when the cache has it not. */
export async function apiServerBinary(): Promise<string> {
  return (await ensureApiPrograms(KUBERNETES, say)).kubeApiserver;
}

/** Path of etcd, etcdctl or etcdutl as that release's kubeadm installs it. */
export async function etcdBinary(name: 'etcd' | 'etcdctl' | 'etcdutl'): Promise<string> {
  return join(await ensurePart({ name: 'etcd', version: releaseOf(KUBERNETES).etcd }, say), name);
}

/** Path of an S3 server over a directory. */
export async function s3Binary(): Promise<string> {
  return join(await ensurePart(toolPart('versitygw'), say), 'versitygw');
}

/** Path of age or age-keygen. */
export async function ageBinary(name: 'age' | 'age-keygen'): Promise<string> {
  return join(await ensurePart(toolPart('age'), say), name);
}
