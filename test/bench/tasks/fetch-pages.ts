import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import pLimit from 'p-limit';
import { Agent } from 'undici';
import { discover, type ListableKind } from '../../../src/backup/discover.ts';
import { collectionPath, NAMESPACES, peekAt } from '../../../src/backup/list-pages.ts';
import { kubeOf } from './access.ts';
import { secondsSince, type Task } from './task.ts';

const KINDS_AT_ONCE = 4;

/**
 * Fetches the pages that an export fetches and throws them away, with nothing of the product on the way: the least that an export in
 * this language can take.
 */
export const fetchPages: Task = async (input) => {
  const kube = await kubeOf(input);
  const signal = new AbortController().signal;
  const { kinds } = await discover(kube, signal);
  const { resourceVersion: exactly } = await peekAt(kube, NAMESPACES, signal);
  const fetcher = await openFetcher(input.kubeconfig, input.gzip ?? false);
  const started = performance.now();
  const limit = pLimit(KINDS_AT_ONCE);
  const fetched = await Promise.all(
    kinds.map((kind) => limit(() => fetchKind(kind, exactly, input.limit ?? 500, fetcher))),
  );
  return { seconds: secondsSince(started), bytes: fetched.reduce((sum, bytes) => sum + bytes, 0) };
};

type Fetch = (path: string, onChunk: (chunk: Uint8Array) => void) => Promise<void>;

async function openFetcher(kubeconfig: string, gzip: boolean): Promise<Fetch> {
  const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const origin: string = clusters[0].cluster.server;
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const headers = {
    authorization: `Bearer ${users[0].user.token}`,
    accept: 'application/json',
    ...(gzip && { 'accept-encoding': 'gzip' }),
  };
  return async (path, onChunk) => {
    const { body, headers: answered } = await dispatcher.request({ origin, path, method: 'GET', headers });
    const plain = answered['content-encoding'] === 'gzip' ? pipeline(body, createGunzip(), () => {}) : body;
    for await (const chunk of plain) onChunk(chunk);
  };
}

/** @returns how many bytes its pages had */
async function fetchKind(kind: ListableKind, exactly: string, limit: number, fetch: Fetch): Promise<number> {
  let bytes = 0;
  let token = '';
  do {
    const position =
      token === '' ? `resourceVersion=${exactly}&resourceVersionMatch=Exact` : `continue=${token}`;
    // Lists of built-in kinds, of which there are no others here, begin with their metadata.
    let head = '';
    await fetch(`${collectionPath(kind)}?limit=${limit}&${position}`, (chunk) => {
      bytes += chunk.length;
      if (head === '') head = Buffer.from(chunk.subarray(0, 2000)).toString('latin1');
    });
    token = encodeURIComponent(/"continue":"([^"]*)"/.exec(head)?.[1] ?? '');
  } while (token !== '');
  return bytes;
}
