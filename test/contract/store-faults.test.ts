import { randomBytes } from 'node:crypto';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/adapters/store.ts';
import { listBackups, readBackup } from '../../src/backup/catalog.ts';
import { digestOf } from '../../src/backup/digest.ts';
import { partsOf } from '../../src/backup/manifest.ts';
import { type BackupRequest, runBackup } from '../../src/backup/run-backup.ts';
import { openPart } from '../../src/backup/unseal.ts';
import { asKubestairError, type ErrorCode } from '../../src/errors.ts';
import type { Store } from '../../src/ports/store.ts';
import { type Decide, type Fault, startS3Proxy } from '../lab/support/s3-proxy.ts';
import { type FakeKind, fakeKube } from '../unit/backup/support/fake-kube.ts';
import { jumpingClock, recordedLog } from '../unit/backup/support/quiet.ts';
import { type S3Server, startS3 } from './support/s3-server.ts';

const small = randomBytes(200_000);
/** More than one part of an upload. */
const large = randomBytes(9 * 1024 * 1024);
const kinds: readonly FakeKind[] = ['configmaps', 'secrets', 'namespaces'].map((resource) => ({
  group: '',
  version: 'v1',
  resource,
  objects: Array.from({ length: 40 }, (_, index) =>
    JSON.stringify({ metadata: { name: `${resource}${index}` } }),
  ),
}));

let s3: S3Server;
let folders = 0;

beforeAll(async () => {
  s3 = await startS3(['backups']);
  for (const [name, value] of Object.entries(s3.credentials)) vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await s3?.[Symbol.asyncDispose]();
});

/** A part of the bucket that belongs to one backup. */
function openBucket(endpoint: string, folder: number): Store {
  const config = { store: `s3://backups/${folder}`, endpoint, pathStyle: true };
  return openStore(config, { random: (bytes) => randomBytes(bytes), env: {} });
}

const request: BackupRequest = {
  id: '20261121T090507Z-3f9a',
  tool: 'kubestair/test',
  cluster: { name: 'prod', uid: '0b5c', version: 'v1.36.3' },
  reason: 'backup',
  runId: 'run-1',
  recipients: [],
};

interface Tried {
  /** Undefined where the backup was taken. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly next: string | undefined;
  /** Requests that came through, in order. */
  readonly requests: readonly string[];
  /** What it left, seen without faults. */
  readonly store: Store;
}

/**
 * Takes a backup through a faulty way to a real store, and holds it to what must be true whatever happens: what counts as a backup
 * is whole, and a run that says it has one does.
 */
async function tryBackup(decide: Decide, files = small): Promise<Tried> {
  folders += 1;
  const folder = folders;
  const requests: string[] = [];
  await using proxy = await startS3Proxy(s3.endpoint, (method, path, headers) => {
    requests.push(`${method} ${path}`);
    return decide(method, path, headers);
  });
  const outcome = await runBackup(request, {
    kube: fakeKube({ kinds }),
    store: openBucket(proxy.endpoint, folder),
    hosts: [
      {
        node: 'cp1',
        async *files() {
          for (let at = 0; at < files.length; at += 65_536) yield files.subarray(at, at + 65_536);
        },
      },
    ],
    clock: jumpingClock(),
    log: recordedLog(),
    signal: new AbortController().signal,
  }).then(
    () => undefined,
    (thrown: unknown) => asKubestairError(thrown),
  );
  const store = openBucket(s3.endpoint, folder);
  await requireWholeOrNothing(store, outcome === undefined);
  return {
    code: outcome?.code,
    message: outcome?.message ?? '',
    next: outcome?.next,
    requests,
    store,
  };
}

async function requireWholeOrNothing(store: Store, taken: boolean): Promise<void> {
  const found = await listBackups('prod', 10, { store, log: recordedLog() });
  if (taken) expect(found).toHaveLength(1);
  for (const { manifest, prefix } of found) {
    await readBackup('prod', manifest.id, { store, log: recordedLog() });
    for (const part of partsOf(manifest)) {
      const plain = await digestOf(openPart(part, { store, prefix, identities: [] }));
      expect(plain).toEqual(part.plain);
    }
  }
}

/** Most of these backups wait for their next try. */
async function sideBySide<T>(cases: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  await pLimit(SIDE_BY_SIDE).map(cases, work);
}

const PASS: Fault = { kind: 'pass' };

/** That fault for the request with that number, counted from 0, and for nothing else. */
function once(index: number, fault: Fault): Decide {
  let count = 0;
  return () => (count++ === index ? fault : PASS);
}

/** That fault for everything of one kind, from the first one on. */
function always(of: (method: string, path: string) => boolean, fault: Fault): Decide {
  return (method, path) => (of(method, path) ? fault : PASS);
}

const isPart = (path: string): boolean => path.includes('/hosts/') || path.includes('/resources/');
const writesPart = (method: string, path: string): boolean => method === 'PUT' && isPart(path);
const readsPart = (method: string, path: string): boolean => method === 'GET' && isPart(path);
const writesManifest = (method: string, path: string): boolean =>
  method === 'PUT' && path.includes('manifest.json');

const FAULTS: Readonly<Record<string, Fault>> = {
  'answered with 500': { kind: 'refuse', status: 500, code: 'InternalError' },
  'answered with 503': { kind: 'refuse', status: 503, code: 'SlowDown' },
  'reset before it is read': { kind: 'cut-request', after: 0 },
  'reset in its middle': { kind: 'cut-request', after: 50 },
  'done, with its answer lost': { kind: 'lose-answer' },
  'answered up to byte 50': { kind: 'cut-answer', after: 50 },
};

const SIDE_BY_SIDE = 10;
/** At least as many as a backup of this test takes. */
const REQUESTS = 20;

