import { describe, expect, test } from 'vitest';
import { observeExtensions } from '../../../src/cluster/observe-extensions.ts';
import { KubeStatusError } from '../../../src/ports/kube.ts';
import { fakeKube } from './support/fake-kube.ts';

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const COREFILE = '/api/v1/namespaces/kube-system/configmaps/coredns';
const DNS = '/apis/apps/v1/namespaces/kube-system/deployments';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/ops/endpointslices';
const MIGRATIONS = '/apis/storagemigration.k8s.io';
const notFound = new KubeStatusError(404, 'NotFound', 'not found');

const service = (name: string) => ({ service: { namespace: 'ops', name } });
const ANSWERS = {
  [`${ADMISSION}/validatingwebhookconfigurations`]: [
    { metadata: { name: 'guard' }, webhooks: [{ name: 'pods.guard.dev', clientConfig: service('guard') }] },
  ],
  [`${ADMISSION}/mutatingwebhookconfigurations`]: [],
  '/apis/apiregistration.k8s.io/v1/apiservices': [{ metadata: { name: 'v1.apps' }, status: {} }],
  [DEFINITIONS]: [
    {
      metadata: { name: 'stairs.lab.dev' },
      spec: {
        versions: [{ name: 'v1', served: true, storage: true, schema: { a: 'long one' } }],
        conversion: { strategy: 'Webhook', webhook: { clientConfig: service('turner') } },
      },
      status: { storedVersions: ['v1'], conditions: [{ type: 'Established', status: 'True' }] },
    },
    { metadata: { name: 'ramps.lab.dev' }, spec: { versions: [], conversion: { strategy: 'None' } } },
  ],
  '/api/v1/namespaces/ops': { metadata: { name: 'ops', labels: { team: 'ops' } } },
  [SLICES]: [],
  '/api/v1/namespaces/ops/services/guard': { spec: { type: 'ClusterIP' } },
  '/api/v1/namespaces/ops/services/turner': { spec: { type: 'ExternalName' } },
  [MIGRATIONS]: notFound,
  [COREFILE]: { data: { Corefile: '.:53 {\n  errors\n  cache {\n    success 10\n  }\n}\n' } },
  [DNS]: [
    {
      spec: {
        template: { spec: { containers: [{ image: 'mirror:5000/coredns/coredns:v1.13.1@sha256:ab' }] } },
      },
    },
  ],
};

describe('what extends the API server', () => {
  test('is told with who answers for it', async () => {
    const { extensions, unread } = await observeExtensions(fakeKube(ANSWERS));
    expect(unread).toEqual([]);
    expect(extensions.webhooks[0]?.backend).toEqual({
      known: true,
      value: { service: 'ops/guard', ready: 0, onNodes: [] },
    });
    expect(extensions.customResources).toEqual([
      {
        crd: 'stairs.lab.dev',
        established: true,
        served: ['v1'],
        storage: 'v1',
        stored: ['v1'],
        // A name outside of the cluster has no endpoints to look at.
        conversion: {},
      },
      { crd: 'ramps.lab.dev', established: false, served: [], storage: '', stored: [] },
    ]);
  });

  test('includes the DNS as kubeadm looks for it', async () => {
    const { extensions } = await observeExtensions(fakeKube(ANSWERS));
    expect(extensions.dns).toEqual({
      known: true,
      value: {
        versions: ['1.13.1'],
        plugins: [
          { name: 'errors', options: [] },
          { name: 'cache', options: ['success'] },
        ],
      },
    });
  });

  test('includes no DNS where there is none', async () => {
    const answers = { ...ANSWERS, [COREFILE]: notFound, [DNS]: [] };
    const { extensions } = await observeExtensions(fakeKube(answers));
    expect(extensions.dns).toEqual({ known: true, value: undefined });
  });
});

describe('what may not be read', () => {
  const refused = new KubeStatusError(403, 'Forbidden', 'no');

  test.each([
    [
      `${ADMISSION}/validatingwebhookconfigurations`,
      'validatingwebhookconfigurations.admissionregistration.k8s.io',
    ],
    [DEFINITIONS, 'customresourcedefinitions.apiextensions.k8s.io'],
    ['/apis/apiregistration.k8s.io/v1/apiservices', 'apiservices.apiregistration.k8s.io'],
  ])('%s is told by name, and hides nothing else', async (path, resource) => {
    const { extensions, unread } = await observeExtensions(fakeKube({ ...ANSWERS, [path]: refused }));
    expect(unread.map((each) => each.resource)).toEqual([resource]);
    expect(extensions.dns.known).toBe(true);
  });

  test.each([COREFILE, DNS])('%s makes the DNS unknown', async (path) => {
    const { extensions, unread } = await observeExtensions(fakeKube({ ...ANSWERS, [path]: refused }));
    expect(extensions.dns).toMatchObject({ known: false, reason: expect.stringContaining('403') });
    expect(unread).toEqual([]);
  });

  test('the endpoints of a webhook make that one unknown', async () => {
    const { extensions } = await observeExtensions(fakeKube({ ...ANSWERS, [SLICES]: refused }));
    expect(extensions.webhooks[0]?.backend).toMatchObject({ known: false });
    expect(extensions.customResources[0]?.conversion?.backend).toMatchObject({ known: false });
  });

  test('everything at once is still an answer', async () => {
    const all = Object.fromEntries(Object.keys(ANSWERS).map((path) => [path, refused]));
    const { extensions, unread } = await observeExtensions(fakeKube(all));
    expect(unread.length).toBeGreaterThanOrEqual(4);
    expect(extensions.webhooks).toEqual([]);
    expect(extensions.dns.known).toBe(false);
  });
});
