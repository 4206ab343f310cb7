import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../../../src/cluster/known.ts';
import { config } from '../sample.ts';
import { findings, found, planes } from './judge.ts';

const FILE = '/etc/kubernetes/enc/enc.yaml';
const encrypted = (providers: readonly string[], sha256 = 'a') => ({
  encryption: known({ path: FILE, sha256, rules: [{ resources: ['secrets'], providers }] }),
});
const unsealed = config({ backup: { ...config().backup, encryptTo: [] } });

describe('encryption-at-rest', () => {
  test.each([
    ['none', [{}, {}], []],
    ['the same everywhere', [encrypted(['aescbc', 'identity']), encrypted(['aescbc', 'identity'])], []],
    [
      'different keys',
      [encrypted(['aescbc'], 'a'), encrypted(['aescbc'], 'b')],
      ['blocking EncryptionConfiguration'],
    ],
    ['on one only', [encrypted(['aescbc']), {}], ['blocking EncryptionConfiguration']],
    ['on its way out', [encrypted(['identity', 'aescbc'])], [`warning Node/cp1: ${FILE}`]],
    ['identity alone', [encrypted(['identity'])], []],
    ['KMS', [encrypted(['kms v2', 'identity'])], [`info Node/cp1: ${FILE}`]],
    ['old KMS', [encrypted(['kms v1'])], [`warning Node/cp1: ${FILE}`, `info Node/cp1: ${FILE}`]],
    ['unreadable', [{ encryption: unknown('no such file') }], ['unknown Node/cp1']],
  ])('%s', (_name, facts, expected) => {
    expect(found('encryption-at-rest', { observation: planes(...facts) })).toEqual(expected);
  });

  test('does not let keys lie in an unsealed backup, unless the file says so', () => {
    const observation = planes(encrypted(['secretbox']));
    expect(found('encryption-at-rest', { observation, config: unsealed })).toEqual([
      'blocking spec.backup.encryptTo',
    ]);
    const allowed = config({ backup: { ...unsealed.backup, plainKeys: true } });
    expect(found('encryption-at-rest', { observation, config: allowed })).toEqual([]);
    const kms = planes(encrypted(['kms v2']));
    expect(found('encryption-at-rest', { observation: kms, config: unsealed })).toEqual([
      `info Node/cp1: ${FILE}`,
    ]);
  });

  test('names both sides of a difference', () => {
    const observation = planes(
      encrypted(['aescbc'], 'a'),
      encrypted(['aescbc'], 'b'),
      encrypted(['aescbc'], 'a'),
    );
    expect(findings('encryption-at-rest', { observation })[0]?.message).toContain('cp1 and cp3 against cp2');
  });
});
