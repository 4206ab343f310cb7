import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Catalogue } from '../../src/report/model.ts';
import { kubectl } from './kubectl.ts';
import {
  type ExampleRepository,
  exampleRepository,
  runWorkflow,
  type WorkflowEnded,
  type WorkflowStart,
} from './support/act.ts';
import { cli, kubestair } from './support/kubestair.ts';
import { startS3Proxy } from './support/s3-proxy.ts';
import { freshLab, storeEnvironment, storePrefix, type TestLab } from './support/test-lab.ts';
import { startWriter, type Writer } from './support/writer.ts';

const NAMESPACE = 'demo';
const KINDS = 'deployments,statefulsets,daemonsets,services,configmaps,secrets,stairs.lab.kubestair.dev';

/** The example workflows as they stand, on a cluster whose objects change all the while. */
describe('the workflows of a cluster file', () => {
  let lab: TestLab;
  let repository: ExampleRepository;
  let writer: Writer;

  beforeAll(async () => {
    lab = await freshLab();
    repository = await exampleRepository({ 'clusters/prod.yaml': clusterFile(lab) });
    writer = await startWriter(lab.access);
  });

  afterAll(async () => {
    await writer?.stop();
    await repository?.[Symbol.asyncDispose]();
  });

  const start = async (given: WorkflowStart): Promise<WorkflowEnded> => {
    const { access } = lab;
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', ...env } = storeEnvironment(access);
    return await runWorkflow(repository, {
      ...given,
      secrets: {
        KUBECONFIG_PROD: await readFile(access.kubeconfig, 'utf8'),
        SSH_KEY_PROD: await readFile(access.key, 'utf8'),
      },
      vars: {
        SSH_KNOWN_HOSTS_PROD: await readFile(access.knownHosts, 'utf8'),
        BACKUP_ROLE: 'arn:aws:iam::123456789012:role/backup',
      },
      env: {
        ...env,
        ASSUMED_ACCESS_KEY_ID: AWS_ACCESS_KEY_ID,
        ASSUMED_SECRET_ACCESS_KEY: AWS_SECRET_ACCESS_KEY,
      },
    });
  };
  const nightly = (): Promise<WorkflowEnded> => start({ workflow: 'nightly-backup.yml', event: 'schedule' });
  const restore = (inputs: Readonly<Record<string, string>>): Promise<WorkflowEnded> =>
    start({
      workflow: 'restore.yml',
      event: 'workflow_dispatch',
      inputs: { what: 'resources', from: 'latest', namespace: NAMESPACE, ...inputs },
    });
  const backups = async (): Promise<readonly string[]> => {
    const file = `${repository.path}/clusters/prod.yaml`;
    const listed = await kubestair(['backups', '-f', file, '-o', 'json'], storeEnvironment(lab.access));
    const { catalogue } = JSON.parse(listed.stdout) as { readonly catalogue: Catalogue };
    return catalogue.backups.map(({ id }) => id);
  };
  let kept: string;

  it('back up every night, and delete what the rule does not keep', async () => {
    const first = await nightly();
    expect(first.code).toBe(0);
    expect(first.outputs).toMatchObject({ 'backup/outcome': 'changed', 'prune/outcome': 'nothing-to-do' });
    const second = await nightly();
    expect(second.outputs).toMatchObject({ 'backup/outcome': 'changed', 'prune/outcome': 'changed' });
    kept = second.outputs['backup/backup-id'] ?? '';
    expect(await backups()).toEqual([kept]);
    expect(second.printed).toContain(
      `The backup is at s3://${lab.access.s3.bucket}/${storePrefix(lab)}/prod/${kept}.`,
    );
  });

  it('show what a prune would delete, and delete nothing', async () => {
    const shown = await start({
      workflow: 'nightly-backup.yml',
      event: 'workflow_dispatch',
      inputs: { 'keep-all': 'true' },
    });
    expect(shown.code).toBe(0);
    expect(shown.outputs).toMatchObject({ 'backup/outcome': 'changed', 'prune/outcome': 'ready' });
    expect(shown.printed).toContain('Would be deleted');
    expect(await backups()).toEqual([shown.outputs['backup/backup-id'], kept]);
  });

  it('bring a deleted namespace back, once its cluster was named', async () => {
    const before = await objectNames();
    await kubectl(lab.state, ['delete', 'namespace', NAMESPACE, '--wait=true', '--timeout=180s']);

    const shown = await restore({ confirm: '' });
    expect(shown.code).toBe(0);
    expect(shown.outputs).toMatchObject({ 'show/outcome': 'ready' });
    expect(shown.outputs['restore/outcome']).toBeUndefined();
    expect(await objectNames()).toEqual([]);

    const mistaken = await restore({ confirm: 'staging' });
    expect(mistaken.code).not.toBe(0);
    expect(mistaken.outputs['show/outcome']).toBeUndefined();
    expect(await objectNames()).toEqual([]);

    const restored = await restore({ from: kept, confirm: 'prod' });
    expect(restored.code).toBe(0);
    expect(restored.outputs).toMatchObject({ 'show/outcome': 'ready', 'restore/outcome': 'changed' });
    expect(await objectNames()).toEqual(before);
    for (const workload of ['deployment/web', 'statefulset/store', 'daemonset/agent'])
      await kubectl(lab.state, ['-n', NAMESPACE, 'rollout', 'status', workload, '--timeout=180s']);
  });

  it('show how all of etcd would be restored', async () => {
    const shown = await restore({ what: 'etcd', namespace: '', from: kept, confirm: '' });
    expect(shown.code).toBe(0);
    expect(shown.outputs).toMatchObject({ 'show/outcome': 'ready', 'show/backup-id': kept });
    expect(shown.printed).toContain('etcdutl');
  });

  it('leave a run that is killed in the middle of a backup no backup, and prune after one where the file says so', async () => {
    const { access } = lab;
    const before = await backups();
    const file = path.join(repository.path, 'clusters/on-this-machine.yaml');
    await writeFile(file, clusterFile(lab, true));
    let kill = (): void => undefined;
    await using proxy = await startS3Proxy(access.s3.endpoint, (method, url) => {
      if (method === 'GET' || !url.includes('/etcd/')) return { kind: 'pass' };
      kill();
      return { kind: 'hold', until: () => new Promise(() => undefined) };
    });
    const env = { ...process.env, ...storeEnvironment(access, proxy.endpoint) };
    const killed = spawn(process.execPath, [cli, 'backup', '-f', file], { env, stdio: 'ignore' });
    kill = () => void killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(killed.signalCode).toBe('SIGKILL');
    const listed = await kubestair(['backups', '-f', file], storeEnvironment(access));
    expect(listed.stdout).toContain('has no manifest: it is being written, or was cut off');
    expect(await backups()).toEqual(before);

    const taken = await kubestair(['backup', '-f', file], storeEnvironment(access));
    expect(taken.code).toBe(0);
    expect(taken.stdout).toContain(`In short: deleted ${before.length} backup`);
    expect(taken.stdout).toContain('has no manifest yet');
    expect(await backups()).toHaveLength(1);
  });

  it('ran while objects changed', () => {
    expect(writer.count()).toBeGreaterThan(1000);
  });

  async function objectNames(): Promise<readonly string[]> {
    const names = await kubectl(lab.state, [
      '-n',
      NAMESPACE,
      'get',
      KINDS,
      '-o',
      'name',
      '--ignore-not-found',
    ]);
    // Each namespace gets this one by itself.
    return names
      .split('\n')
      .filter((name) => name !== '' && name !== 'configmap/kube-root-ca.crt')
      .toSorted();
  }
});

/** As it lies in a repository, where credentials and host keys come from the workflow. @param here as a person has it instead */
function clusterFile(lab: TestLab, here = false): string {
  const { access } = lab;
  const { kubeconfig, user, key: identityFile, knownHosts: knownHostsFile } = access;
  return stringify({
    apiVersion: 'kubestair.dev/v1',
    kind: 'Cluster',
    metadata: { name: 'prod' },
    spec: {
      version: 'v1.36.3',
      provider: 'kubeadm',
      access: {
        context: access.context,
        ...(here && { kubeconfig }),
        ssh: { user, ...(here && { identityFile, knownHostsFile }) },
      },
      backup: {
        store: `s3://${access.s3.bucket}/${storePrefix(lab)}`,
        pathStyle: true,
        keep: { last: 1 },
        pruneAfterBackup: here,
      },
    },
  });
}
