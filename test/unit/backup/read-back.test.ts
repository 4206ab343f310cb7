import { generateIdentity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it } from 'vitest';
import { measure } from '../../../src/backup/digest.ts';
import type { Manifest } from '../../../src/backup/manifest.ts';
import { openPartStore } from '../../../src/backup/parts.ts';
import { readBack } from '../../../src/backup/read-back.ts';
import type { BackupSource } from '../../../src/backup/unseal.ts';
import { manifest, pods } from './support/manifests.ts';
import { memoryStore } from './support/memory-store.ts';

const signal = new AbortController().signal;
const prefix = 'prod/b1/';

let identity: string;
let recipient: string;

beforeAll(async () => {
  identity = await generateIdentity();
  recipient = await identityToRecipient(identity);
});

interface Stored {
  readonly manifest: Manifest;
  readonly source: BackupSource;
  readonly objects: Map<string, Uint8Array>;
}

async function stored(sealed: boolean, withIdentity: boolean): Promise<Stored> {
  const store = memoryStore();
  const parts = openPartStore(store, prefix, sealed ? [recipient] : []);
  const write = (name: string, text: string) => parts.write(name, measure(once(text)), signal);
  const [pod, secret] = [
    await write('resources/core/v1/pods.ndjson', '{"a":1}\n'),
    await write('resources/core/v1/secrets.ndjson', '{"b":"second"}\n'),
  ];
  const resources = [
    { ...pods, part: pod },
    { ...pods, resource: 'secrets', part: secret },
  ];
  return {
    manifest: manifest({ resources, recipients: sealed ? [recipient] : [] }),
    source: { store, prefix, identities: withIdentity ? [identity] : [] },
    objects: store.objects,
  };
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const DAMAGE: readonly (readonly [string, (objects: Stored['objects'], names: readonly string[]) => void])[] =
  [
    ['gone', (objects, [name = '']) => void objects.delete(name)],
    [
      'cut off',
      (objects, [name = '']) =>
        void objects.set(name, (objects.get(name) ?? new Uint8Array()).subarray(0, -3)),
    ],
    [
      'changed in one bit',
      (objects, [name = '']) => {
        const bytes = Buffer.from(objects.get(name) ?? []);
        const at = bytes.length - 5;
        bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
        objects.set(name, bytes);
      },
    ],
    [
      'swapped with another one',
      (objects, [name = '', other = '']) => void objects.set(name, objects.get(other) ?? new Uint8Array()),
    ],
  ];

describe.each([
  ['plain', false, false],
  ['sealed, with its identity', true, true],
  ['sealed, without an identity', true, false],
])('a backup that is %s', (_, sealed, withIdentity) => {
  it('passes as it was written', async () => {
    const { manifest: written, source } = await stored(sealed, withIdentity);
    const report = await readBack(written, source, signal);
    expect(report).toMatchObject({ objects: 2, differences: 0 });
    expect(report.exceptions.map(({ count }) => count)).toEqual(sealed && !withIdentity ? [2] : []);
  });

  it.each(DAMAGE)('does not pass with a part that is %s', async (_name, damage) => {
    const { manifest: written, source, objects } = await stored(sealed, withIdentity);
    const names = written.resources.flatMap(({ part }) => (part === undefined ? [] : [prefix + part.path]));
    damage(objects, names);
    const report = await readBack(written, source, signal);
    expect(report).toMatchObject({ objects: 1, differences: 1 });
    expect(report.examples[0]?.object).toBe(written.resources[0]?.part?.path);
  });
});

it('says so when the identity is of somebody else', async () => {
  const { manifest: written, source } = await stored(true, true);
  const identities = [await generateIdentity()];
  await expect(readBack(written, { ...source, identities }, signal)).rejects.toMatchObject({
    code: 'IDENTITY_WRONG',
  });
});
