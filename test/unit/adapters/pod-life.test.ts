import { describe, expect, test } from 'vitest';
import { makePod, sweepPods } from '../../../src/adapters/pod-life.ts';
import { type Kube, type KubeRequest, KubeStatusError } from '../../../src/ports/kube.ts';

interface Seen {
  readonly kube: Kube;
  readonly requests: KubeRequest[];
}

/** An API server that answers by path, the first match first. */
function answering(answers: readonly (readonly [string, (request: KubeRequest) => unknown])[]): Seen {
  const requests: KubeRequest[] = [];
  const kube: Kube = {
    server: 'api.example',
    context: 'test',
    async request(request) {
      requests.push(request);
      const line = `${request.method ?? 'GET'} ${request.path}`;
      return answers.find(([start]) => line.startsWith(start))?.[1](request) ?? {};
    },
    stream: () => Promise.reject(new Error('no streams here')),
  };
  return { kube, requests };
}

const running = { phase: 'Running', containerStatuses: [{ state: { running: {} } }] };
const proxy = {
  metadata: { name: 'kube-proxy-1', labels: { 'k8s-app': 'kube-proxy' } },
  spec: { containers: [{ image: 'mirror.example/kube-proxy:v1.35.4' }] },
  status: running,
};
const other = { metadata: { name: 'web' }, spec: { containers: [{ image: 'web:1' }] }, status: running };
const PODS = '/api/v1/namespaces/kube-system/pods';
const node = {
  status: { nodeInfo: { architecture: 'amd64' }, images: [{ names: ['big@sha256:1', 'big:1'] }] },
};

const podsOf = (kube: Kube) => ({ kube, namespace: 'kube-system', image: undefined, random: () => 'abc' });
const imageIn = ({ requests }: Seen) => {
  const created = requests.find(({ method }) => method === 'POST')?.body;
  return (created as { spec: { containers: [{ image: string }] } }).spec.containers[0].image;
};

describe('a pod on a node', () => {
  test('is made of the image of kube-proxy, which is there', async () => {
    const seen = answering([
      [`GET ${PODS}?`, () => ({ items: [other, proxy] })],
      ['GET /api/v1/nodes/w1', () => node],
      [`GET ${PODS}/`, () => ({ metadata: { name: 'x' }, status: running })],
    ]);
    expect(await makePod(podsOf(seen.kube), 'w1', undefined)).toBe('kubestair-w1-abc');
    expect(imageIn(seen)).toBe('mirror.example/kube-proxy:v1.35.4');
  });

  test('is made of an image of the node where no pod runs there', async () => {
    const seen = answering([
      [`GET ${PODS}?`, () => ({ items: [] })],
      ['GET /api/v1/nodes/w1', () => node],
      [`GET ${PODS}/`, () => ({ metadata: { name: 'x' }, status: running })],
    ]);
    await makePod(podsOf(seen.kube), 'w1', undefined);
    expect(imageIn(seen)).toBe('big:1');
  });

  test('that may not be made is no host that is away, and says whose leave it takes', async () => {
    const { kube } = answering([
      [`GET ${PODS}?`, () => ({ items: [proxy] })],
      [
        'POST',
        () => {
          throw new KubeStatusError(403, 'Forbidden', 'violates PodSecurity "baseline"');
        },
      ],
    ]);
    await expect(makePod(podsOf(kube), 'w1', undefined)).rejects.toMatchObject({
      code: 'HOST_POD',
      object: 'Node/w1',
      message: expect.stringContaining('PodSecurity'),
      next: expect.stringContaining('docs/rbac.yaml'),
    });
  });

  test('whose image cannot be had is removed again', async () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"' };
    const seen = answering([
      [`GET ${PODS}?`, () => ({ items: [proxy] })],
      [
        `GET ${PODS}/`,
        () => ({
          metadata: { name: 'x' },
          status: { phase: 'Pending', containerStatuses: [{ state: { waiting } }] },
        }),
      ],
    ]);
    await expect(makePod(podsOf(seen.kube), 'w1', undefined)).rejects.toMatchObject({ code: 'HOST_POD' });
    expect(seen.requests.at(-1)).toMatchObject({ method: 'DELETE', path: `${PODS}/kubestair-w1-abc` });
  });
});

test('pods that ended are cleared away, and those in use only where that is asked for', async () => {
  const items = [
    { metadata: { name: 'ended' }, status: { phase: 'Succeeded' } },
    { metadata: { name: 'used' }, status: running },
  ];
  const seen = answering([[`GET ${PODS}?labelSelector=kubestair.dev`, () => ({ items })]]);
  expect(await sweepPods(podsOf(seen.kube), 'ended', undefined)).toBe(1);
  expect(await sweepPods(podsOf(seen.kube), 'all', undefined)).toBe(2);
  expect(seen.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path)).toEqual([
    `${PODS}/ended`,
    `${PODS}/ended`,
    `${PODS}/used`,
  ]);
});
