import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { systemClock } from '../../src/adapters/clock.ts';
import { openEtcd } from '../../src/adapters/etcd.ts';
import { openStore } from '../../src/adapters/store.ts';
import type { Manifest } from '../../src/backup/manifest.ts';
import { runBackup } from '../../src/backup/run-backup.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';
import { ageBinary, etcdBinary } from './support/binaries.ts';
import { type TemporaryDirectory, temporaryDirectory } from './support/temporary.ts';

const run = promisify(execFile);
const cli = join(import.meta.dirname, '../../src/cli.ts');
const id = '20261121T090507Z-3f9a';

let api: ApiServer;
let directory: TemporaryDirectory;
let manifest: Manifest;
let identity: string;

beforeAll(async () => {
  api = await startApiServer();
  directory = await temporaryDirectory();
  for (let index = 0; index < 50; index++) {
    const object = { metadata: { name: `c${index}` }, data: { random: randomBytes(500).toString('base64') } };
    await api.send('POST', '/api/v1/namespaces/default/configmaps', JSON.stringify(object));
  }
  identity = join(directory.path, 'key.txt');
  await run(await ageBinary('age-keygen'), ['-o', identity]);
  const [, recipient = ''] = /public key: (\S+)/.exec(await readFile(identity, 'utf8')) ?? [];
  await mkdir(join(directory.path, 'store'));
  const config = { store: `file://${directory.path}/store`, pathStyle: false };
  const summary = await runBackup(
    {
      id,
      tool: 'kubestair/test',
      cluster: { name: 'prod', uid: '0b5c', version: 'v1.36.3' },
      reason: 'backup',
      runId: id,
      recipients: [recipient],
    },
    {
      kube: await api.kubeAs('admin'),
      store: openStore(config, { random: (bytes) => randomBytes(bytes), env: {} }),
      openEtcd: async () => openEtcd({ address: { kind: 'tcp', host: '127.0.0.1', port: api.etcd.port } }),
      hosts: [
        {
          node: 'cp1',
          async *files() {
            yield Buffer.from('tar of cp1');
          },
        },
      ],
      clock: systemClock,
      log: recordedLog(),
      signal: new AbortController().signal,
    },
  );
  manifest = summary.manifest;
  await writeFile(
    join(directory.path, 'prod.yaml'),
    stringify({
      apiVersion: 'kubestair.dev/v1',
      kind: 'Cluster',
      metadata: { name: 'prod' },
      spec: { version: 'v1.36.3', provider: 'kubeadm', backup: { store: config.store } },
    }),
  );
});

afterAll(async () => {
  await directory?.[Symbol.asyncDispose]();
  await api?.[Symbol.asyncDispose]();
});

/** Runs the command line as a person without a cluster does; from its sources, which takes half a minute on a busy machine. */
async function kubestair(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly said: string }> {
  const { PATH = '' } = process.env;
  const options = { cwd: directory.path, env: { PATH, HOME: directory.path } };
  return await run(process.execPath, [cli, ...args, '-f', 'prod.yaml'], options).then(
    ({ stdout, stderr }) => ({ code: 0, said: stderr + stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      said: stderr + stdout,
    }),
  );
}

const shell = async (script: string): Promise<string> => {
  const PATH = `${join(await ageBinary('age'), '..')}:${process.env['PATH'] ?? ''}`;
  const { stdout } = await run('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
    cwd: directory.path,
    env: { PATH },
    maxBuffer: 1e8,
  });
  return stdout;
};

const configMaps = (): Manifest['resources'][number] => {
  const found = manifest.resources.find(({ resource }) => resource === 'configmaps');
  if (found === undefined) throw new Error('there are no config maps');
  return found;
};

