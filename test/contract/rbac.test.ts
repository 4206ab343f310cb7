import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { PLAN_GRANTS } from '../../src/cluster/grants.ts';
import { known, unknown } from '../../src/cluster/known.ts';
import { observe } from '../../src/cluster/observe.ts';
import { observeEvidence } from '../../src/evidence/observe-evidence.ts';
import { objectGrants } from '../../src/evidence/observe-objects.ts';
import type { Kube } from '../../src/ports/kube.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';

interface RbacObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly { readonly resources: readonly string[] }[];
  readonly subjects?: readonly object[];
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
let api: ApiServer;
let viewer: Kube;

beforeAll(async () => {
  api = await startApiServer();
  for (const [name, data] of Object.entries({
    'kubeadm-config': { ClusterConfiguration: 'kubernetesVersion: v1.36.3\n' },
    'kubelet-config': { kubelet: 'kind: KubeletConfiguration\n' },
    'kube-proxy': { 'config.conf': 'kind: KubeProxyConfiguration\n' },
  }))
    await send('POST', '/api/v1/namespaces/kube-system/configmaps', { metadata: { name }, data });
  const node = { metadata: { name: 'cp1', labels: { 'node-role.kubernetes.io/control-plane': '' } } };
  await send('POST', '/api/v1/nodes', node);
  const status = { nodeInfo: { kubeletVersion: 'v1.36.3' }, conditions: [] };
  await api.send(
    'PUT',
    '/api/v1/nodes/cp1/status',
    JSON.stringify({ ...(await read('/api/v1/nodes/cp1')), status }),
  );
  for (const object of await manifest()) await send('POST', collectionOf(object), object);
  viewer = await api.kubeAs('viewer');
});

afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
});

const send = (method: string, path: string, body: object) => api.send(method, path, JSON.stringify(body));
const read = async (path: string): Promise<object> => JSON.parse(await api.send('GET', path));

/** docs/rbac.yaml, bound to the group of the user `viewer`. */
async function manifest(): Promise<readonly RbacObject[]> {
  const objects = parseAllDocuments(await readFile('docs/rbac.yaml', 'utf8')).map(
    (document) => document.toJS() as RbacObject,
  );
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'viewers' }];
  return objects.map((object) => {
    const ofPlan = object.subjects !== undefined && object.metadata.name === 'kubestair-plan';
    return ofPlan ? { ...object, subjects } : object;
  });
}

function collectionOf({ kind, metadata }: RbacObject): string {
  const plural = `${kind.toLowerCase()}s`;
  return metadata.namespace === undefined
    ? `${RBAC}/${plural}`
    : `${RBAC}/namespaces/${metadata.namespace}/${plural}`;
}

/** What a plan reads of the API, with hosts and etcd left out: reasons why something could not be read. */
async function unreadable(): Promise<readonly string[]> {
  const hosts = {
    configuredVersion: async () => known('v1.36.3' as const),
    observeHost: async () => unknown('not asked'),
    observeEtcd: async () => unknown('not asked'),
    observeRequests: async () => [],
    observeSettings: async () => ({ cluster: known([]), hosts: [] }),
  };
  const access = { ssh: { addresses: {} } };
  const { nodes, unread, kubeletConfig } = await observe({ kube: viewer, provider: hosts, access });
  const manifests = { objects: [], templates: [], unread: [] };
  const evidence = await observeEvidence({ kube: viewer, provider: hosts as never, nodes, manifests });
  return [
    ...unread.map(({ resource }) => resource),
    ...(kubeletConfig.known ? [] : ['kubelet-config']),
    ...(JSON.stringify(evidence).match(/"reason":"[^"]*"/g) ?? []),
  ];
}

it('the published rights are enough to read everything of the API that a plan reads', async () => {
  expect(await unreadable()).toEqual([]);
});

it('without one of them, that one is missed', async () => {
  const [role] = await manifest();
  const rules = role?.rules?.filter(({ resources }) => !resources.includes('poddisruptionbudgets')) ?? [];
  await send('PUT', `${RBAC}/clusterroles/kubestair-plan`, { ...role, rules });
  await expect.poll(unreadable, { timeout: 10_000 }).toEqual(['poddisruptionbudgets.policy']);
});

it('every right of the table is published', async () => {
  const plan = (await manifest()).filter(({ metadata }) => metadata.name === 'kubestair-plan');
  const rules = plan.flatMap((object) => object.rules ?? []);
  expect(rules).toHaveLength(Object.keys(PLAN_GRANTS).length + objectGrants().length);
});
