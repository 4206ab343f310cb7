import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { accessTo, type LabAccess } from '../access.ts';
import { up } from '../lab.ts';
import { labPaths } from '../paths.ts';
import { reset, snapshot } from '../snapshot.ts';
import type { LabState } from '../state.ts';
import { deployWorkloads } from '../workloads/deploy.ts';

export interface TestLab {
  readonly state: LabState;
  readonly access: LabAccess;
  /** A private directory for what the test writes, which goes with the lab. */
  readonly dir: string;
}

/** Labs that test files share, by the end of their names; what a file leaves in one, the next file's reset undoes. */
const SHAPES = {
  /** What most tests need. */
  small: { controlPlanes: 1, workers: 2, version: '1.35.4', also: ['1.36.3'] },
  /** The same with every minor that there is. */
  stairs: { controlPlanes: 1, workers: 2, version: '1.35.4', also: ['1.36.3', '1.37.1'] },
  /** Behind a load balancer, with every minor that there is. */
  ha: { controlPlanes: 3, workers: 2, version: '1.35.4', also: ['1.36.3', '1.37.1'] },
  /** Behind a load balancer, with what one hop needs: the pods of a drained worker fit on the other one. */
  trio: { controlPlanes: 3, workers: 2, version: '1.35.4', also: ['1.36.3'] },
  /** Two workers and a host to put in the place of one. */
  spare: { controlPlanes: 1, workers: 2, spares: 1, version: '1.35.4', also: ['1.36.3'] },
  /** etcd on three hosts of its own, run by systemd. */
  external: { controlPlanes: 1, workers: 1, etcdHosts: 3, version: '1.35.4', also: ['1.36.3'] },
  /** The least that there is, with nothing in it but Kubernetes. */
  pair: { controlPlanes: 1, workers: 1, version: '1.35.4', also: ['1.36.3'] },
} as const;

const WITHOUT_WORKLOADS: readonly LabShape[] = ['pair'];

export type LabShape = keyof typeof SHAPES;

/** Two people who test on one machine keep their labs apart by this. */
const prefix = process.env['KUBESTAIR_TEST_LAB'] ?? 'test';

export const testLabNames: readonly string[] = Object.keys(SHAPES).map((shape) => `${prefix}-${shape}`);

const say = (line: string): void => console.error(`[lab] ${line}`);

/** A lab with the demonstration's workloads, as it was when it was fresh: brought up the first time, then reset. */
export async function freshLab(shape: LabShape = 'small'): Promise<TestLab> {
  const name = `${prefix}-${shape}`;
  const state = await up({ name, ...SHAPES[shape] }, say);
  if (existsSync(path.join(labPaths(name).volume, 'snapshot'))) {
    await reset(name, say);
  } else {
    if (!WITHOUT_WORKLOADS.includes(shape)) await deployWorkloads(state);
    await snapshot(name, say);
  }
  return { state, access: accessTo(state), dir: await mkdtemp(path.join(labPaths(name).dir, 'test-')) };
}

/** Parts of a cluster file that a test wants otherwise. */
export interface ClusterFileChange {
  readonly version?: string;
  readonly store?: string;
  readonly encryptTo?: readonly string[];
  /** How far backups are proven, where that is not what the test is about. */
  readonly prove?: 'cross-proof';
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly ssh?: Readonly<Record<string, unknown>>;
  readonly context?: string;
}

/** Writes a cluster file for the lab as its user would write it, and returns its path. */
export async function writeClusterFile(lab: TestLab, change: ClusterFileChange = {}): Promise<string> {
  const { access } = lab;
  const file = path.join(lab.dir, 'clusters', 'test.yaml');
  await mkdir(path.dirname(file), { recursive: true });
  const document = {
    apiVersion: 'kubestair.dev/v1',
    kind: 'Cluster',
    metadata: { name: 'test' },
    spec: {
      version: change.version ?? 'v1.36.3',
      provider: 'kubeadm',
      access: {
        kubeconfig: access.kubeconfig,
        context: change.context ?? access.context,
        ssh: {
          user: access.user,
          identityFile: access.key,
          knownHostsFile: access.knownHosts,
          ...change.ssh,
        },
      },
      backup: {
        store: change.store ?? `s3://${access.s3.bucket}/${storePrefix(lab)}`,
        pathStyle: true,
        encryptTo: change.encryptTo ?? [],
        ...(change.prove !== undefined && { prove: change.prove }),
      },
      drain: { timeout: '5m', deleteEmptyDir: true },
      kubeadm: { ignorePreflightErrors: ['SystemVerification'] },
      ...change.spec,
    },
  };
  await writeFile(file, stringify(document));
  return file;
}

/** Where in the bucket the backups of a test lie: the object store is not reset with the hosts. */
export function storePrefix(lab: TestLab): string {
  return path.basename(lab.dir);
}

/** Environment of a user of the lab's object store. */
export function storeEnvironment(access: LabAccess, endpoint = access.s3.endpoint): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: access.s3.region,
    AWS_ACCESS_KEY_ID: access.s3.accessKey,
    AWS_SECRET_ACCESS_KEY: access.s3.secretKey,
  };
}
