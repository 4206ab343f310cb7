import { beforeAll, describe, expect, it } from 'vitest';
import type { RestoreResult, Result } from '../../src/report/model.ts';
import { countOf } from '../../src/restore/etcd/compare.ts';
import { kubectl } from './kubectl.ts';
import { compareRestored } from './support/after-restore.ts';
import { expectVersion } from './support/expect-version.ts';
import { takenBackup } from './support/exported.ts';
import { killedAt } from './support/killed-at.ts';
import { kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { hostFingerprints } from './support/versions.ts';

type Upgraded = Extract<Result, { readonly command: 'upgrade' }>;

describe('kubestair rollback, after an upgrade that nobody wants any more', () => {
  let lab: TestLab;
  let file: string;
  let upgraded: Upgraded;
  let rolledBack: RestoreResult;
  const run = (args: readonly string[]) => kubestair([...args, '-f', file], storeEnvironment(lab.access));

  beforeAll(async () => {
    lab = await freshLab();
    file = await writeClusterFile(lab, { version: 'v1.36.3' });
  });

  it('has nothing to go back to before the upgrade', async () => {
    const result = await run(['rollback', '--confirm', 'test']);
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('ROLLBACK_NO_BACKUP');
    expect(result.stderr).toContain('no proven backup that an upgrade of test made before its last hop');
  });

  it('is of an upgrade that went well', async () => {
    const result = await run(['upgrade', '-o', 'json']);
    expect(result.code).toBe(0);
    upgraded = JSON.parse(result.stdout) as Upgraded;
    await kubectl(lab.state, ['create', 'namespace', 'later']);
    await kubectl(lab.state, ['-n', 'demo', 'scale', 'deployment', 'web', '--replicas=4']);
  });

  it('shows every command and what is lost, and touches nothing', async () => {
    const before = await hostFingerprints(lab.state);
    const result = await run(['rollback', '--dry-run']);
    expect(result.code).toBe(0);
    for (const text of [
      'v1.36.3 now, v1.35.4 in the backup',
      'namespaces',
      'kubelet=1.35.4-1.1',
      'snapshot restore',
    ])
      expect(result.stdout).toContain(text);
    expect((await run(['rollback', '--confirm', 'prod'])).code).toBe(2);
    expect(await hostFingerprints(lab.state)).toBe(before);
  });

  it('brings every host back to the version of before', async () => {
    const result = await run(['rollback', '--confirm', 'test', '-o', 'json']);
    expect(result.code).toBe(0);
    rolledBack = JSON.parse(result.stdout) as RestoreResult;
    expect(rolledBack.backup.manifest.id).toBe(upgraded.backup?.manifest.id);
    expect(rolledBack.comparison && countOf(rolledBack.comparison, 'unexplained')).toBe(0);
    await expectVersion(lab, '1.35.4', '3.6.6');
  });

  it('has every object as the export has it, and workloads that run', async () => {
    for (const workload of ['deployment/web', 'statefulset/store', 'daemonset/agent'])
      await kubectl(lab.state, ['-n', 'demo', 'rollout', 'status', workload, '--timeout=180s']);
    await expect(kubectl(lab.state, ['get', 'namespace', 'later'])).rejects.toThrow('NotFound');
    const compared = await compareRestored(lab, {
      backup: takenBackup(lab, rolledBack.backup),
      writtenAfter: rolledBack.restore.writtenAfter,
      underLoad: 'none',
      ended: 'demo/',
    });
    console.error(JSON.stringify(compared));
    expect(compared.wrong).toEqual([]);
    expect(compared.replaced.filter((pod) => !pod.endsWith(' Running'))).toEqual([]);
    expect(compared.same).toBeGreaterThan(150);
  });

  it('rolls nothing back a second time', async () => {
    const result = await run(['rollback', '--confirm', 'test']);
    expect(result.code).toBe(3);
    expect(result.stderr + result.stdout).toContain('ROLLBACK_NOTHING');
  });
});

describe('kubestair rollback, after an upgrade that was cut off', () => {
  let lab: TestLab;
  let file: string;
  const run = (args: readonly string[]) => kubestair([...args, '-f', file], storeEnvironment(lab.access));

  beforeAll(async () => {
    lab = await freshLab();
    file = await writeClusterFile(lab, { version: 'v1.36.3' });
    await killedAt(['upgrade', '-f', file], /w1: .*drain w1/i, storeEnvironment(lab.access));
  });

  it('refuses while packages of before cannot be had, and touches nothing', async () => {
    const offline = await writeClusterFile(lab, {
      version: 'v1.36.3',
      spec: { packages: { repository: `${lab.access.aptUrl}/nowhere` } },
    });
    const before = await hostFingerprints(lab.state);
    const result = await kubestair(
      ['rollback', '-f', offline, '--confirm', 'test', '--lock-wait', '2m'],
      storeEnvironment(lab.access),
    );
    expect(result.code).toBe(3);
    expect(result.stderr + result.stdout).toContain('ROLLBACK_PACKAGES');
    expect(await hostFingerprints(lab.state)).toBe(before);
    file = await writeClusterFile(lab, { version: 'v1.36.3' });
  });

  it('goes on to its end after it was killed while hosts were put back', async () => {
    const command = ['rollback', '-f', file, '--confirm', 'test', '--lock-wait', '2m'];
    await killedAt(command, /Put packages, manifests/, storeEnvironment(lab.access));
    const result = await kubestair([...command, '-o', 'json'], storeEnvironment(lab.access));
    expect(result.code).toBe(0);
    const { restore } = JSON.parse(result.stdout) as RestoreResult;
    expect(restore.goesOn).toBe(true);
    await expectVersion(lab, '1.35.4', '3.6.6');
  });

  it('leaves a cluster that can be upgraded again', async () => {
    const result = await run(['upgrade']);
    expect(result.code).toBe(0);
    await expectVersion(lab, '1.36.3', '3.6.8');
  });
});
