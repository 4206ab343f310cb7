import { beforeAll, describe, expect, it } from 'vitest';
import type { RestoreResult } from '../../src/report/model.ts';
import { countOf } from '../../src/restore/etcd/compare.ts';
import { kubectl } from './kubectl.ts';
import { compareRestored } from './support/after-restore.ts';
import { expectVersion } from './support/expect-version.ts';
import { takenBackup } from './support/exported.ts';
import { kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';

describe('kubestair rollback of three control planes behind a load balancer', () => {
  let lab: TestLab;
  let file: string;
  const run = (args: readonly string[]) =>
    kubestair([...args, '-f', file, '-o', 'json'], storeEnvironment(lab.access));

  beforeAll(async () => {
    lab = await freshLab('trio');
    file = await writeClusterFile(lab, { version: 'v1.36.3' });
    expect((await run(['upgrade'])).code).toBe(0);
    await kubectl(lab.state, ['create', 'namespace', 'later']);
  });

  it('brings every host and every object back to what they were', async () => {
    const result = await run(['rollback', '--confirm', 'test']);
    expect(result.code).toBe(0);
    const { restore, backup, comparison } = JSON.parse(result.stdout) as RestoreResult;
    expect(comparison && countOf(comparison, 'unexplained')).toBe(0);
    await expectVersion(lab, '1.35.4', '3.6.6');
    for (const workload of ['deployment/web', 'statefulset/store', 'daemonset/agent'])
      await kubectl(lab.state, ['-n', 'demo', 'rollout', 'status', workload, '--timeout=180s']);
    await expect(kubectl(lab.state, ['get', 'namespace', 'later'])).rejects.toThrow('NotFound');
    const { writtenAfter } = restore;
    const taken = takenBackup(lab, backup);
    const compared = await compareRestored(lab, {
      backup: taken,
      writtenAfter,
      underLoad: 'none',
      ended: 'demo/',
    });
    console.error(JSON.stringify(compared));
    expect(compared.wrong).toEqual([]);
    expect(compared.replaced.filter((pod) => !pod.endsWith(' Running'))).toEqual([]);
    expect(compared.same).toBeGreaterThan(150);
  });
});
