import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKube } from '../../src/adapters/kube.ts';
import type { Kube } from '../../src/ports/kube.ts';
import type { Log } from '../../src/ports/log.ts';
import { type Certificates, makeCertificates } from './support/certificates.ts';
import { type TemporaryDirectory, temporaryDirectory } from './support/temporary.ts';

let directory: TemporaryDirectory;
let certificates: Certificates;
let server: Server;

const log: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  mask: () => {},
  progress: () => {},
  group: (_title, work) => work(),
};

/** Answers with the name in the client's certificate. */
beforeAll(async () => {
  directory = await temporaryDirectory();
  certificates = await makeCertificates(directory.path, ['DNS:api.example']);
  const { files } = certificates;
  const [ca, cert, key] = await Promise.all(
    [files.ca, files.serverCert, files.serverKey].map((file) => readFile(file)),
  );
  server = createServer(
    { ca, cert, key, requestCert: true, rejectUnauthorized: false },
    ({ socket }, response) => {
      const name = (socket as TLSSocket).getPeerCertificate().subject?.CN ?? null;
      response.end(JSON.stringify({ name }));
    },
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await directory[Symbol.asyncDispose]();
});

async function open(cluster: object, user: object = { token: 'x' }): Promise<Kube> {
  const kubeconfig = join(directory.path, 'config');
  const { port } = server.address() as AddressInfo;
  const config = {
    'current-context': 'test',
    clusters: [{ name: 'c', cluster: { server: `https://127.0.0.1:${port}`, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  return openKube({ kubeconfig, env: {}, userAgent: 'kubestair/test' }, log);
}

const trusted = { 'certificate-authority': 'ca.crt', 'tls-server-name': 'api.example' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

test('a server with the right authority and name is trusted, and gets the client certificate', async () => {
  const { cert, key } = certificates.client;
  const kube = await open(trusted, {
    'client-certificate-data': base64(cert),
    'client-key-data': base64(key),
  });
  expect(await kube.request({ path: '/' })).toEqual({ name: 'client' });
});

test.each([
  ['another authority', { 'tls-server-name': 'api.example' }],
  ['another name', { 'certificate-authority': 'ca.crt' }],
])('a server with %s is refused at once, with what to check', async (_name, cluster) => {
  const kube = await open(cluster);
  const started = performance.now();
  await expect(kube.request({ path: '/' })).rejects.toMatchObject({
    code: 'KUBE_UNREACHABLE',
    next: expect.stringContaining('certificate-authority-data'),
  });
  expect(performance.now() - started).toBeLessThan(5000);
});
