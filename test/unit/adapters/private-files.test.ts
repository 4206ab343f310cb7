import { existsSync } from 'node:fs';
import { link, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  makePrivateDirectory,
  shred,
  socketRoot,
  writePrivateFile,
} from '../../../src/adapters/private-files.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'private-files-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

test('a key is readable by its owner alone', async () => {
  const directory = await makePrivateDirectory(root);
  const file = await writePrivateFile(join(directory, 'identity'), 'secret\n');
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('shredding overwrites before it removes', async () => {
  const directory = await makePrivateDirectory(root);
  const content = 'secret'.repeat(20_000);
  const file = await writePrivateFile(join(directory, 'identity'), content);
  // A second name keeps the contents within reach after the first one is gone.
  const witness = join(root, 'witness');
  await link(file, witness);
  await shred(directory);
  expect(existsSync(directory)).toBe(false);
  const left = await readFile(witness);
  expect(left).toHaveLength(content.length);
  expect(left.includes('secret')).toBe(false);
});

test('shredding does not follow links out of the directory', async () => {
  const outside = join(root, 'outside');
  await writeFile(outside, 'keep me');
  const directory = await makePrivateDirectory(root);
  await symlink(outside, join(directory, 'link'));
  await shred(directory);
  expect(await readFile(outside, 'utf8')).toBe('keep me');
});

test('shredding twice is fine', async () => {
  const directory = await makePrivateDirectory(root);
  await shred(directory);
  await shred(directory);
});

test('sockets get a short directory', () => {
  expect(socketRoot({ TMPDIR: '/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T' })).toBe('/tmp');
  expect(socketRoot({ TMPDIR: '/scratch' })).toBe('/scratch');
  expect(socketRoot({})).toBe('/tmp');
});
