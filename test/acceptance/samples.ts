import { createServer } from 'node:net';

export const goodFile = `apiVersion: kubestair.dev/v1
kind: Cluster
metadata:
  name: prod
spec:
  version: v1.36.3
  provider: kubeadm
  backup:
    store: file:///nonexistent/backups
`;

export const unknownKey = goodFile.replace('  version:', '  verson:');
export const syntaxError = goodFile.replace('  name: prod', '  name: "prod');

/** An API server that takes connections and never answers: a run waits for it until it is told to stop. */
export interface SilentServer extends AsyncDisposable {
  readonly kubeconfig: string;
  /** Fulfilled by the first connection. */
  readonly connected: Promise<void>;
}

export async function startSilentServer(): Promise<SilentServer> {
  const first = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    first.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const kubeconfig = `apiVersion: v1
kind: Config
current-context: prod
clusters: [{ name: prod, cluster: { server: "http://127.0.0.1:${address.port}" } }]
contexts: [{ name: prod, context: { cluster: prod, user: admin } }]
users: [{ name: admin, user: { token: s3cret-token-of-the-admin } }]
`;
  return {
    kubeconfig,
    connected: first.promise,
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}
