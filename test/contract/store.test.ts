import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/adapters/store.ts';
import type { Store } from '../../src/ports/store.ts';
import { type S3Server, startS3 } from './support/s3-server.ts';
import { freePort } from './support/server.ts';
import { storeContract } from './support/store-contract.ts';
import { type TemporaryDirectory, temporaryDirectory } from './support/temporary.ts';

const deps = { random: (bytes: number) => randomBytes(bytes), env: {} };
let s3: S3Server;
let directory: TemporaryDirectory;
let folders = 0;

beforeAll(async () => {
  s3 = await startS3(['backups', 'second']);
  directory = await temporaryDirectory();
});

afterAll(async () => {
  await s3?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

interface Overrides {
  readonly store?: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly secret?: string;
}

function openBucket({
  store = 's3://backups',
  endpoint = s3.endpoint,
  region,
  secret,
}: Overrides = {}): Store {
  vi.stubEnv('AWS_ACCESS_KEY_ID', s3.credentials.AWS_ACCESS_KEY_ID);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret ?? s3.credentials.AWS_SECRET_ACCESS_KEY);
  return openStore({ store, endpoint, pathStyle: true, ...(region !== undefined && { region }) }, deps);
}

async function emptyDirectory(): Promise<string> {
  const path = join(directory.path, `store-${folders++}`);
  await mkdir(path);
  return path;
}

const openDirectory = (path: string): Store => openStore({ store: `file://${path}`, pathStyle: false }, deps);

storeContract('a directory', async () => openDirectory(await emptyDirectory()));
storeContract('an S3 bucket', async () => openBucket({ store: `s3://backups/prefix/${folders++}` }));

describe('an S3 bucket', () => {
  it('leaves no unfinished upload behind', async () => {
    const store = openBucket({ store: 's3://second' });
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield randomBytes(20 * 1024 * 1024);
      throw new Error('broken');
    }
    await expect(store.put('a', broken())).rejects.toThrow('broken');
    const left = await readdir(join(s3.root, 'second'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile()).map((entry) => entry.name)).toEqual([]);
  });

  it('sweeps up uploads that a killed run left, and those of nobody else', async () => {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = s3.credentials;
    const credentials = { accessKeyId, secretAccessKey };
    const client = new S3Client({
      endpoint: s3.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials,
    });
    for (const Key of ['swept/prod/b1/etcd/snapshot.db', 'swept/staging/b1/etcd/snapshot.db'])
      await client.send(new CreateMultipartUploadCommand({ Bucket: 'second', Key }));
    const store = openBucket({ store: 's3://second/swept' });
    expect(await store.sweep('prod/', new Date(Date.now() - 60_000))).toBe(0);
    expect(await store.sweep('prod/', new Date(Date.now() + 60_000))).toBe(1);
    expect(await store.sweep('prod/', new Date(Date.now() + 60_000))).toBe(0);
    expect(await store.sweep('', new Date(Date.now() + 60_000))).toBe(1);
    client.destroy();
  });

  it('finds keys below its prefix only', async () => {
    await openBucket({ store: 's3://second/one' }).put('key', Buffer.from('1'));
    await openBucket({ store: 's3://second/one-more' }).put('key', Buffer.from('2'));
    const entries = await Array.fromAsync(openBucket({ store: 's3://second/one/' }).list(''));
    expect(entries.map((entry) => entry.key)).toEqual(['key']);
  });

  it('is named by its URL without an endpoint or credentials', () => {
    expect(openBucket({ store: 's3://second/one/' }).url).toBe('s3://second/one');
  });

  it.each<[string, Overrides, string, string]>([
    ['a bucket that does not exist', { store: 's3://nowhere' }, 'STORE_NOT_FOUND', 'nowhere'],
    ['wrong credentials', { secret: 'wrong' }, 'STORE_REFUSED', 'SignatureDoesNotMatch'],
    ['a wrong region', { region: 'eu-central-1' }, 'STORE_REFUSED', 'region'],
    [
      'a name that does not resolve',
      { endpoint: 'http://s3.invalid:9000' },
      'STORE_UNREACHABLE',
      'does not answer',
    ],
  ])('says in its probe that it met %s', async (_case, overrides, code, message) => {
    await expect(openBucket(overrides).probe('prod/')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      next: expect.any(String),
    });
  });

  it('says in its probe that nobody listens', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    await expect(openBucket({ endpoint }).probe('prod/')).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      object: endpoint,
    });
  });

  it.each(['', undefined])('says that there is no region, with AWS_REGION %j', async (region) => {
    vi.stubEnv('AWS_REGION', region);
    vi.stubEnv('AWS_DEFAULT_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
    for (const [name, value] of Object.entries(s3.credentials)) vi.stubEnv(name, value);
    const env = region === undefined ? {} : { AWS_REGION: region };
    const store = openStore({ store: 's3://backups', pathStyle: true }, { ...deps, env });
    await expect(store.probe('prod/')).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      next: expect.stringContaining('AWS_REGION'),
    });
  });

  it('takes no region that is none', () => {
    expect(() => openBucket({ region: 'eu central 1' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', object: 'spec.backup.region' }),
    );
  });

  it('says that there are no credentials', async () => {
    const store = openBucket();
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
    await expect(store.probe('prod/')).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      next: expect.stringContaining('AWS_ACCESS_KEY_ID'),
    });
  });

  it('is refused when it takes no writes', async () => {
    await using readonly = await startS3(['backups'], { readonly: true });
    await expect(openBucket({ endpoint: readonly.endpoint }).probe('prod/')).rejects.toMatchObject({
      code: 'STORE_REFUSED',
    });
  });
});

