import { beforeAll, describe, expect, it } from 'vitest';
import type { ResourcesReport } from '../../src/restore/resources/report.ts';
import { kubectl } from './kubectl.ts';
import { kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { startWriter } from './support/writer.ts';

const KINDS = [
  'deployments',
  'statefulsets',
  'daemonsets',
  'services',
  'poddisruptionbudgets',
  'configmaps',
  'secrets',
  'serviceaccounts',
  'roles',
  'rolebindings',
  'persistentvolumeclaims',
  'stairs.lab.kubestair.dev',
];

interface Json {
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly [field: string]: unknown;
}

describe('kubestair restore resources', () => {
  let lab: TestLab;
  let env: Record<string, string>;
  let file: string;
  let before: ReadonlyMap<string, unknown>;
  let report: ResourcesReport;

  beforeAll(async () => {
    lab = await freshLab();
    env = storeEnvironment(lab.access);
    file = await writeClusterFile(lab);
    const writer = await startWriter(lab.access);
    try {
      await addObjects(lab);
      before = await objectsOf(lab, 'demo');
      expect((await kubestair(['backup', '-f', file], env)).code).toBe(0);
      expect(writer.count()).toBeGreaterThan(0);
    } finally {
      await writer.stop();
    }
    await kubectl(lab.state, ['delete', 'namespace', 'demo', '--wait=true', '--timeout=180s']);
    await kubectl(lab.state, ['delete', 'crd', 'stairs.lab.kubestair.dev']);
    report = await restore();
  });

  async function restore(...args: readonly string[]): Promise<ResourcesReport> {
    const result = await kubestair(
      ['restore', 'resources', '-f', file, '--namespace', 'demo', '-o', 'json', ...args],
      env,
    );
    expect(result.code).toBe(0);
    return (JSON.parse(result.stdout) as { readonly restored: ResourcesReport }).restored;
  }

  it('restores every object as it was, but for what the server writes', async () => {
    expect(report.refused).toEqual([]);
    const after = await objectsOf(lab, 'demo');
    expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
    for (const [name, object] of before) expect(after.get(name), name).toEqual(object);
    expect(before.size).toBeGreaterThan(12);
  });

  it('brings the workloads back to work', async () => {
    for (const workload of ['deployment/web', 'statefulset/store', 'daemonset/agent'])
      await kubectl(lab.state, ['-n', 'demo', 'rollout', 'status', workload, '--timeout=180s']);
  });

  it('gives owned objects to the new owner', async () => {
    const uid = await kubectl(lab.state, [
      '-n',
      'demo',
      'get',
      'deployment',
      'web',
      '-o',
      'jsonpath={.metadata.uid}',
    ]);
    const path = 'jsonpath={.metadata.ownerReferences[0].uid}';
    const owner = await kubectl(lab.state, ['-n', 'demo', 'get', 'configmap', 'owned', '-o', path]);
    expect(owner).toBe(uid);
  });

  it('finds nothing left to do the second time', async () => {
    const again = await restore();
    expect(again.kinds.filter(({ created, updated }) => created + updated > 0)).toEqual([]);
  });
});

async function addObjects({ state }: TestLab): Promise<void> {
  const uid = await kubectl(state, [
    '-n',
    'demo',
    'get',
    'deployment',
    'web',
    '-o',
    'jsonpath={.metadata.uid}',
  ]);
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid };
  const owned = { metadata: { ownerReferences: [owner] } };
  await kubectl(state, ['-n', 'demo', 'create', 'configmap', 'owned', '--from-literal=a=ü']);
  await kubectl(state, [
    '-n',
    'demo',
    'patch',
    'configmap',
    'owned',
    '--type=merge',
    '-p',
    JSON.stringify(owned),
  ]);
  await kubectl(state, ['-n', 'demo', 'create', 'secret', 'generic', 'password', '--from-literal=p=x']);
  await kubectl(state, ['-n', 'demo', 'create', 'serviceaccount', 'robot']);
  await kubectl(state, ['-n', 'demo', 'create', 'role', 'reader', '--verb=get', '--resource=pods']);
  await kubectl(state, [
    '-n',
    'demo',
    'create',
    'rolebinding',
    'robot',
    '--role=reader',
    '--serviceaccount=demo:robot',
  ]);
}

/** Objects by kind and name, without what a restore cannot and need not bring back. */
async function objectsOf({ state }: TestLab, namespace: string): Promise<ReadonlyMap<string, unknown>> {
  const objects = new Map<string, unknown>();
  for (const kind of KINDS) {
    const { items } = JSON.parse(await kubectl(state, ['-n', namespace, 'get', kind, '-o', 'json'])) as {
      readonly items: readonly Json[];
    };
    for (const item of items) {
      const {
        uid: _uid,
        resourceVersion: _version,
        generation: _generation,
        creationTimestamp: _created,
        ...metadata
      } = item.metadata;
      const owners = (metadata.ownerReferences as readonly { readonly name: string }[] | undefined)?.map(
        ({ name }) => name,
      );
      // Deployments count their revisions in an annotation, which their controller writes anew.
      const { status: _status, ...said } = item;
      objects.set(`${kind}/${item.metadata.name}`, {
        ...said,
        metadata: { ...metadata, ownerReferences: owners },
      });
    }
  }
  return objects;
}
