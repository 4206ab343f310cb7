import { randomBytes } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { exportResources, type ResourceExport } from '../../src/backup/export.ts';
import type { ResourcePart } from '../../src/backup/manifest.ts';
import { openPartStore } from '../../src/backup/parts.ts';
import { memoryStore } from '../unit/backup/support/memory-store.ts';
import { recordedLog } from '../unit/backup/support/quiet.ts';
import { registerDeadApi, serveReadings } from './support/aggregated-api.ts';
import { type ApiServer, startApiServer, type User } from './support/api-server.ts';

const CONFIG_MAPS = 1100;
const COUNTERS = '/apis/contract.example.com/v1/namespaces/default/counters';

let api: ApiServer;

beforeAll(async () => {
  api = await startApiServer();
  await createCounterKind();
  await inParallel(CONFIG_MAPS, (index) => {
    const data = { text: `"quoted" \\ {[\n${index}\u2028`, random: randomBytes(600).toString('base64') };
    return api.send(
      'POST',
      '/api/v1/namespaces/default/configmaps',
      JSON.stringify(configMap(`c${index}`, data)),
    );
  });
  // As text: JavaScript has no such numbers.
  const spec =
    '{"count":9223372036854775807,"ratio":1e-7,"free":{"deep":[9007199254740993,-9007199254740993]}}';
  await api.send('POST', COUNTERS, `{${COUNTER_TYPE},"metadata":{"name":"large"},"spec":${spec}}`);
  await api.send('POST', '/api/v1/namespaces/default/events', JSON.stringify(event('one')));
});

afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
});

interface Exported extends ResourceExport {
  part(resource: string, group?: string): ResourcePart | undefined;
  lines(part: ResourcePart | undefined): readonly string[];
}

async function exportAs(user: User): Promise<Exported> {
  const store = memoryStore();
  const exported = await exportResources({
    kube: await api.kubeAs(user),
    parts: openPartStore(store, '', []),
    clock: systemClock,
    log: recordedLog(),
    signal: new AbortController().signal,
  });
  return {
    ...exported,
    part: (resource, group = '') =>
      exported.resources.find((part) => part.resource === resource && part.group === group),
    lines: (part) => linesOf(store.objects.get(part?.part?.path ?? '')),
  };
}

function linesOf(sealed: Buffer | undefined): readonly string[] {
  if (sealed === undefined) throw new Error('there is no such part');
  return zstdDecompressSync(sealed).toString('utf8').split('\n').slice(0, -1);
}

async function rawList({ group, version, resource }: ResourcePart, query = ''): Promise<string> {
  return await api.send('GET', `${group === '' ? '/api' : `/apis/${group}`}/${version}/${resource}${query}`);
}

