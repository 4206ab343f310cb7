import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { ApiServer } from './api-server.ts';
import { makeCertificates } from './certificates.ts';
import { temporaryDirectory } from './temporary.ts';

/** Registers an aggregated API whose backend nobody runs. */
export async function registerDeadApi(api: ApiServer, group: string): Promise<void> {
  await registerService(api, group, 1);
}

/**
 * Serves an aggregated API like metrics.k8s.io: one kind, `readings`, whose lists have no resource version and know nothing of
 * limits or exact versions.
 */
export async function serveReadings(
  api: ApiServer,
  group: string,
  readings: readonly string[],
): Promise<AsyncDisposable> {
  await using directory = await temporaryDirectory();
  const { files } = await makeCertificates(directory.path, ['DNS:localhost']);
  const answers: Readonly<Record<string, string>> = {
    [`/apis/${group}/v1`]: JSON.stringify({
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: `${group}/v1`,
      resources: [
        { name: 'readings', singularName: '', namespaced: false, kind: 'Reading', verbs: ['get', 'list'] },
      ],
    }),
    [`/apis/${group}/v1/readings`]: `{"kind":"ReadingList","metadata":{},"items":[${readings.join(',')}]}`,
  };
  const server = createServer(
    { cert: await readFile(files.serverCert), key: await readFile(files.serverKey) },
    (incoming, response) => {
      const answer = answers[(incoming.url ?? '').split('?')[0] ?? ''];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(answer ?? '{}');
    },
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  await registerService(api, group, address.port);
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function registerService(api: ApiServer, group: string, port: number): Promise<void> {
  const name = group.split('.')[0] ?? group;
  const service = {
    metadata: { name },
    spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] },
  };
  await api.send('POST', '/api/v1/namespaces/default/services', JSON.stringify(service));
  const apiService = {
    metadata: { name: `v1.${group}` },
    spec: {
      group,
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name, namespace: 'default', port },
    },
  };
  await api.send('POST', '/apis/apiregistration.k8s.io/v1/apiservices', JSON.stringify(apiService));
}
