import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApiServer } from './support/api-server.ts';
import { backUp, fill, proofsOf, summaryOf, type Taken, VERSION } from './support/proofs.ts';
import { temporaryDirectory } from './support/temporary.ts';

describe('proofs of a backup of a cluster that encrypts its data', { timeout: 300_000 }, () => {
  const key = randomBytes(32).toString('base64');
  let encrypted: Taken;

  beforeAll(async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'encryption.yaml');
    await writeFile(file, configurationOf(key));
    await using server = await startApiServer([`--encryption-provider-config=${file}`]);
    await fill(server);
    encrypted = await backUp(server);
  });

  it('pass with its keys', async () => {
    const encryption = { file: '/etc/kubernetes/enc.yaml', text: configurationOf(key) };
    const proofs = await proofsOf(encrypted, { drill: true, rehearse: VERSION }, { encryption });
    expect(proofs.map(summaryOf)).toEqual([
      ['cross-proof', 'passed'],
      ['drill', 'passed'],
      ['rehearsal', 'passed'],
    ]);
  });

  it('are a cross-proof alone without them', async () => {
    const [cross, drilled] = await proofsOf(encrypted, { drill: true });
    expect(cross?.result).toBe('passed');
    expect(drilled).toMatchObject({
      result: 'failed',
      code: 'ENCRYPTION_KEYS',
      detail: expect.stringContaining('secrets (aescbc:v1:first)'),
    });
  });

  it('fail by name with other keys', async () => {
    const other = {
      file: '/etc/kubernetes/enc.yaml',
      text: configurationOf(randomBytes(32).toString('base64')),
    };
    const renamed = { ...other, text: configurationOf(key).replace('first', 'second') };
    for (const encryption of [other, renamed]) {
      const [, drilled] = await proofsOf(encrypted, { drill: true }, { encryption });
      expect(drilled).toMatchObject({ result: 'failed', code: 'ENCRYPTION_KEYS' });
      expect(JSON.stringify(drilled)).not.toContain(key);
    }
  });
});

function configurationOf(key: string): string {
  return `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets]
    providers:
      - aescbc: { keys: [{ name: first, secret: ${key} }] }
      - identity: {}
`;
}
