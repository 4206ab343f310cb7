import { expect, test } from 'vitest';
import { findings, found, withFacts } from './judge.ts';

const path = '/etc/apt/keyrings/kubernetes-apt-keyring.gpg';
const key = (expiresAt?: string) => ({
  observation: withFacts({
    packageKeys: [{ path, id: '234654DA9A296436', ...(expiresAt !== undefined && { expiresAt }) }],
  }),
});

test.each([
  [undefined, []],
  ['2027-06-01T00:00:00.000Z', []],
  ['2026-11-30T00:00:00.000Z', [`warning Node/w1: ${path}`]],
  ['2026-11-01T00:00:00.000Z', [`warning Node/w1: ${path}`]],
])('a key until %s: %j', (expiresAt, expected) => {
  expect(found('package-keys', key(expiresAt))).toEqual(expected);
});

test('tells whether it has ended or is about to', () => {
  expect(findings('package-keys', key('2026-11-30T00:00:00.000Z'))[0]?.message).toContain(
    'expires on 2026-11-30',
  );
  expect(findings('package-keys', key('2026-11-01T00:00:00.000Z'))[0]?.message).toContain(
    'expired on 2026-11-01',
  );
});
