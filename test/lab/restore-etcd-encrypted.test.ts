import { generateIdentity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RestoreResult } from '../../src/report/model.ts';
import { countOf } from '../../src/restore/etcd/compare.ts';
import { kubectl } from './kubectl.ts';
import { onHost } from './ssh.ts';
import { encryptAtRest, KEYS, saveIdentity } from './support/encryption.ts';
import { takeBackup } from './support/exported.ts';
import { kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { hostFingerprints, nodeFacts } from './support/versions.ts';

describe('kubestair restore etcd of a cluster that is encrypted at rest', () => {
  let lab: TestLab;
  let file: string;
  let identity: string;
  let stranger: string;
  let keys: string;
  const restore = (flags: readonly string[]) =>
    kubestair(
      ['restore', 'etcd', '-f', file, '--from', 'latest', '--confirm', 'test', '-o', 'json', ...flags],
      storeEnvironment(lab.access),
    );

  beforeAll(async () => {
    lab = await freshLab();
    const own = await generateIdentity();
    identity = await saveIdentity(lab, 'key.txt', own);
    stranger = await saveIdentity(lab, 'other.txt', await generateIdentity());
    file = await writeClusterFile(lab, { encryptTo: [await identityToRecipient(own)] });
    keys = await encryptAtRest(lab);
    await kubectl(lab.state, ['-n', 'demo', 'create', 'secret', 'generic', 'pin', '--from-literal=pin=4711']);
    const { manifest } = await takeBackup(lab, file);
    expect(manifest.encryption?.map(({ node }) => node)).toEqual(['cp1']);
    await kubectl(lab.state, ['-n', 'demo', 'delete', 'secret', 'pin']);
    // The host loses its data and its keys, as when a disk is replaced.
    await onHost(lab.state, 'cp1', `rm ${KEYS}; pid=$(pgrep -x etcd); rm -rf /var/lib/etcd; kill -9 $pid`);
  });

  it('opens nothing and touches nothing without the identity that the keys are sealed to', async () => {
    const before = await hostFingerprints(lab.state);
    const none = await restore([]);
    expect(none.code).toBe(2);
    expect(none.stdout + none.stderr).toContain('IDENTITY_MISSING');
    const wrong = await restore(['--identity', stranger]);
    expect(wrong.code).toBe(2);
    expect(wrong.stdout + wrong.stderr).toContain('IDENTITY_WRONG');
    expect(await hostFingerprints(lab.state)).toBe(before);
  });

  it('brings the keys back with the data, and the API server reads what it stored', async () => {
    const result = await restore(['--identity', identity]);
    expect(result.code).toBe(0);
    const { comparison, restore: plan } = JSON.parse(result.stdout) as RestoreResult;
    expect(plan.findings.map(({ check }) => check)).toContain('restore-encryption');
    expect(comparison?.skipped).toEqual([]);
    expect(comparison && countOf(comparison, 'unexplained')).toBe(0);
    expect(await onHost(lab.state, 'cp1', `cat ${KEYS}`)).toBe(keys);
    const pin = await kubectl(lab.state, [
      '-n',
      'demo',
      'get',
      'secret',
      'pin',
      '-o',
      'jsonpath={.data.pin}',
    ]);
    expect(Buffer.from(pin, 'base64').toString()).toBe('4711');
    for (const node of await nodeFacts(lab.state)) expect(node).toMatchObject({ ready: true });
  });

  it('keeps keys out of everything that it prints', async () => {
    const dry = await kubestair(
      ['restore', 'etcd', '-f', file, '--from', 'latest', '--dry-run', '--identity', identity],
      storeEnvironment(lab.access),
    );
    expect(dry.code).toBe(0);
    const secret = /secret: (\S+)/.exec(keys)?.[1] ?? '';
    expect(secret).not.toBe('');
    expect(dry.stdout + dry.stderr).not.toContain(secret);
  });
});
