import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Client } from 'undici';
import type { Metrics, MetricsTarget } from '../ports/metrics.ts';

/** For the answer to begin: an API server puts its metrics together first. */
const HEADERS_TIMEOUT = 30_000;
const STALL_TIMEOUT = 30_000;

/** Opens the metrics of a component. Nothing is sent yet. */
export function openMetrics({ socketPath, serverName, path, tls }: MetricsTarget): Metrics {
  const client = new Client(`https://${serverName}`, {
    connect: { ...tls, socketPath, servername: serverName },
    headersTimeout: HEADERS_TIMEOUT,
    bodyTimeout: STALL_TIMEOUT,
  });
  return {
    async *lines(signal) {
      const { statusCode, headers, body } = await client.request({
        method: 'GET',
        path,
        headers: { accept: 'text/plain', 'accept-encoding': 'gzip' },
        signal: signal ?? null,
      });
      if (statusCode !== 200) {
        await body.dump();
        throw new Error(`${path} was answered with ${statusCode}`);
      }
      // An error of the connection reaches the reader through the stream that it reads.
      const plain = headers['content-encoding'] === 'gzip' ? pipeline(body, createGunzip(), () => {}) : body;
      yield* linesOf(plain);
    },
    close: () => client.destroy(),
  };
}

async function* linesOf(stream: Readable): AsyncIterable<string> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