describe('an export of a real API server', () => {
  it('holds, byte for byte, what raw GETs list', async () => {
    const exported = await exportAs('admin');
    const at = `?resourceVersion=${exported.resourceVersion}&resourceVersionMatch=Exact`;
    expect(exported.resources.length).toBeGreaterThan(60);
    for (const part of exported.resources) {
      // Measured anew for each list, with the errors of the moment in it.
      if (part.resource === 'componentstatuses') continue;
      const name = `${part.resource}.${part.group}`;
      const list = await rawList(part, part.consistency === 'exact' ? at : '');
      const lines = exported.lines(part);
      expect(lines, name).toHaveLength(part.objects);
      if (lines.length === 0) expect(list, name).toMatch(/"items":(\[\]|null)/);
      else expect(list.includes(`"items":[${lines.join(',')}]`), name).toBe(true);
    }
    expect(exported.part('configmaps')?.objects).toBeGreaterThanOrEqual(CONFIG_MAPS);
  });

  it('lists every kind that the API server itself calls listable', async () => {
    const exported = await exportAs('admin');
    const { groups } = JSON.parse(await api.send('GET', '/apis'));
    const expected = new Set<string>();
    const paths = [
      '/api/v1',
      ...groups.map(
        (group: { preferredVersion: { groupVersion: string } }) =>
          `/apis/${group.preferredVersion.groupVersion}`,
      ),
    ];
    for (const path of paths) {
      const { groupVersion, resources } = JSON.parse(await api.send('GET', path));
      for (const { name, verbs } of resources) {
        if (verbs.includes('list')) expected.add(`${groupVersion}/${name}`);
      }
    }
    const found = exported.resources.map(({ group, version, resource }) =>
      [...(group === '' ? [] : [group]), version, resource].join('/'),
    );
    expect(new Set(found)).toEqual(expected);
    expect(found).toHaveLength(expected.size);
  });

  it('cuts every kind of the main etcd at one resource version', async () => {
    const exported = await exportAs('admin');
    expect(exported.resources.filter((part) => part.error)).toEqual([]);
    const own = exported.resources.filter((part) => part.consistency === 'own');
    expect(own.map((part) => `${part.resource}.${part.group}`).sort()).toEqual([
      'componentstatuses.',
      'events.',
      'events.events.k8s.io',
    ]);
    for (const part of exported.resources) {
      if (part.consistency === 'exact') expect(part.listResourceVersion).toBe(exported.resourceVersion);
    }
  });

  it('does not take events of another etcd for a cut at the same number', async () => {
    const exported = await exportAs('admin');
    const events = exported.part('events');
    expect(BigInt(events?.listResourceVersion ?? 0)).toBeLessThan(BigInt(exported.resourceVersion));
    // The API server has something to tell of its own Service at times.
    const own = exported.lines(events).filter((line) => JSON.parse(line).reason === 'Contract');
    expect(own.map((line) => JSON.parse(line).metadata.name)).toEqual(['one']);
  });

  it('keeps integers that JavaScript cannot', async () => {
    const exported = await exportAs('admin');
    const [large] = exported.lines(exported.part('counters', 'contract.example.com'));
    expect(large).toContain('"count":9223372036854775807');
    expect(large).toContain('[9007199254740993,-9007199254740993]');
  });

  it('is one cut while somebody writes', async () => {
    const writer = startWriter();
    try {
      await writer.turned(20);
      const exported = await exportAs('admin');
      const after = writer.turns();
      const number = (lines: readonly string[], name: string): number => {
        const found = lines.map((line) => JSON.parse(line)).find(({ metadata }) => metadata.name === name);
        return Number(found?.data?.turn ?? found?.spec?.count);
      };
      const first = number(exported.lines(exported.part('configmaps')), 'turn');
      const second = number(exported.lines(exported.part('counters', 'contract.example.com')), 'turn');
      // The writer counts up in the ConfigMap, then in the custom resource.
      expect([0, 1]).toContain(first - second);
      expect(after).toBeGreaterThan(first);
      expect(exported.resources.filter((part) => part.consistency === 'own')).toHaveLength(3);
    } finally {
      await writer.stop();
    }
  });
});

describe('an export without the right to everything', () => {
  it('names the kinds that were refused and holds the others', async () => {
    const rules = [
      { apiGroups: [''], resources: ['namespaces', 'configmaps'], verbs: ['list'] },
      { nonResourceURLs: ['*'], verbs: ['get'] },
    ];
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    await api.send('POST', `${rbac}/clusterroles`, JSON.stringify({ metadata: { name: 'viewers' }, rules }));
    const binding = {
      metadata: { name: 'viewers' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'viewers' },
      subjects: [{ kind: 'Group', name: 'viewers' }],
    };
    await api.send('POST', `${rbac}/clusterrolebindings`, JSON.stringify(binding));

    const exported = await exportAs('viewer');
    const held = exported.resources.filter((part) => part.part).map((part) => part.resource);
    expect(held).toEqual(['configmaps', 'namespaces']);
    expect(exported.part('secrets')?.error).toContain(
      'secrets is forbidden: User "viewer" cannot list resource',
    );
  });
});

