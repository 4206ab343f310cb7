import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/adapters/store.ts';
import { listBackups } from '../../src/backup/catalog.ts';
import { runBackup } from '../../src/backup/run-backup.ts';
import { fakeKube } from '../unit/backup/support/fake-kube.ts';
import { jumpingClock, recordedLog } from '../unit/backup/support/quiet.ts';
import { s3Binary } from './support/binaries.ts';
import { freePort, startServer } from './support/server.ts';
import { temporaryDirectory } from './support/temporary.ts';

const MEGABYTES = 6;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Runs a shell line with a small disk of its own at `$1`, which nobody else sees. */
const withDisk = (directory: string, line: string): readonly string[] => [
  '--map-root-user',
  '--mount',
  'sh',
  '-euc',
  `mount -t tmpfs -o size=${MEGABYTES}m none "$1" && ${line}`,
  'sh',
  directory,
];

describe('a disk that is full', () => {
  it('behind a real S3 server: no backup, nothing left of it, and the one before as it was', async () => {
    await using directory = await temporaryDirectory();
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    const serve = `mkdir "$1/backups" && exec ${await s3Binary()} --listen 127.0.0.1:${port} --root "$1"`;
    await using _server = await startServer({
      command: 'unshare',
      args: withDisk(directory.path, serve),
      env: { ROOT_ACCESS_KEY: 'contract', ROOT_SECRET_KEY: 'contract-secret' },
      ready: () => fetch(`${endpoint}/health`),
    });
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'contract');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'contract-secret');
    const config = { store: 's3://backups/team', endpoint, pathStyle: true };
    const store = openStore(config, { random: (bytes) => randomBytes(bytes), env: {} });
    const backUp = (id: string, bytes: number) =>
      runBackup(
        {
          id,
          tool: 'kubestair/test',
          cluster: { name: 'prod', uid: '0b5c', version: 'v1.36.3' },
          reason: 'backup',
          runId: id,
          recipients: [],
        },
        {
          kube: fakeKube({
            kinds: [
              { group: '', version: 'v1', resource: 'namespaces', objects: ['{"metadata":{"name":"a"}}'] },
            ],
          }),
          store,
          hosts: [
            {
              node: 'cp1',
              async *files() {
                for (let sent = 0; sent < bytes; sent += 65_536) yield randomBytes(65_536);
              },
            },
          ],
          clock: jumpingClock(),
          log: recordedLog(),
          signal: new AbortController().signal,
        },
      );
    const first = await backUp('20261120T020000Z-0001', 100_000);
    const before = await Array.fromAsync(store.list(''));
    for (const megabytes of [7, 20]) {
      const second = backUp('20261121T020000Z-0002', megabytes * 1024 * 1024);
      await expect(second).rejects.toMatchObject({
        code: 'STORE_FULL',
        next: expect.stringContaining('prune'),
      });
      expect(await Array.fromAsync(store.list(''))).toEqual(before);
    }
    expect(await listBackups('prod', 9, { store, log: recordedLog() })).toEqual([first]);
    // Nothing that fills the disk is left either, so that there is room again.
    await backUp('20261122T020000Z-0003', 3 * 1024 * 1024);
  });

  it('below a directory: nothing under the name, and room again', async () => {
    await using directory = await temporaryDirectory();
    const program = `
      import { openStore } from ${JSON.stringify(join(import.meta.dirname, '../../src/adapters/store.ts'))};
      import { randomBytes } from 'node:crypto';
      const store = openStore({ store: 'file://' + process.argv[1], pathStyle: false }, { random: randomBytes, env: {} });
      async function* megabytes(count) { for (let at = 0; at < count; at++) yield randomBytes(1024 * 1024); }
      const put = (key, count) => store.put(key, megabytes(count)).then(() => 'done', ({ code, next }) => [code, next].join(' '));
      console.log(await put('a/first', 2));
      console.log(await put('a/second', ${MEGABYTES}));
      console.log((await Array.fromAsync(store.list(''))).map(({ key }) => key).join());
      console.log(await put('a/third', 3));`;
    const line = `exec "$2" --input-type=module -e "$3" "$1"`;
    const { stdout } = await promisify(execFile)('unshare', [
      ...withDisk(directory.path, line),
      process.execPath,
      program,
    ]);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'done',
      expect.stringMatching(/^STORE_FULL .*kubestair prune/),
      'a/first',
      'done',
    ]);
  });
});
