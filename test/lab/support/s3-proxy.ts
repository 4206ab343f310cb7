import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3Proxy extends AsyncDisposable {
  readonly endpoint: string;
}

/** What becomes of a request: passed on, answered with an S3 error, or held until a promise is fulfilled. */
export type Fault =
  | { readonly kind: 'pass' }
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  /** Takes the head of the body, then waits before the rest is read: the sender is held up in the middle. */
  | { readonly kind: 'hold'; readonly until: () => Promise<void> };

/** Stands between a client and a real S3 server and does what `decide` says of each request. */
export async function startS3Proxy(
  upstream: string,
  decide: (method: string, path: string) => Fault,
): Promise<S3Proxy> {
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
  decide: (method: string, path: string) => Fault,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming;
  const fault = decide(method, url);
  if (fault.kind === 'refuse') {
    incoming.resume();
    outgoing.writeHead(fault.status, { 'content-type': 'application/xml' });
    outgoing.end(`<Error><Code>${fault.code}</Code><Message>refused by the test</Message></Error>`);
    return;
  }
  if (fault.kind === 'hold') await fault.until();
  // The signature covers the Host header, so it is passed on as it came.
  const onward = request(new URL(url, upstream), { method, headers, setHost: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', (cause) => outgoing.destroy(cause));
  incoming.pipe(onward);
}
