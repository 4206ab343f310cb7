import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ApiServer } from '../../contract/support/api-server.ts';
import { freePort, startServer } from '../../contract/support/server.ts';
import { temporaryDirectory } from '../../contract/support/temporary.ts';
import { toolPart } from '../../lab/parts/catalog.ts';
import { ensureParts, partIn } from '../../lab/parts/parts.ts';
import type { BenchCluster } from './cluster.ts';
import { type ProgramResult, watchProcess } from './program.ts';

const NAMESPACE = 'velero';
const API = `/apis/velero.io/v1/namespaces/${NAMESPACE}`;
const LOOK_MILLISECONDS = 50;

export interface VeleroResult extends ProgramResult {
  readonly objects: number;
}

/** Velero's server beside the cluster, with its AWS plugin and default settings, backing up to the cluster's S3 server. */
export interface Velero extends AsyncDisposable {
  /** Backs up the resources of the whole cluster. */
  backUp(name: string): Promise<VeleroResult>;
  /** Restores one namespace of a backup. */
  restore(name: string, backup: string, namespace: string): Promise<VeleroResult>;
}

export async function startVelero(cluster: BenchCluster, say: (line: string) => void): Promise<Velero> {
  const { api, bucket, s3, kubeconfig, env } = cluster;
  await using stack = new AsyncDisposableStack();
  const home = stack.use(await temporaryDirectory()).path;
  const program = toolPart('velero');
  const plugin = toolPart('velero-plugin-for-aws');
  const parts = await ensureParts([program, plugin], say);
  const command = join(partIn(parts, program), 'velero');
  await install(command, home, api);
  await api.send('POST', `${API}/backupstoragelocations`, JSON.stringify(locationOf(bucket, s3.endpoint)));
  const ports = [await freePort(), await freePort()];
  const server = stack.use(
    await startServer({
      command,
      args: [
        'server',
        `--plugin-dir=${partIn(parts, plugin)}`,
        `--metrics-address=127.0.0.1:${ports[0]}`,
        `--profiler-address=127.0.0.1:${ports[1]}`,
        '--log-level=warning',
      ],
      env: {
        ...env,
        KUBECONFIG: kubeconfig,
        HOME: home,
        VELERO_NAMESPACE: NAMESPACE,
        AWS_REGION: 'us-east-1',
      },
      ready: async () => {
        const { status } = await read(api, 'backupstoragelocations', 'default');
        if (status?.phase !== 'Available') throw new Error('its storage location is not available yet');
      },
      // Plugins are processes of their own, which it ends.
      graceMilliseconds: 5000,
    }),
  );
  const owned = stack.move();
  return {
    async backUp(name) {
      const spec = {
        includedNamespaces: ['*'],
        storageLocation: 'default',
        snapshotVolumes: false,
        ttl: '24h0m0s',
      };
      const { status, ...used } = await carryOut(api, server.pid, 'backups', 'Backup', name, spec);
      return { ...used, objects: status?.progress?.itemsBackedUp ?? 0 };
    },
    async restore(name, backup, namespace) {
      const spec = { backupName: backup, includedNamespaces: [namespace] };
      const { status, ...used } = await carryOut(api, server.pid, 'restores', 'Restore', name, spec);
      return { ...used, objects: status?.progress?.itemsRestored ?? 0 };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface VeleroObject {
  readonly status?: {
    readonly phase?: string;
    readonly failureReason?: string;
    readonly progress?: { readonly itemsBackedUp?: number; readonly itemsRestored?: number };
  };
}

async function install(command: string, home: string, api: ApiServer): Promise<void> {
  const { stdout } = await promisify(execFile)(
    command,
    ['install', '--crds-only', '--dry-run', '-o', 'json'],
    { env: { ...process.env, HOME: home }, maxBuffer: 64 * 1024 * 1024 },
  );
  const { items } = JSON.parse(stdout) as { readonly items: readonly { readonly kind: string }[] };
  await api.send('POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name: NAMESPACE } }));
  for (const item of items) {
    if (item.kind !== 'CustomResourceDefinition') continue;
    await api.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', JSON.stringify(item));
  }
  // A restore looks itself up as the Deployment that it usually is.
  const deployments = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
  await api.send('POST', deployments, JSON.stringify(deploymentOfItself()));
  for (;;) {
    try {
      await api.send('GET', `${API}/backupstoragelocations`);
      await api.send('GET', `${API}/restores`);
      return;
    } catch {
      await sleep(LOOK_MILLISECONDS);
    }
  }
}

function deploymentOfItself(): unknown {
  const labels = { component: 'velero' };
  const containers = [{ name: 'velero', image: 'velero/velero:v1.18.3' }];
  return {
    metadata: { name: 'velero', labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}

function locationOf(bucket: string, s3Url: string): unknown {
  return {
    apiVersion: 'velero.io/v1',
    kind: 'BackupStorageLocation',
    metadata: { name: 'default' },
    spec: {
      provider: 'aws',
      default: true,
      objectStorage: { bucket, prefix: 'velero' },
      config: { region: 'us-east-1', s3ForcePathStyle: 'true', s3Url },
    },
  };
}

async function read(api: ApiServer, resource: string, name: string): Promise<VeleroObject> {
  return JSON.parse(await api.send('GET', `${API}/${resource}/${name}`)) as VeleroObject;
}

/** Creates a request of Velero's and waits until it is carried out. */
async function carryOut(
  api: ApiServer,
  pid: number,
  resource: string,
  kind: string,
  name: string,
  spec: unknown,
): Promise<ProgramResult & VeleroObject> {
  const watch = watchProcess(pid);
  const started = performance.now();
  const body = { apiVersion: 'velero.io/v1', kind, metadata: { name }, spec };
  await api.send('POST', `${API}/${resource}`, JSON.stringify(body));
  for (;;) {
    await sleep(LOOK_MILLISECONDS);
    const { status } = await read(api, resource, name);
    const phase = status?.phase ?? '';
    if (phase === 'Completed') {
      return { seconds: (performance.now() - started) / 1000, ...watch.stop(), ...(status && { status }) };
    }
    if (!/Failed/.test(phase)) continue;
    watch.stop();
    throw new Error(`Velero's ${kind} ${name} is ${phase}: ${status?.failureReason ?? 'see its log'}`);
  }
}