describe('an export with aggregated APIs', () => {
  afterEach(async () => {
    const services = '/apis/apiregistration.k8s.io/v1/apiservices';
    for (const name of ['v1.dead.example.com', 'v1.live.example.com']) {
      await api.send('DELETE', `${services}/${name}`).catch(() => {});
    }
  });

  it('holds what a live one lists, and names a dead one', async () => {
    const readings = [
      '{"metadata":{"name":"r1"},"value":18446744073709551615}',
      '{"metadata":{"name":"r2"}}',
    ];
    await using _live = await serveReadings(api, 'live.example.com', readings);
    await registerDeadApi(api, 'dead.example.com');
    await expect
      .poll(async () => await api.send('GET', '/apis/live.example.com/v1/readings').catch(String), {
        timeout: 30_000,
      })
      .toContain('r2');
    const exported = await exportAs('admin');
    const live = exported.part('readings', 'live.example.com');
    expect(live).toMatchObject({ objects: 2, consistency: 'own', listResourceVersion: '' });
    expect(exported.lines(live)).toEqual(readings);
    expect(exported.part('*', 'dead.example.com')).toMatchObject({
      version: 'v1',
      error: expect.stringContaining('not available'),
    });
    expect(exported.resources.filter((part) => part.error).map((part) => part.group)).toEqual([
      'dead.example.com',
    ]);
  });
});

const COUNTER_TYPE = '"apiVersion":"contract.example.com/v1","kind":"Counter"';

async function createCounterKind(): Promise<void> {
  const spec = {
    type: 'object',
    properties: {
      count: { type: 'integer', format: 'int64' },
      ratio: { type: 'number' },
      free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    },
  };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'counters.contract.example.com' },
    spec: {
      group: 'contract.example.com',
      scope: 'Namespaced',
      names: { plural: 'counters', singular: 'counter', kind: 'Counter', listKind: 'CounterList' },
      versions: ['v1', 'v1alpha1'].map((name) => ({
        name,
        served: true,
        storage: name === 'v1',
        schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
      })),
    },
  };
  await api.send(
    'POST',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    JSON.stringify(definition),
  );
  await vi.waitFor(() => api.send('GET', COUNTERS), { timeout: 30_000, interval: 200 });
}

/** Counts up in two objects of different kinds, one after the other, and makes and deletes others, until it is stopped. */
function startWriter() {
  let turns = 0;
  let running = true;
  const work = (async () => {
    await api.send(
      'POST',
      '/api/v1/namespaces/default/configmaps',
      JSON.stringify(configMap('turn', { turn: '0' })),
    );
    await api.send('POST', COUNTERS, counter(0));
    while (running) {
      turns++;
      const body = JSON.stringify(configMap('turn', { turn: String(turns) }));
      await api.send('PUT', '/api/v1/namespaces/default/configmaps/turn', body);
      const { metadata } = JSON.parse(await api.send('GET', `${COUNTERS}/turn`));
      await api.send('PUT', `${COUNTERS}/turn`, counter(turns, metadata.resourceVersion));
      await api.send('DELETE', `/api/v1/namespaces/default/configmaps/c${turns}`);
    }
  })();
  return {
    turns: () => turns,
    turned: (count: number) => expect.poll(() => turns, { timeout: 30_000 }).toBeGreaterThan(count),
    async stop() {
      running = false;
      await work;
    },
  };
}

function counter(count: number, resourceVersion?: string): string {
  const metadata = JSON.stringify({ name: 'turn', resourceVersion });
  return `{${COUNTER_TYPE},"metadata":${metadata},"spec":{"count":${count}}}`;
}

function configMap(name: string, data: Readonly<Record<string, string>>) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function event(name: string) {
  return {
    metadata: { name },
    involvedObject: { kind: 'ConfigMap', namespace: 'default', name: 'c1' },
    reason: 'Contract',
    type: 'Normal',
  };
}

async function inParallel(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  const indexes = Array.from({ length: count }, (_, index) => index).values();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const index of indexes) await work(index);
    }),
  );
}
