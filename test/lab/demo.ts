import { spawn } from 'node:child_process';
import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { accessTo, type LabAccess } from './access.ts';
import { messageOf } from './errors.ts';
import { up } from './lab.ts';
import { labPaths } from './paths.ts';
import { deployWorkloads } from './workloads/deploy.ts';

const name = 'demo';
const root = path.resolve(import.meta.dirname, '../..');
const clusterFile = 'test/lab/demo/cluster.yaml';

/** Shows the main job on a real, disposable cluster: a plan, then the upgrade with its backup, then where to look. */
async function demo(): Promise<number> {
  say(`Kubestair's demonstration: a cluster of three hosts goes from Kubernetes 1.35.4 to 1.36.3.

  What it makes  three system containers with kubeadm's Kubernetes, a package repository, an image registry
                 and an S3 server, on this machine alone; a Deployment with a budget, a StatefulSet with local
                 data, a DaemonSet and a custom resource as workloads.
  Builds         Kubernetes 1.35.4 and 1.36.3, etcd, CoreDNS, containerd and the S3 server, from source.
  Time           about 25 minutes the first time on 2 cores, about 8 minutes after that.
  Disk           about 20 GB below ~/.cache and Go's module cache; npm run lab -- down --name demo removes the cluster,
                 node test/lab/parts/cli.ts clean the caches.
`);
  const state = await up({ name, controlPlanes: 1, workers: 2, version: '1.35.4', also: ['1.36.3'] }, say);
  await linkLab();
  say('deploying the workloads');
  await deployWorkloads(state);

  const access = accessTo(state);
  const planned = await kubestair(['plan', '-f', clusterFile], access);
  if (planned !== 0) return planned;
  const upgraded = await kubestair(['upgrade', '-f', clusterFile], access);
  if (upgraded !== 0) return upgraded;
  whereToLook();
  return 0;
}

/** Runs the built command line the way a user would, and shows how to type the same. */
async function kubestair(args: readonly string[], access: LabAccess): Promise<number> {
  say(`\n$ npx kubestair ${args.join(' ')}\n`);
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_S3: access.s3.endpoint,
    AWS_REGION: access.s3.region,
    AWS_ACCESS_KEY_ID: access.s3.accessKey,
    AWS_SECRET_ACCESS_KEY: access.s3.secretKey,
  };
  const child = spawn(process.execPath, ['dist/cli.js', ...args], { cwd: root, env, stdio: 'inherit' });
  return await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

// The committed cluster file needs paths that are the same on every machine.
async function linkLab(): Promise<void> {
  const link = path.join(root, '.lab', name);
  await mkdir(path.dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(labPaths(name).dir, link);
}

function whereToLook(): void {
  say(`
Where to look now:
  npm run lab -- kubectl --name demo get nodes -o wide      the nodes, at the new version
  npm run lab -- ssh --name demo w1                         a host; try: apt-mark showhold
  ls .lab/demo/s3/backups/clusters/demo                     the backup: zstd and jq read it
  npm run lab -- status --name demo                         hosts and services
  npm run demo                                              again: nothing to do
  npm run lab -- down --name demo                           remove all of it`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

try {
  process.exitCode = await demo();
} catch (cause) {
  say(`demo: ${messageOf(cause)}`);
  process.exitCode = 1;
}
