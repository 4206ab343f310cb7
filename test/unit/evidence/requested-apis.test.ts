import { expect, test } from 'vitest';
import { readRequestedApis } from '../../../src/evidence/requested-apis.ts';

async function* lines(text: string) {
  yield* text.split('\n');
}

const request = (verb: string, gvr: string, code = 200) => {
  const [group, version, resource] = gvr.split('/');
  return `apiserver_request_total{code="${code}",component="apiserver",dry_run="",group="${group}",resource="${resource}",scope="cluster",subresource="",verb="${verb}",version="${version}"} 3`;
};
const STARTED = 'process_start_time_seconds 1.7e+09';
const read = (text: string, preferred: readonly string[] = []) =>
  readRequestedApis(lines(text), 1_700_000_090.4, ({ api, resource }) =>
    preferred.includes(`${api}/${resource}`),
  );

const VAC = 'storage.k8s.io/v1beta1/volumeattributesclasses';

test('names verbs, and whether the version is the one that controllers choose', async () => {
  const text = [
    '# TYPE apiserver_request_total counter',
    request('POST', VAC, 201),
    request('LIST', VAC),
    request('LIST', 'networking.k8s.io/v1beta1/ipaddresses'),
    STARTED,
  ].join('\n');
  expect(await read(text, ['networking.k8s.io/v1beta1/ipaddresses'])).toEqual({
    upSeconds: 90,
    apis: [
      { api: 'networking.k8s.io/v1beta1', resource: 'ipaddresses', verbs: ['LIST'], preferred: true },
      {
        api: 'storage.k8s.io/v1beta1',
        resource: 'volumeattributesclasses',
        verbs: ['LIST', 'POST'],
        preferred: false,
      },
    ],
  });
});

test('takes the gauge of deprecated APIs too, and custom resources of nobody', async () => {
  const gauge = (group: string, version: string, resource: string) =>
    `apiserver_requested_deprecated_apis{group="${group}",removed_release="1.37",resource="${resource}",subresource="",version="${version}"} 1`;
  const text = [
    request('GET', '/v1/pods'),
    request('GET', 'snapshot.storage.k8s.io/v1beta1/volumesnapshots'),
    gauge('storage.k8s.io', 'v1beta1', 'volumeattributesclasses'),
    gauge('acme.example', 'v1alpha1', 'anvils'),
    STARTED,
  ].join('\n');
  expect((await read(text)).apis).toEqual([
    { api: 'storage.k8s.io/v1beta1', resource: 'volumeattributesclasses', verbs: [], preferred: false },
  ]);
});

test('who is not let in uses nothing', async () => {
  const text = [request('POST', VAC, 403), request('LIST', VAC, 401), STARTED].join('\n');
  expect((await read(text)).apis).toEqual([]);
});

test.each(['', 'up 1', `${STARTED}\nscheduler_pods 1`, request('GET', '/v1/pods')])(
  'refuses what is not the metrics of an API server: %s',
  async (text) => {
    await expect(read(text)).rejects.toThrow('count no requests');
  },
);
