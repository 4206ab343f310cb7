import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openKube } from '../../src/adapters/kube.ts';
import { clusterQuestions } from '../../src/dossier/cluster-questions.ts';
import { gather } from '../../src/dossier/gather.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';
import { temporaryDirectory } from './support/temporary.ts';

/** What the API server says of a node that a run stopped at, and what becomes of it where it says nothing at all. */
let api: ApiServer;
const send = (method: string, path: string, body: object) => api.send(method, path, JSON.stringify(body));

beforeAll(async () => {
  api = await startApiServer();
  await send('POST', '/api/v1/nodes', { metadata: { name: 'w1' }, spec: { unschedulable: true } });
  const node = JSON.parse(await api.send('GET', '/api/v1/nodes/w1'));
  const ready = { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'PLEG is not healthy' };
  await send('PUT', '/api/v1/nodes/w1/status', { ...node, status: { conditions: [ready] } });
  // No controller runs that would make it.
  await send('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  await send('POST', '/api/v1/namespaces/default/pods', {
    metadata: { name: 'web' },
    spec: {
      nodeName: 'w1',
      automountServiceAccountToken: false,
      containers: [{ name: 'web', image: 'web' }],
    },
  });
  const pod = JSON.parse(await api.send('GET', '/api/v1/namespaces/default/pods/web'));
  await send('PUT', '/api/v1/namespaces/default/pods/web/status', {
    ...pod,
    status: { phase: 'Failed', reason: 'Evicted', message: 'the node was low on memory' },
  });
  for (const [kind, name, type] of [
    ['Node', 'w1', 'Normal'],
    ['Pod', 'web', 'Warning'],
  ]) {
    await send('POST', '/api/v1/namespaces/default/events', {
      metadata: { name: `${name}.1` },
      involvedObject: { kind, name, ...(kind === 'Pod' && { namespace: 'default' }) },
      type,
      reason: 'Seen',
      message: `something of ${name}`,
      lastTimestamp: '2026-11-21T09:05:07Z',
    });
  }
});

afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
});

it('tells conditions, pods that are not ready, and events', async () => {
  const parts = await gather(clusterQuestions(await api.kubeAs('admin'), ['w1']), systemClock, 30);
  const found = Object.fromEntries(parts.map(({ title, text }) => [title, text]));
  expect(found.Nodes).toContain('w1 NotReady (KubeletNotReady),SchedulingDisabled');
  expect(found['Node/w1: conditions and taints']).toContain('Ready=False');
  expect(found['Node/w1: conditions and taints']).toContain('PLEG is not healthy');
  expect(found['Node/w1: pods that are not ready']).toBe(
    '1 pods, 1 of them not ready\ndefault/web Failed: Evicted: the node was low on memory',
  );
  expect(found['Node/w1: events, the newest first']).toContain('something of w1');
  expect(found['Node/w1: events, the newest first']).not.toContain('something of web');
  expect(found['Warnings of the cluster, the newest first']).toContain('Pod/default/web: something of web');
});

it('is not kept waiting by an API server that takes connections and never answers', async () => {
  await using directory = await temporaryDirectory();
  const silent = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const kubeconfig = join(directory.path, 'kubeconfig');
  await writeFile(
    kubeconfig,
    `apiVersion: v1
kind: Config
current-context: a
clusters: [{ name: a, cluster: { server: "http://127.0.0.1:${port}" } }]
contexts: [{ name: a, context: { cluster: a, user: a } }]
users: [{ name: a, user: {} }]
`,
  );
  const kube = await openKube({ kubeconfig, env: {}, userAgent: 'kubestair/contract' }, recordedLog());
  const parts = await gather(clusterQuestions(kube, ['w1']), systemClock, 1);
  expect(new Set(parts.map(({ text }) => text))).toEqual(new Set(['Not to be had: no answer within 1 s']));
  silent.close();
}, 10_000);
