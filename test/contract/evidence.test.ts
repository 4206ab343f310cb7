import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMetrics } from '../../src/adapters/metrics.ts';
import { observeHelm } from '../../src/evidence/observe-helm.ts';
import { observeObjects } from '../../src/evidence/observe-objects.ts';
import { readRequestedApis } from '../../src/evidence/requested-apis.ts';
import { type ServedApi, servedApis } from '../../src/evidence/served-apis.ts';
import type { Kube } from '../../src/ports/kube.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';
import { temporaryDirectory } from './support/temporary.ts';

const BETA = '/apis/storage.k8s.io/v1beta1/volumeattributesclasses';
const BUNDLES = '/apis/certificates.k8s.io/v1beta1/clustertrustbundles';

let api: ApiServer;
let kube: Kube;
let served: readonly ServedApi[];

beforeAll(async () => {
  api = await startApiServer([
    '--runtime-config=storage.k8s.io/v1beta1=true,certificates.k8s.io/v1beta1=true',
    '--feature-gates=ClusterTrustBundle=true',
  ]);
  kube = await api.kubeAs('admin');
  served = await servedApis(kube);
});

afterAll(() => api?.[Symbol.asyncDispose]());

const volumeClass = (name: string, annotations: Readonly<Record<string, string>> = {}) =>
  JSON.stringify({ metadata: { name, annotations }, driverName: 'csi.example', parameters: { iops: '1' } });

/** Metrics as they are read through a tunnel to a host. */
async function requested() {
  await using directory = await temporaryDirectory();
  const socketPath = path.join(directory.path, 'socket');
  const tunnel = createServer((near) => near.pipe(connect(api.port, '127.0.0.1')).pipe(near)).listen(
    socketPath,
  );
  await once(tunnel, 'listening');
  const metrics = openMetrics({ socketPath, serverName: 'kubernetes', path: '/metrics', tls: api.client });
  const isPreferred = ({ api: version, resource }: { api: string; resource: string }) =>
    served.some((each) => each.api === version && each.resource === resource && each.preferred);
  try {
    return await readRequestedApis(metrics.lines(), Date.now() / 1000, isPreferred);
  } finally {
    await metrics.close();
    tunnel.close();
  }
}

test('what is served is told with the version that its group prefers', () => {
  const told = served.map(({ api: version, resource, preferred }) => `${version} ${resource} ${preferred}`);
  expect(told.toSorted()).toEqual([
    'certificates.k8s.io/v1beta1 clustertrustbundles true',
    'storage.k8s.io/v1beta1 volumeattributesclasses false',
  ]);
});

describe('requests', () => {
  test('may be refused, which is told', async () => {
    await expect(requested()).rejects.toThrow('/metrics was answered with 403');
  });

  test('are counted by the API server itself, those of Kubestair apart', async () => {
    const binding = {
      metadata: { name: 'monitoring' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:monitoring' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'client' }],
    };
    await api.send('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', JSON.stringify(binding));
    await api.send('GET', BUNDLES);
    expect((await requested()).apis).toEqual([
      {
        api: 'certificates.k8s.io/v1beta1',
        resource: 'clustertrustbundles',
        verbs: ['LIST'],
        preferred: true,
      },
    ]);
    await api.send('POST', BETA, volumeClass('silver'));
    await observeObjects(kube, served);
    const { upSeconds, apis } = await requested();
    expect(upSeconds).toBeLessThan(600);
    expect(apis).toContainEqual({
      api: 'storage.k8s.io/v1beta1',
      resource: 'volumeattributesclasses',
      verbs: ['POST'],
      preferred: false,
    });
  });
});

test('objects tell who wrote them with which version', async () => {
  const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
  const annotation = (version: string) => ({
    [LAST_APPLIED]: JSON.stringify({
      apiVersion: `storage.k8s.io/${version}`,
      kind: 'VolumeAttributesClass',
    }),
  });
  const GA = BETA.replace('v1beta1', 'v1');
  const by = (manager: string) => `?fieldManager=${manager}`;
  await api.send('POST', BETA + by('terraform'), volumeClass('gold'));
  await api.send('POST', GA + by('terraform'), volumeClass('platinum'));
  await api.send(
    'POST',
    BETA + by('kubectl-client-side-apply'),
    volumeClass('bronze', annotation('v1beta1')),
  );
  // Applied with the old version by hand, and brought in by another tool with the new one.
  await api.send('POST', GA + by('helm'), volumeClass('iron', annotation('v1beta1')));
  const [classes] = (await observeObjects(kube, served)).filter(({ resource }) =>
    resource.startsWith('volume'),
  );
  expect(classes?.found).toMatchObject({ known: true, value: { more: 0 } });
  const uses = classes?.found.known ? classes.found.value.uses : [];
  const told = uses.map(({ kind, name, by: manager, trace }) => `${kind}/${name} ${manager} ${trace}`);
  expect(told.filter((text) => !text.includes('silver'))).toEqual([
    'VolumeAttributesClass/bronze kubectl-client-side-apply last-applied',
    'VolumeAttributesClass/gold terraform managed-fields',
  ]);
});

test('releases of Helm are read page by page, and a broken one hides none', async () => {
  const manifest = 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: web }\n';
  const good = gzipSync(JSON.stringify({ name: 'x', manifest })).toString('base64');
  for (let index = 0; index < 45; index += 1) {
    const name = `r${index}`;
    const secret = {
      metadata: {
        name: `sh.helm.release.v1.${name}.v1`,
        labels: { owner: 'helm', name, version: '1', status: 'deployed' },
      },
      type: 'helm.sh/release.v1',
      stringData: { release: index === 30 ? 'broken' : good },
    };
    await api.send('POST', '/api/v1/namespaces/default/secrets', JSON.stringify(secret));
  }
  const [secrets] = await observeHelm(kube);
  const releases = secrets?.found.known ? secrets.found.value : [];
  expect(releases).toHaveLength(45);
  expect(releases.filter(({ objects }) => !objects.known).map(({ name }) => name)).toEqual(['r30']);
});

test('who may not read is told what is missing', async () => {
  const viewer = await api.kubeAs('viewer');
  const [secrets] = await observeHelm(viewer);
  expect(secrets?.found).toMatchObject({ known: false, next: expect.stringContaining('list on secrets') });
  const [objects] = await observeObjects(viewer, served);
  expect(objects?.found).toMatchObject({ known: false, next: expect.stringContaining('the verb list on') });
});
