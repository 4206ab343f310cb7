import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ApiServer, startApiServer } from '../../contract/support/api-server.ts';
import { type S3Server, startS3 } from '../../contract/support/s3-server.ts';
import { temporaryDirectory } from '../../contract/support/temporary.ts';
import type { TaskInput } from '../tasks/task.ts';

const BUCKET = 'backups';

/** A real API server over a real etcd, an S3 server and a directory to back up to; no nodes, no controllers. */
export interface BenchCluster extends AsyncDisposable {
  readonly api: ApiServer;
  readonly s3: S3Server;
  readonly bucket: string;
  /** Of a user that priority and fairness counts, as it does not count system:masters. */
  readonly kubeconfig: string;
  readonly toS3: TaskInput;
  readonly toDirectory: TaskInput;
  /** Environment with the credentials of the S3 server. */
  readonly env: Readonly<Record<string, string>>;
}

export async function openCluster(flags: readonly string[] = []): Promise<BenchCluster> {
  await using stack = new AsyncDisposableStack();
  const directory = join(stack.use(await temporaryDirectory()).path, 'store');
  await mkdir(directory);
  const api = stack.use(await startApiServer(flags));
  const s3 = stack.use(await startS3([BUCKET]));
  await bindOperators(api);
  const kubeconfig = await api.kubeconfigFor('operator');
  const owned = stack.move();
  return {
    api,
    s3,
    bucket: BUCKET,
    kubeconfig,
    toS3: { kubeconfig, store: { store: `s3://${BUCKET}/team`, endpoint: s3.endpoint, pathStyle: true } },
    toDirectory: { kubeconfig, store: { store: `file://${directory}`, pathStyle: false } },
    env: { ...s3.credentials },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function bindOperators(api: ApiServer): Promise<void> {
  const binding = {
    metadata: { name: 'operators' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'Group', name: 'operators', apiGroup: 'rbac.authorization.k8s.io' }],
  };
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
  await api.send('POST', path, JSON.stringify(binding));
}
