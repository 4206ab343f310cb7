import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform, type TransformCallback } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

export interface S3Proxy extends AsyncDisposable {
  readonly endpoint: string;
}

/** What becomes of a request. */
export type Fault =
  | { readonly kind: 'pass' }
  /** Answered with an S3 error; the server behind never hears of it. */
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  /** The connection breaks at once, as if nobody were there; the server behind never hears of it. */
  | { readonly kind: 'break' }
  /** Takes the head of the body, then waits before the rest is read: the sender is held up in the middle. */
  | { readonly kind: 'hold'; readonly until: () => Promise<void> }
  /** The connection breaks once so many bytes of the request's body went on. */
  | { readonly kind: 'cut-request'; readonly after: number }
  /** The server did what was asked, and the connection breaks before its answer comes. */
  | { readonly kind: 'lose-answer' }
  /** The connection breaks once so many bytes of the answer's body went on. */
  | { readonly kind: 'cut-answer'; readonly after: number }
  /** One byte of the answer's body is another one. */
  | { readonly kind: 'alter-answer' }
  /** Bodies take their time both ways. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number };

export type Decide = (method: string, path: string, headers: IncomingMessage['headers']) => Fault;

/** Stands between a client and a real S3 server and does what `decide` says of each request. */
export async function startS3Proxy(upstream: string, decide: Decide): Promise<S3Proxy> {
  const server = createServer((incoming, outgoing) => {
    void handle(upstream, decide, incoming, outgoing).catch((cause: unknown) =>
      outgoing.destroy(cause as Error),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function handle(
  upstream: string,
  decide: Decide,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming;
  const fault = decide(method, url, headers);
  if (fault.kind === 'refuse') {
    incoming.resume();
    outgoing.writeHead(fault.status, { 'content-type': 'application/xml' });
    outgoing.end(`<Error><Code>${fault.code}</Code><Message>refused by the test</Message></Error>`);
    return;
  }
  if (fault.kind === 'break') {
    incoming.socket.destroy();
    return;
  }
  if (fault.kind === 'hold') await fault.until();
  const breakOff = (): void => void incoming.socket.destroy();
  // The signature covers the Host header, so it is passed on as it came.
  const onward = request(new URL(url, upstream), { method, headers, setHost: false }, (answer) => {
    if (fault.kind === 'lose-answer') {
      answer.resume().on('end', breakOff);
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    // Otherwise the client may wait for a head that comes with the first bytes only.
    outgoing.flushHeaders();
    answer.pipe(answerFilter(fault, breakOff)).pipe(outgoing);
  });
  onward.on('error', (cause) => outgoing.destroy(cause));
  incoming.on('error', () => onward.destroy());
  incoming.pipe(requestFilter(fault, breakOff)).pipe(onward);
}

function requestFilter(fault: Fault, breakOff: () => void): Transform {
  switch (fault.kind) {
    case 'cut-request':
      return cutAfter(fault.after, breakOff);
    case 'slow':
      return throttle(fault.bytesPerSecond);
    default:
      return passing((chunk, done) => done(null, chunk));
  }
}

function answerFilter(fault: Fault, breakOff: () => void): Transform {
  switch (fault.kind) {
    case 'cut-answer':
      return cutAfter(fault.after, breakOff);
    case 'alter-answer':
      return alterFirstByte();
    case 'slow':
      return throttle(fault.bytesPerSecond);
    default:
      return passing((chunk, done) => done(null, chunk));
  }
}

function passing(transform: (chunk: Buffer, done: TransformCallback) => void): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => transform(chunk, done),
  });
}

function cutAfter(limit: number, breakOff: () => void): Transform {
  let passed = 0;
  const filter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const rest = limit - passed;
      passed += chunk.length;
      if (passed <= limit) return done(null, chunk);
      this.push(chunk.subarray(0, rest));
      // After what went on has left.
      void setTimeout(5).then(breakOff);
      return undefined;
    },
    // A body that is shorter is cut where it ends, before its receiver may call it whole.
    flush(done) {
      if (passed > limit) return;
      void setTimeout(5)
        .then(breakOff)
        .then(() => done());
    },
  });
  return filter;
}

function alterFirstByte(): Transform {
  let altered = false;
  return passing((chunk, done) => {
    const first = chunk[0];
    if (altered || first === undefined) return done(null, chunk);
    altered = true;
    return done(null, Buffer.concat([Buffer.of(first ^ 1), chunk.subarray(1)]));
  });
}

function throttle(bytesPerSecond: number): Transform {
  return passing((chunk, done) => {
    void setTimeout((chunk.length / bytesPerSecond) * 1000).then(() => done(null, chunk));
  });
}
