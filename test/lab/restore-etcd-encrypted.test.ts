import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RestoreResult } from '../../src/report/model.ts';
import { countOf } from '../../src/restore/etcd/compare.ts';
import { kubectl } from './kubectl.ts';
import { onHost } from './ssh.ts';
import { takeBackup } from './support/exported.ts';
import { kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { hostFingerprints, nodeFacts } from './support/versions.ts';
import { waitFor } from './wait.ts';

/** Where the API server's container sees it without a mount of its own. */
const KEYS = '/etc/kubernetes/pki/encryption.yaml';

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
    identity = await save(lab, 'key.txt', own);
    stranger = await save(lab, 'other.txt', await generateIdentity());
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

async function save(lab: TestLab, name: string, identity: string): Promise<string> {
  const file = path.join(lab.dir, name);
  await writeFile(file, `${identity}\n`, { mode: 0o600 });
  return file;
}

/** As kubernetes.io "Encrypting Confidential Data at Rest" has it: a key, the flag, and every Secret written anew. */
async function encryptAtRest({ state }: TestLab): Promise<string> {
  const keys = `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - secretbox: { keys: [{ name: one, secret: ${randomBytes(32).toString('base64')} }] }
  - identity: {}
`;
  await onHost(
    state,
    'cp1',
    `umask 077
cat >${KEYS} <<'KEYS'
${keys}KEYS
before=$(pgrep -x kube-apiserver)
sed -i 's#^    - kube-apiserver$#&\\n    - --encryption-provider-config=${KEYS}#' /etc/kubernetes/manifests/kube-apiserver.yaml
timeout 120 sh -c "while kill -0 $before 2>/dev/null; do sleep 0.5; done"`,
  );
  const rewrite = async (): Promise<true> => {
    const secrets = await kubectl(state, ['get', 'secrets', '--all-namespaces', '-o', 'json']);
    await kubectl(state, ['replace', '-f', '-'], { input: secrets });
    return true;
  };
  await waitFor('the API server with its keys', rewrite, { timeoutMs: 180_000, everyMs: 2000 });
  return keys;
}
