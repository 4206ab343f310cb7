import { expect, test } from 'vitest';
import {
  checkMaterials,
  type ReadInput,
  readInputs,
  readMaterials,
} from '../../../src/request/read-inputs.ts';

function inputs(values: Readonly<Record<string, string>>): ReadInput {
  return (name) => values[name] ?? '';
}

const hash = '0a'.repeat(32);

test('reads an upgrade with the hash of its plan', () => {
  const read = inputs({ command: 'upgrade', file: 'clusters/prod.yaml', 'plan-hash': hash, verbose: 'true' });
  expect(readInputs(read)).toEqual({
    command: 'upgrade',
    file: 'clusters/prod.yaml',
    planHash: hash,
    verbose: true,
    access: {},
  });
});

test('takes an empty hash for none', () => {
  expect(readInputs(inputs({ command: 'upgrade', file: 'a.yaml' }))).not.toHaveProperty('planHash');
});

test.each([
  ['no command', {}, 'Input command is missing.'],
  ['an unknown command', { command: 'destroy' }, 'Input command "destroy" is not a command.'],
  ['no file', { command: 'plan' }, 'Input file is missing.'],
  ['a hash that is none', { command: 'upgrade', file: 'a', 'plan-hash': 'latest' }, '64 hexadecimal digits'],
  ['a hash for a plan', { command: 'plan', file: 'a', 'plan-hash': hash }, 'means nothing to plan'],
  ['no boolean', { command: 'plan', file: 'a', verbose: 'yes' }, 'neither true nor false'],
])('refuses %s', (_what, values, message) => {
  expect(() => readInputs(inputs(values))).toThrow(
    expect.objectContaining({
      code: 'INPUT_INVALID',
      message: expect.stringContaining(message),
      next: expect.any(String),
    }),
  );
});

test('a key gets what OpenSSH needs: line feeds, and one at the end', () => {
  const read = inputs({ 'ssh-private-key': '-----BEGIN OPENSSH PRIVATE KEY-----\r\nabc\r\n-----END-----' });
  expect(readMaterials(read).sshPrivateKey).toBe('-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END-----\n');
});

test('contents that are not set are absent', () => {
  expect(readMaterials(inputs({}))).toEqual({});
});

test('refuses a public key, and does not repeat it', () => {
  const materials = readMaterials(inputs({ 'ssh-private-key': 'ssh-ed25519 AAAAC3 ops@example' }));
  expect(() => checkMaterials(materials)).toThrow(/not a private key/);
  expect(() => checkMaterials(materials)).not.toThrow(/AAAAC3/);
});