describe('a fetched backup', { timeout: 180_000 }, () => {
  it('is read with sha256sum, age, zstd and jq alone, by the commands that were printed', async () => {
    const { code, said } = await kubestair('fetch', id, '--to', 'sealed');
    expect(code).toBe(0);
    const commands = said.split('\n').flatMap((line) => (line.startsWith('  $ ') ? [line.slice(4)] : []));
    expect(commands).toHaveLength(3);
    for (const command of commands) await shell(command);
    const path = configMaps().part?.path;
    const names = await shell(`age -d -i key.txt sealed/${path} | zstd -d | jq -r .metadata.name`);
    expect(names.trim().split('\n')).toHaveLength(configMaps().objects);
    expect(names).toContain('c49');
    const etcdutl = await etcdBinary('etcdutl');
    await shell(`${etcdutl} snapshot restore snapshot.db --data-dir restored`);
    expect(await shell('jq -r .id sealed/manifest.json')).toBe(`${id}\n`);
  });

  it('is checked and read by hand as the documentation says', async () => {
    const lines = (await readFile(join(import.meta.dirname, '../../docs/backups.md'), 'utf8')).split('\n');
    const documented = (start: string): string => {
      const line = lines.find((candidate) => candidate.startsWith(start));
      if (line === undefined) throw new Error(`docs/backups.md has no ${start}`);
      return line;
    };
    await shell(`cp -r store/prod/${id} by-hand && cp key.txt by-hand`);
    const byHand = (line: string): Promise<string> => shell(`cd by-hand && ${line}`);
    const check = documented("jq -r '[.resources[].part");
    expect(await byHand(check)).toBe('');
    expect(await byHand(documented("jq -r '.resources[] | [.objects"))).toContain('\tconfigmaps\t');
    const oneObject = documented('age -d -i key.txt resources/')
      .replace('apps/v1/deployments', 'core/v1/configmaps')
      .replace('"shop"', '"default"')
      .replace('"web"', '"c7"');
    expect(JSON.parse(await byHand(oneObject))).toMatchObject({ metadata: { name: 'c7' } });
    await byHand(documented('age -d -i key.txt etcd/'));
    expect((await stat(join(directory.path, 'by-hand/snapshot.db'))).size % 512).toBe(32);
    await byHand('printf x >> etcd/snapshot.db.zst.age');
    await expect(byHand(check)).rejects.toThrow('1 computed checksum did NOT match');
  });

  it('is plain files with the identity, for their owner alone', async () => {
    const { code, said } = await kubestair('fetch', 'latest', '--to', 'opened', '--identity', 'key.txt');
    expect(code).toBe(0);
    expect(said).toContain('holds Secrets in plain text');
    const path = configMaps().part?.path.replace('.zst.age', '');
    expect((await shell(`jq -c .metadata.name opened/${path}`)).trim().split('\n')).toHaveLength(
      configMaps().objects,
    );
    await shell('cd opened && sha256sum --quiet -c SHA256SUMS');
    expect(await readFile(join(directory.path, 'opened/hosts/cp1.tar'), 'utf8')).toBe('tar of cp1');
    expect((await stat(join(directory.path, 'opened/hosts/cp1.tar'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory.path, 'opened'))).mode & 0o777).toBe(0o700);
  });

  it('is there already when it is fetched again into what a fetch left halfway', async () => {
    // As it is after a fetch that was killed before its end.
    await shell(`cp -r sealed again && rm again/manifest.json again/etcd/snapshot.db.zst.age
      echo '{"backup":"prod/${id}","opened":false}' > again/.kubestair-fetch.json`);
    const { code, said } = await kubestair('fetch', id, '--to', 'again');
    expect(code).toBe(0);
    expect(said).toContain('of them from an earlier run');
    expect(await readdir(join(directory.path, 'again'))).not.toContain('.kubestair-fetch.json');
    await shell('cd again && sha256sum --quiet -c SHA256SUMS');
  });

  it('is not put where something else lies', async () => {
    await shell('mkdir mine && echo notes > mine/notes.txt');
    const { code, said } = await kubestair('fetch', id, '--to', 'mine');
    expect(code).toBe(2);
    expect(said).toContain('FOLDER_NOT_EMPTY');
    expect(await readdir(join(directory.path, 'mine'))).toEqual(['notes.txt']);
  });

  it('does not come from a store with another manifest or a damaged part', async () => {
    await shell(`printf x >> store/prod/${id}/hosts/cp1.tar.zst.age`);
    const { code, said } = await kubestair('fetch', id, '--to', 'damaged');
    expect(code).toBe(1);
    expect(said).toContain('STORE_CORRUPT');
    expect(await readdir(join(directory.path, 'damaged'))).not.toContain('manifest.json');
  });
});