describe('a store that fails once', () => {
  it('needs as many requests as the sweep below goes over', async () => {
    const { code, requests } = await tryBackup(() => PASS);
    expect(code).toBeUndefined();
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.length).toBeLessThan(REQUESTS);
  });

  it.each(Object.entries(FAULTS))(
    'takes the backup all the same, whichever request is %s',
    async (_what, fault) => {
      await sideBySide([...Array(REQUESTS).keys()], async (index) => {
        const { code, message, requests } = await tryBackup(once(index, fault));
        expect(code, `${requests[index]}: ${message}`).toBeUndefined();
      });
    },
  );

  it.each(Object.entries(FAULTS))(
    'takes the backup all the same, whichever request of an upload in parts is %s',
    async (_what, fault) => {
      await sideBySide(['uploads', 'partNumber=1', 'partNumber=2', 'POST uploadId='], async (which) => {
        let met = false;
        const { code, message } = await tryBackup((method, path) => {
          const wanted = which.split(' ').every((word) => `${method} ${path}`.includes(word));
          if (met || !wanted || !path.includes('/hosts/')) return PASS;
          met = true;
          return fault;
        }, large);
        expect(code, `${which}: ${message}`).toBeUndefined();
        expect(met, which).toBe(true);
      });
    },
  );

  it.each([
    ['an upload', 'PUT', 'cut-request'],
    ['a read', 'GET', 'cut-answer'],
  ] as const)('takes the backup all the same, wherever %s is cut', async (_what, cutMethod, kind) => {
    await sideBySide([0, 1, 17, 1000, 16_383, 65_535, 65_536, 65_537, 199_999, 200_000], async (after) => {
      let met = false;
      const { code, message } = await tryBackup((method, path) => {
        if (met || method !== cutMethod || !path.includes('/hosts/')) return PASS;
        met = true;
        return { kind, after };
      });
      expect(code, `after ${after}: ${message}`).toBeUndefined();
      expect(met).toBe(true);
    });
  });

  it('goes on reading where a large part was cut', async () => {
    let cuts = 0;
    const { code, requests } = await tryBackup((method, path) => {
      if (method !== 'GET' || !path.includes('/hosts/') || cuts === 3) return PASS;
      cuts += 1;
      return { kind: 'cut-answer', after: 2 * 1024 * 1024 };
    }, large);
    expect(code).toBeUndefined();
    expect(requests.filter((line) => line.startsWith('GET') && line.includes('/hosts/'))).toHaveLength(4);
  });
});

describe('a store that keeps failing', () => {
  it.each<[string, Decide, ErrorCode]>([
    ['500', always(writesPart, { kind: 'refuse', status: 500, code: 'InternalError' }), 'STORE_FAILED'],
    ['503', always(writesPart, { kind: 'refuse', status: 503, code: 'SlowDown' }), 'STORE_FAILED'],
    ['resets', always(writesPart, { kind: 'cut-request', after: 10 }), 'STORE_FAILED'],
    ['lost answers', always(writesPart, { kind: 'lose-answer' }), 'STORE_FAILED'],
    ['reads that are cut off', always(readsPart, { kind: 'cut-answer', after: 3 }), 'STORE_FAILED'],
    [
      'a full disk, as AWS and MinIO say it',
      always(writesPart, { kind: 'refuse', status: 507, code: 'InsufficientStorage' }),
      'STORE_FULL',
    ],
    ['a quota', always(writesPart, { kind: 'refuse', status: 403, code: 'QuotaExceeded' }), 'STORE_FULL'],
    [
      'rights that were taken away',
      always(writesPart, { kind: 'refuse', status: 403, code: 'AccessDenied' }),
      'STORE_FAILED',
    ],
    ['other bytes than were written', always(readsPart, { kind: 'alter-answer' }), 'STORE_CORRUPT'],
    [
      'a manifest that cannot be written',
      always(writesManifest, { kind: 'refuse', status: 500, code: 'InternalError' }),
      'STORE_FAILED',
    ],
    ['a manifest whose answers are lost', always(writesManifest, { kind: 'lose-answer' }), 'STORE_FAILED'],
  ])('has no backup, and its code: %s', async (_what, decide, expected) => {
    const { code, next, store } = await tryBackup(decide);
    expect(code).toBe(expected);
    expect(next).toEqual(expect.any(String));
    expect(await listBackups('prod', 1, { store, log: recordedLog() })).toEqual([]);
  });

  it('leaves what it may not delete, which is no backup', async () => {
    const { code, store } = await tryBackup((method, path) => {
      if (method === 'DELETE' && isPart(path)) return { kind: 'refuse', status: 500, code: 'InternalError' };
      return readsPart(method, path) ? { kind: 'alter-answer' } : PASS;
    });
    expect(code).toBe('STORE_CORRUPT');
    expect((await Array.fromAsync(store.list('prod/'))).length).toBeGreaterThan(0);
    expect(await listBackups('prod', 1, { store, log: recordedLog() })).toEqual([]);
  });
});

describe('a store without conditional writes', () => {
  it('is refused before anything is written, where it says so', async () => {
    const { code, next, requests } = await tryBackup((_method, _path, headers) =>
      headers['if-none-match'] === undefined ? PASS : { kind: 'refuse', status: 501, code: 'NotImplemented' },
    );
    expect(code).toBe('STORE_UNCONDITIONAL');
    expect(next).toContain('If-None-Match');
    expect(requests.filter((line) => isPart(line))).toEqual([]);
  });
});

describe('a slow store', () => {
  it('takes its time, and has the whole backup', async () => {
    const { code } = await tryBackup((_method, path) =>
      isPart(path) ? { kind: 'slow', bytesPerSecond: 100_000 } : PASS,
    );
    expect(code).toBeUndefined();
  });
});
