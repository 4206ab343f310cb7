import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { usesInRelease } from '../../../src/evidence/helm-release.ts';
import { observeHelm } from '../../../src/evidence/observe-helm.ts';
import { type Kube, KubeStatusError } from '../../../src/ports/kube.ts';

const BUDGET = 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: web }\n';

/** As helm.sh/helm pkg/storage/driver/util.go, encodeRelease, writes it. */
function encoded(manifest: string, hooks: readonly string[] = []): string {
  const release = { name: 'web', manifest, hooks: hooks.map((hook) => ({ name: 'h', manifest: hook })) };
  return gzipSync(JSON.stringify(release), { level: 9 }).toString('base64');
}

describe('a release', () => {
  test('is unpacked, hooks included', () => {
    const job = 'apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: { name: nightly }\n';
    expect(usesInRelease(encoded(`---\n# Source: web/templates/pdb.yaml\n${BUDGET}`, [job]))).toEqual([
      { api: 'policy/v1beta1', kind: 'PodDisruptionBudget', name: 'web' },
      { api: 'batch/v1beta1', kind: 'CronJob', name: 'nightly' },
    ]);
  });

  test('may be stored without compression, as old Helm did', () => {
    const plain = Buffer.from(JSON.stringify({ manifest: BUDGET })).toString('base64');
    expect(usesInRelease(plain)).toHaveLength(1);
  });

  test.each([
    ['something else', Buffer.from('not gzip at all').toString('base64'), 'neither gzip nor JSON'],
    ['nothing', '', 'neither gzip nor JSON'],
    ['gzip that was cut', encoded(BUDGET.repeat(50)).slice(0, 80), 'does not unpack'],
    ['JSON of something else', gzipSync('{"manifest":7}').toString('base64'), 'no release of Helm'],
    ['too much', gzipSync('x'.repeat(65 * 1024 * 1024)).toString('base64'), 'does not unpack'],
    ['a manifest that is no YAML', encoded(`{{ x }}\n${BUDGET}`), 'not YAML'],
  ])('that is %s is an error that holds nothing of it', (_what, text, message) => {
    expect(() => usesInRelease(text)).toThrow(message);
  });
});

interface Stored {
  readonly name: string;
  readonly version: number;
  readonly status?: string;
  readonly release?: string;
}

function kubeWith(
  secrets: readonly Stored[],
  configMaps: readonly Stored[] | Error = [],
): Kube & { paths: string[] } {
  const paths: string[] = [];
  const list = (stored: readonly Stored[], wrap: (text: string) => string) => ({
    items: stored.map(({ name, version, status = 'deployed', release = encoded(BUDGET) }) => ({
      metadata: {
        name: `sh.helm.release.v1.${name}.v${version}`,
        namespace: 'shop',
        labels: { owner: 'helm', name, version: String(version), status },
      },
      data: { release: wrap(release) },
    })),
  });
  return {
    ...{ server: 'api', context: 'x', paths },
    async request({ path }) {
      paths.push(decodeURIComponent(path));
      if (path.startsWith('/api/v1/secrets'))
        return list(secrets, (text) => Buffer.from(text).toString('base64'));
      if (configMaps instanceof Error) throw configMaps;
      return list(configMaps, (text) => text);
    },
    stream: () => Promise.reject(new Error('not asked for')),
  };
}

describe('releases of a cluster', () => {
  test('count by their newest revision, deployed or not, however they come', async () => {
    const kube = kubeWith([
      { name: 'web', version: 9 },
      { name: 'web', version: 10, status: 'failed', release: encoded('') },
      { name: 'old', version: 3, status: 'uninstalled' },
    ]);
    const [secrets] = await observeHelm(kube);
    expect(secrets?.found).toEqual({
      known: true,
      value: [{ namespace: 'shop', name: 'web', revision: 10, objects: { known: true, value: [] } }],
    });
    expect(kube.paths[0]).toBe('/api/v1/secrets?labelSelector=owner=helm,status!=superseded&limit=20');
  });

  test('that cannot be read hide none of the others', async () => {
    const broken = Buffer.from('%PDF').toString('base64');
    const kube = kubeWith([
      { name: 'a', version: 1, release: broken },
      { name: 'b', version: 1 },
    ]);
    const [secrets] = await observeHelm(kube);
    expect(secrets?.found).toMatchObject({
      value: [
        { name: 'a', objects: { known: false, reason: 'it is neither gzip nor JSON' } },
        { name: 'b', objects: { known: true } },
      ],
    });
  });

  test('are known as far as the API lets them be', async () => {
    const refusal = new KubeStatusError(403, 'Forbidden', 'configmaps is forbidden');
    const [secrets, configMaps] = await observeHelm(kubeWith([{ name: 'web', version: 1 }], refusal));
    expect(secrets?.found.known).toBe(true);
    expect(configMaps?.found).toMatchObject({
      known: false,
      next: expect.stringContaining('list on configmaps'),
    });
  });

  test('are found in ConfigMaps too, which HELM_DRIVER may choose', async () => {
    const [, configMaps] = await observeHelm(kubeWith([], [{ name: 'web', version: 2 }]));
    expect(configMaps?.found).toMatchObject({
      value: [{ name: 'web', objects: { value: [{ api: 'policy/v1beta1' }] } }],
    });
  });
});
