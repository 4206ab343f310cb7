import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RestoreResult } from '../../src/report/model.ts';
import { countOf } from '../../src/restore/etcd/compare.ts';
import type { RunResult } from './command.ts';
import { messageOf } from './errors.ts';
import { kubectl } from './kubectl.ts';
import { onHost } from './ssh.ts';
import { compareRestored } from './support/after-restore.ts';
import { storeFolder, type TakenBackup, takeBackup } from './support/exported.ts';
import { killedAt } from './support/killed-at.ts';
import { kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { nodeFacts } from './support/versions.ts';
import { startWriter } from './support/writer.ts';
import { clusterHosts } from './topology.ts';
import { waitFor } from './wait.ts';

describe('kubestair restore etcd, with the data wiped under a running etcd', () => {
  let lab: TestLab;
  let file: string;
  let backup: TakenBackup;
  let restored: RestoreResult;

  beforeAll(async () => {
    lab = await freshLab();
    file = await writeClusterFile(lab);
    const writer = await startWriter(lab.access);
    try {
      backup = await takeBackup(lab, file);
      expect(writer.count()).toBeGreaterThan(50);
      // What comes after the backup is written under the same load.
      await changeThings(lab);
    } finally {
      await writer.stop();
    }
  });

  const command = (confirm: string) => [
    ...['restore', 'etcd', '-f', file, '--from', 'latest', '--confirm', confirm, '-o', 'json'],
  ];
  const restore = (confirm: string): Promise<RunResult> =>
    kubestair(command(confirm), storeEnvironment(lab.access));

  it('touches nothing when another name is typed', async () => {
    const before = await traces(lab);
    const result = await restore('prod');
    expect(result.code).toBe(2);
    expect(result.stdout + result.stderr).toContain('nothing was touched');
    expect(await traces(lab)).toEqual(before);
  });

  it('goes on to its end after it was killed between stop and start of etcd', async () => {
    await wipe(lab);
    await killedAt(command('test'), /Put the new data in place/, storeEnvironment(lab.access));
    await expect(kubectl(lab.state, ['get', '--raw', '/readyz', '--request-timeout=5s'])).rejects.toThrow();
    const result = await restore('test');
    expect(result.code).toBe(0);
    restored = JSON.parse(result.stdout) as RestoreResult;
    expect(restored.restore.goesOn).toBe(true);
    expect(restored.records.some(({ state }) => state === 'was-done')).toBe(true);
    const { comparison } = restored;
    expect(comparison?.skipped).toEqual([]);
    expect(comparison && countOf(comparison, 'unexplained')).toBe(0);
  });

  it('brings nodes and workloads back to work', async () => {
    for (const workload of ['deployment/web', 'statefulset/store', 'daemonset/agent'])
      await kubectl(lab.state, ['-n', 'demo', 'rollout', 'status', workload, '--timeout=180s']);
    for (const node of await nodeFacts(lab.state))
      expect(node).toMatchObject({ ready: true, unschedulable: false, marks: [] });
  });

  it('has every object as the export has it, but for what a restore must change', async () => {
    const { writtenAfter } = restored.restore;
    const expected = { backup, writtenAfter, underLoad: 'churn', ended: 'demo/web-' };
    const compared = await compareRestored(lab, expected);
    console.error(JSON.stringify(compared));
    expect(compared.wrong).toEqual([]);
    expect(compared.same).toBeGreaterThan(150);
  });

  it('keeps what came after the backup in the old data alone', async () => {
    await expect(kubectl(lab.state, ['get', 'namespace', 'later'])).rejects.toThrow('NotFound');
    expect(await kubectl(lab.state, ['get', 'node', 'w1', '-o', 'jsonpath={.metadata.labels.later}'])).toBe(
      '',
    );
    expect(await kubectl(lab.state, ['-n', 'demo', 'get', 'stairs', '-o', 'name'])).not.toBe('');
    for (const { node, path: kept } of restored.restore.kept)
      await onHost(lab.state, node, `test -e ${kept}/member/snap/db`);
  });
});

async function changeThings({ state }: TestLab): Promise<void> {
  await kubectl(state, ['create', 'namespace', 'later']);
  await kubectl(state, ['-n', 'later', 'create', 'configmap', 'note', '--from-literal=a=b']);
  await kubectl(state, ['label', 'node', 'w1', 'later=yes']);
  await kubectl(state, ['-n', 'demo', 'scale', 'statefulset', 'store', '--replicas=3']);
  await kubectl(state, ['-n', 'demo', 'delete', 'deployment', 'web']);
  await kubectl(state, ['delete', 'crd', 'stairs.lab.kubestair.dev', '--timeout=60s']);
}

/** What a run that began would leave: files in the store, and marks and another etcd on the control planes. */
async function traces(lab: TestLab): Promise<readonly string[]> {
  const look = 'ls -A /var/lib/kubestair/restore /etc/kubernetes 2>&1 || true; pgrep -x etcd';
  const hosts = controlPlanes(lab).map(async (name) => `${name}: ${await onHost(lab.state, name, look)}`);
  return [
    ...(await readdir(storeFolder(lab), { recursive: true })),
    ...(await Promise.all(hosts)),
  ].toSorted();
}

/** etcd starts again without data, and the API server answers as a cluster without objects: as bad as it gets. */
async function wipe(lab: TestLab): Promise<void> {
  const lose = 'pid=$(pgrep -x etcd); rm -rf /var/lib/etcd; kill -9 $pid';
  await Promise.all(controlPlanes(lab).map((name) => onHost(lab.state, name, lose)));
  const empty = async (): Promise<true | undefined> => {
    const args = ['get', 'namespace', 'demo', '-o', 'name', '--request-timeout=5s'];
    const said = await kubectl(lab.state, args).catch(messageOf);
    return /NotFound|Forbidden/.test(said) ? true : undefined;
  };
  await waitFor('a cluster without objects', empty, { timeoutMs: 180_000, everyMs: 1000 });
}

function controlPlanes({ state }: TestLab): readonly string[] {
  return clusterHosts(state.hosts).flatMap(({ name, role }) => (role === 'control-plane' ? [name] : []));
}