describe('a server that is no S3 store as it should be', () => {
  let server: Server | undefined;
  const objects = new Map<string, Buffer>();

  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
    objects.clear();
  });

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  /** Keeps objects and ignores every condition; `alter` changes what is stored. */
  async function carelessServer(alter: (body: Buffer) => Buffer): Promise<string> {
    return await serve(async (request, response) => {
      const key = request.url?.split('?')[0] ?? '';
      if (request.method === 'PUT') objects.set(key, alter(Buffer.concat(await Array.fromAsync(request))));
      if (request.method === 'DELETE') objects.delete(key);
      response.setHeader('etag', '"x"');
      response.end(request.method === 'GET' ? objects.get(key) : undefined);
    });
  }

  it('is refused when it overwrites what was to be created only', async () => {
    const endpoint = await carelessServer((body) => body);
    await expect(openBucket({ endpoint }).probe('prod/')).rejects.toMatchObject({
      code: 'STORE_UNCONDITIONAL',
      message: 'the store overwrites objects that were to be created only',
    });
    expect([...objects.keys()]).toEqual([]);
  });

  it('is refused when it stores something else', async () => {
    const endpoint = await carelessServer((body) => Buffer.concat([Buffer.from('5c\r\n'), body]));
    await expect(openBucket({ endpoint }).probe('prod/')).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it.each([
    ['the same bytes', 'mine', undefined],
    ['other bytes', 'theirs', 'BACKUP_EXISTS'],
  ])(
    'is asked what it holds when the answer to a create-only write got lost: %s',
    async (_what, held, code) => {
      const stored = Buffer.from(held);
      let puts = 0;
      const endpoint = await serve((request, response) => {
        if (request.method === 'GET') response.end(stored);
        else if (++puts === 1) request.socket.destroy();
        else response.writeHead(412).end();
      });
      const put = openBucket({ endpoint }).put('lock', Buffer.from('mine'), { createOnly: true });
      if (code === undefined) await put;
      else await expect(put).rejects.toMatchObject({ code });
      expect(puts).toBe(2);
    },
  );

  it('is asked again when two create-only writes met', async () => {
    let puts = 0;
    const endpoint = await serve((_request, response) => {
      response.writeHead(++puts === 1 ? 409 : 200).end();
    });
    await openBucket({ endpoint }).put('lock', Buffer.from('mine'), { createOnly: true });
    expect(puts).toBe(2);
  });

  it('is refused when it is a web server', async () => {
    const endpoint = await serve((_request, response) => {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html>not here</html>');
    });
    await expect(openBucket({ endpoint }).probe('prod/')).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      next: expect.stringContaining('spec.backup.endpoint'),
    });
  });
});

describe('a directory', () => {
  it('must exist, and is never made', async () => {
    const path = join(directory.path, 'missing');
    const store = openDirectory(path);
    await expect(store.probe('prod/')).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    await expect(store.put('key', Buffer.from('x'))).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is readable for its owner alone', async () => {
    const path = await emptyDirectory();
    await openDirectory(path).put('prod/secrets', Buffer.from('x'));
    expect((await stat(join(path, 'prod/secrets'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, 'prod'))).mode & 0o777).toBe(0o700);
  });

  it('says that it may not be written', async () => {
    // Not even root makes files there.
    await expect(openDirectory('/sys').probe('prod/')).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  });

  it('sweeps up what a killed run left, and the folders of it', async () => {
    const path = await emptyDirectory();
    const store = openDirectory(path);
    const left = join(path, 'prod/b1/etcd/.kubestair-tmp-0011');
    await mkdir(join(left, '..'), { recursive: true });
    await writeFile(left, 'half');
    expect(await Array.fromAsync(store.list(''))).toEqual([]);
    expect(await store.sweep('prod/', new Date(Date.now() - 60_000))).toBe(0);
    expect(await store.sweep('prod/', new Date(Date.now() + 60_000))).toBe(1);
    expect(await readdir(path)).toEqual([]);
  });

  it('keeps no folder of a write that failed, but its own', async () => {
    const path = await emptyDirectory();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('x');
      throw new Error('broken');
    }
    await expect(openDirectory(path).put('prod/b1/etcd/snapshot.db', broken())).rejects.toThrow('broken');
    expect(await readdir(path)).toEqual([]);
  });

  it('refuses keys that lead out of it', async () => {
    const store = openDirectory(await emptyDirectory());
    for (const key of ['../out', 'a/../../out', 'a/', '']) {
      await expect(store.put(key, Buffer.from('x')), key).rejects.toMatchObject({ code: 'STORE_FAILED' });
    }
  });
});

describe('openStore', () => {
  it.each([
    'http://bucket',
    's3://',
    's3://user@bucket',
    'file://',
    'file:///',
    'file://host/dir',
    '/dir',
    '',
  ])('does not take %s', (store) => {
    expect(() => openStore({ store, pathStyle: false }, deps)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', object: 'spec.backup.store' }),
    );
  });
});
