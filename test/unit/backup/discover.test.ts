import { describe, expect, it } from 'vitest';
import { discover } from '../../../src/backup/discover.ts';
import { KubeStatusError } from '../../../src/ports/kube.ts';
import { fakeKube } from './support/fake-kube.ts';

const signal = new AbortController().signal;
const pods = { group: '', version: 'v1', resource: 'pods', kind: 'Pod', objects: [] };

describe('discover', () => {
  it('names each resource of a group once, in the first version of the group that serves it', async () => {
    const kube = fakeKube({
      kinds: [
        { group: 'autoscaling', version: 'v2', resource: 'horizontalpodautoscalers', objects: [] },
        { group: 'autoscaling', version: 'v1', resource: 'horizontalpodautoscalers', objects: [] },
        { group: 'autoscaling', version: 'v1', resource: 'olds', objects: [] },
        pods,
      ],
    });
    const { kinds, gaps } = await discover(kube, signal);
    expect(kinds.map(({ group, version, resource }) => `${group}/${version}/${resource}`)).toEqual([
      '/v1/pods',
      'autoscaling/v2/horizontalpodautoscalers',
      'autoscaling/v1/olds',
    ]);
    expect(gaps).toEqual([]);
  });

  it('keeps the same resource of two groups, and leaves out what cannot be listed', async () => {
    const kube = fakeKube({
      kinds: [
        { group: '', version: 'v1', resource: 'events', objects: [] },
        { group: 'events.k8s.io', version: 'v1', resource: 'events', objects: [] },
        { group: '', version: 'v1', resource: 'bindings', verbs: ['create'], objects: [] },
      ],
    });
    const { kinds } = await discover(kube, signal);
    expect(kinds.map(({ group, resource }) => `${resource}.${group}`)).toEqual([
      'events.',
      'events.events.k8s.io',
    ]);
  });

  it('reports stale groups and unavailable aggregated APIs once each', async () => {
    const kube = fakeKube({
      kinds: [pods],
      stale: [
        { group: 'metrics.k8s.io', version: 'v1beta1' },
        { group: 'slow.example.com', version: 'v1' },
      ],
      unavailable: [{ group: 'metrics.k8s.io', version: 'v1beta1' }],
    });
    const { gaps } = await discover(kube, signal);
    expect(gaps).toEqual([
      {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        reason: 'its aggregated API is not available: no endpoints',
      },
      {
        group: 'slow.example.com',
        version: 'v1',
        reason: 'the API server has no current discovery document of it',
      },
    ]);
  });

  it('goes on without the right to list APIServices, which the export will report', async () => {
    const kube = fakeKube({
      kinds: [pods],
      intercept: ({ pathname }) => {
        if (pathname.endsWith('apiservices')) throw new KubeStatusError(403, 'Forbidden', 'no');
        return undefined;
      },
    });
    expect((await discover(kube, signal)).kinds).toHaveLength(1);
  });

  it('says so when something answers with another kind of document', async () => {
    const kube = fakeKube({ kinds: [], intercept: () => '{"kind":"APIVersions","versions":["v1"]}' });
    await expect(discover(kube, signal)).rejects.toMatchObject({ code: 'KUBE_REQUEST', object: 'fake:6443' });
  });
});
