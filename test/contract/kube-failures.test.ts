import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openKube } from '../../src/adapters/kube.ts';
import type { Kube } from '../../src/ports/kube.ts';
import type { Log } from '../../src/ports/log.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let directory: string;
let answers: Answer[];
let seen: Seen[];
let lines: string[];

const log: Log = {
  debug: (line) => lines.push(line),
  info: (line) => lines.push(line),
  warn: (line) => lines.push(line),
  mask: () => {},
  progress: () => {},
  group: (_title, work) => work(),
};

beforeEach(async () => {
  answers = [];
  seen = [];
  lines = [];
  directory = await mkdtemp(join(tmpdir(), 'kubestair-kube-'));
  server = createServer(async (request, response) => {
    const body = await text(request);
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    const answer = answers.shift() ?? status(418, 'NoAnswerLeft');
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

function json(value: unknown, headers: Record<string, string> = {}): Answer {
  return (response) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

function status(
  code: number,
  reason: string,
  message = reason,
  details = {},
  headers: Record<string, string> = {},
): Answer {
  const body = JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason,
    message,
    details,
    code,
  });
  return (response) => response.writeHead(code, headers).end(body);
}

const reset: Answer = (_response, request) => request.socket.destroy();

/** Ends the connection in the middle of a body. */
const cut: Answer = (response) => {
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    .write('{"items": [');
  setTimeout(() => response.destroy(), 20);
};

async function open(user: object = { token: 'secret-token' }, path = ''): Promise<Kube> {
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(directory, 'config');
  await writeFile(
    kubeconfig,
    JSON.stringify({
      'current-context': 'test',
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}${path}` } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
    }),
  );
  return openKube({ kubeconfig, env: {}, userAgent: 'kubestair/9.9.9' }, log);
}

describe('a GET is sent again', () => {
  test.each<[string, Answer]>([
    ['a server that is going away', status(503, 'ServiceUnavailable')],
    ['a server with too much to do', status(429, 'TooManyRequests')],
    ['a gateway', (response) => response.writeHead(502).end('<html>Bad Gateway</html>')],
    ['a time-out of the server', status(500, 'ServerTimeout', 'try later', { retryAfterSeconds: 1 })],
    ['etcd without a leader', status(500, '', 'etcdserver: leader changed')],
    ['a connection that is reset', reset],
    ['a body that is cut', cut],
  ])('after %s', async (_name, trouble) => {
    answers = [trouble, json({ items: [1] })];
    expect(await (await open()).request({ path: '/api/v1/nodes' })).toEqual({ items: [1] });
    expect(seen).toHaveLength(2);
  });

  test('after as long as the server asks', async () => {
    answers = [status(429, 'TooManyRequests', '', {}, { 'retry-after': '2' }), json({})];
    const kube = await open();
    const started = performance.now();
    await kube.request({ path: '/api' });
    expect(performance.now() - started).toBeGreaterThan(2000);
  });

  test('no more often than it was told, with the last refusal as the answer', async () => {
    answers = [status(503, 'ServiceUnavailable', 'one'), status(503, 'ServiceUnavailable', 'two'), json({})];
    await expect((await open()).request({ path: '/api', retries: 1 })).rejects.toMatchObject({
      name: 'KubeStatusError',
      status: 503,
      reason: 'ServiceUnavailable',
      message: 'two',
    });
    expect(seen).toHaveLength(2);
  });
});

describe('a request is sent once', () => {
  test.each([
    [403, 'Forbidden'],
    [404, 'NotFound'],
    [409, 'Conflict'],
    [410, 'Expired'],
    [500, 'InternalError'],
  ])('where the server says %i %s', async (code, reason) => {
    answers = [
      status(code, reason, 'why', {
        name: 'web',
        causes: [{ reason: 'DisruptionBudget', message: 'needs 2' }],
      }),
    ];
    await expect((await open()).request({ path: '/api' })).rejects.toMatchObject({
      name: 'KubeStatusError',
      status: code,
      reason,
      message: 'why',
      details: { name: 'web', causes: [{ reason: 'DisruptionBudget', message: 'needs 2' }] },
    });
    expect(seen).toHaveLength(1);
  });

  test('where it changes something', async () => {
    answers = [status(429, 'TooManyRequests', 'budget', { retryAfterSeconds: 10 })];
    const eviction = {
      method: 'POST',
      path: '/api/v1/namespaces/shop/pods/web-1/eviction',
      body: {},
    } as const;
    await expect((await open()).request(eviction)).rejects.toMatchObject({
      status: 429,
      details: { retryAfterSeconds: 10 },
    });
    answers = [reset];
    await expect((await open()).request(eviction)).rejects.toMatchObject({ code: 'KUBE_UNREACHABLE' });
    expect(seen).toHaveLength(2);
  });

  test('unless the caller knows better', async () => {
    answers = [reset, json({ done: true })];
    const patch = {
      method: 'PATCH',
      path: '/api/v1/nodes/w1',
      body: { spec: { unschedulable: true } },
      retries: 2,
    } as const;
    expect(await (await open()).request(patch)).toEqual({ done: true });
  });
});

describe('what is sent', () => {
  test('says who sends it, and how it is written', async () => {
    answers = [json({}), json({}), json({})];
    const kube = await open();
    await kube.request({ path: '/api?x=a%20b' });
    await kube.request({ method: 'PATCH', path: '/p', body: { a: 1 } });
    await kube.request({
      method: 'POST',
      path: '/q',
      body: { b: 2 },
      contentType: 'application/yaml',
      accept: 'text/plain',
    });
    expect(seen[0]).toMatchObject({
      method: 'GET',
      url: '/api?x=a%20b',
      headers: {
        'user-agent': 'kubestair/9.9.9',
        authorization: 'Bearer secret-token',
        accept: 'application/json',
      },
      body: '',
    });
    expect(seen[1]).toMatchObject({
      body: '{"a":1}',
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(seen[2]).toMatchObject({ headers: { 'content-type': 'application/yaml', accept: 'text/plain' } });
  });

  test('goes below the path of the server', async () => {
    answers = [json({})];
    await (await open(undefined, '/k8s/clusters/c-1/')).request({ path: '/version' });
    expect(seen[0]?.url).toBe('/k8s/clusters/c-1/version');
  });

  test('shows no secret in the log', async () => {
    answers = [status(503, 'ServiceUnavailable'), json({})];
    await (await open()).request({ path: '/api' });
    expect(lines).toHaveLength(3);
    expect(lines.join('\n')).not.toContain('secret-token');
  });
});

describe('what comes back', () => {
  test('may be compressed', async () => {
    const packed: Answer = (response) =>
      response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(JSON.stringify({ a: 'x'.repeat(100_000) })));
    answers = [packed, packed];
    const kube = await open();
    expect(seen).toEqual([]);
    expect(await kube.request({ path: '/a' })).toEqual({ a: 'x'.repeat(100_000) });
    expect(JSON.parse(await text(await kube.stream({ path: '/a' })))).toEqual({ a: 'x'.repeat(100_000) });
  });

  test('is asked for compressed once the link was seen to be slow', async () => {
    // 1.2 MB in 400 ms.
    const slowly: Answer = async (response) => {
      response.writeHead(200).write('"');
      for (let turn = 0; turn < 4; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        response.write('x'.repeat(300_000));
      }
      response.end('"');
    };
    answers = [json({ a: 'x'.repeat(3_000_000) }), slowly, slowly, slowly, slowly, json({})];
    const kube = await open();
    for (let turn = 0; turn < 6; turn += 1) await kube.request({ path: '/a' });
    expect(seen.map(({ headers }) => headers['accept-encoding'])[0]).toBe('identity');
    expect(seen.at(-1)?.headers['accept-encoding']).toBe('gzip');
  });

  test('has to be JSON', async () => {
    answers = [(response) => response.writeHead(200).end('<html>Log in</html>')];
    await expect((await open()).request({ path: '/api' })).rejects.toMatchObject({
      code: 'KUBE_REQUEST',
      next: expect.stringContaining('login page'),
    });
  });

  test('as a stream fails where it is cut', async () => {
    answers = [cut];
    const chunks: string[] = [];
    const reading = (async () => {
      for await (const chunk of await (await open()).stream({ path: '/a' }))
        chunks.push(Buffer.from(chunk).toString());
    })();
    await expect(reading).rejects.toMatchObject({ code: 'KUBE_UNREACHABLE' });
    expect(chunks.join('')).toBe('{"items": [');
  });

  test('as a stream that is refused is an error before its first byte', async () => {
    answers = [status(410, 'Expired', 'too old')];
    await expect((await open()).stream({ path: '/a' })).rejects.toMatchObject({
      status: 410,
      reason: 'Expired',
    });
  });
});

describe('a signal', () => {
  test('ends a request with its own reason', async () => {
    answers = [() => {}];
    const abort = new AbortController();
    const reason = new Error('stopped by SIGINT');
    const waiting = (await open()).request({ path: '/slow', signal: abort.signal });
    setTimeout(() => abort.abort(reason), 50);
    await expect(waiting).rejects.toBe(reason);
  });

  test('ends a wait between two attempts', async () => {
    answers = [status(429, 'TooManyRequests', '', {}, { 'retry-after': '20' })];
    const abort = new AbortController();
    const reason = new Error('stopped by SIGINT');
    const started = performance.now();
    const waiting = (await open()).request({ path: '/slow', signal: abort.signal });
    setTimeout(() => abort.abort(reason), 100);
    await expect(waiting).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('ends a stream with its own reason', async () => {
    answers = [(response) => response.writeHead(200).write('{')];
    const abort = new AbortController();
    const reason = new Error('stopped by SIGINT');
    const stream = await (await open()).stream({ path: '/watch', signal: abort.signal });
    setTimeout(() => abort.abort(reason), 50);
    await expect(text(stream)).rejects.toBe(reason);
  });
});

describe('credentials', () => {
  /** A plugin that counts its calls into the token. */
  async function plugin(script: string): Promise<object> {
    const file = join(directory, 'plugin');
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o700);
    return {
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command: file, interactiveMode: 'Never' },
    };
  }
  const counting = `n=$(cat "$0.n" 2>/dev/null || echo 0); n=$((n + 1)); echo $n > "$0.n"
echo '{"kind":"ExecCredential","status":{"token":"token-'$n'"}}'`;

  test('that are refused are fetched anew, once', async () => {
    answers = [status(401, 'Unauthorized'), json({ ok: true }), json({ ok: true })];
    const kube = await open(await plugin(counting));
    expect(await kube.request({ path: '/a' })).toEqual({ ok: true });
    await kube.request({ path: '/b' });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
      'Bearer token-2',
    ]);
  });

  test('that stay refused are an error of their own', async () => {
    answers = [status(401, 'Unauthorized'), status(401, 'Unauthorized')];
    await expect((await open()).request({ path: '/a' })).rejects.toMatchObject({
      code: 'KUBE_UNAUTHORIZED',
      object: 'context test',
      next: expect.stringContaining('kubectl --context test auth whoami'),
    });
    expect(seen).toHaveLength(2);
  });

  test('that a plugin does not give are told with its own words', async () => {
    const kube = await open(await plugin('echo "session expired: log in again" >&2; exit 1'));
    await expect(kube.request({ path: '/a' })).rejects.toMatchObject({
      code: 'KUBE_UNAUTHORIZED',
      message: expect.stringMatching(
        /exec plugin .*plugin gives no credentials for user "u": session expired: log in again$/,
      ),
    });
    expect(seen).toEqual([]);
  });
});

test('a file that the kubeconfig names and nobody has is told', async () => {
  const kube = await open({ 'client-certificate': 'none.crt' });
  await expect(kube.request({ path: '/a' })).rejects.toMatchObject({
    code: 'KUBE_CONFIG',
    message: expect.stringContaining(join(directory, 'none.crt')),
  });
});

test('a server that is not there is told with its address', async () => {
  const kube = await open();
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await expect(kube.request({ path: '/a', retries: 1 })).rejects.toMatchObject({
    code: 'KUBE_UNREACHABLE',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
