import { describe, expect, it } from 'vitest';
import { type Kube, type KubeRequest, KubeStatusError } from '../../../src/ports/kube.ts';
import { dropTokens, makeToken } from '../../../src/rollout/replace/join-tokens.ts';
import { carryOver, isCarriedOver, isRemoved, removeNode } from '../../../src/rollout/replace/replace.ts';

import { fakeClock } from './clock.ts';

interface Node {
  metadata: {
    name: string;
    resourceVersion: string;
    labels: Record<string, string>;
    annotations: Record<string, string | null>;
  };
  spec: { taints: readonly { key: string; effect: string }[] };
  status: { addresses: readonly { type: string; address: string }[] };
}

const { signal } = new AbortController();

/** An API server with nodes; `dies` answers no request from that number on. */
function api(dies = Number.POSITIVE_INFINITY) {
  const node = (name: string): Node => ({
    metadata: { name, resourceVersion: '1', labels: {}, annotations: {} },
    spec: { taints: [] },
    status: { addresses: [{ type: 'InternalIP', address: `addr-${name}` }] },
  });
  const nodes = new Map(['s1', 'w1'].map((name) => [name, node(name)]));
  const state = { writes: 0, dies };
  const kube: Kube = {
    server: 'x',
    context: 'x',
    stream: () => Promise.reject(new Error('no streams')),
    async request({ method = 'GET', path, body }: KubeRequest) {
      const name = path.split('/').at(-1) ?? '';
      const found = nodes.get(name);
      if (found === undefined) throw new KubeStatusError(404, 'NotFound', 'not found');
      if (method === 'GET') return structuredClone(found);
      state.writes += 1;
      if (state.writes > state.dies) throw new Error('killed');
      if (method === 'DELETE') return nodes.delete(name);
      const { metadata, spec } = body as Partial<Node>;
      const annotations = { ...found.metadata.annotations, ...metadata?.annotations };
      for (const [key, value] of Object.entries(annotations)) if (value === null) delete annotations[key];
      const labels = { ...found.metadata.labels, ...metadata?.labels };
      nodes.set(name, {
        ...found,
        metadata: { ...found.metadata, labels, annotations },
        spec: { ...found.spec, ...spec },
      });
      return {};
    },
  };
  return { kube, nodes, state };
}

describe('a node in the place of another one', () => {
  it('gets what the other one had, notes where it is, and lets pods in, in one write', async () => {
    const { kube, nodes, state } = api();
    const [s1, w1] = [nodes.get('s1'), nodes.get('w1')];
    if (s1 === undefined || w1 === undefined) throw new Error('no nodes');
    s1.spec = { taints: [{ key: 'kubestair.dev/joining', effect: 'NoSchedule' }] };
    w1.metadata.labels = { pool: 'web' };
    expect(await isCarriedOver(kube, 's1', 'w1', signal)).toBe(false);
    await carryOver(kube, 's1', 'w1', {}, signal);
    expect(state.writes).toBe(1);
    expect(nodes.get('s1')).toMatchObject({
      metadata: { labels: { pool: 'web' }, annotations: { 'kubestair.dev/replaces': 'w1 addr-w1' } },
      spec: { taints: [] },
    });
    expect(await isCarriedOver(kube, 's1', 'w1', signal)).toBe(true);
  });

  it.each([0, 1, 2, 3])('knows the freed host although its run died after %i writes', async (dies) => {
    const { kube, nodes, state } = api();
    await carryOver(kube, 's1', 'w1', {}, signal);
    state.writes = 0;
    state.dies = dies;
    await removeNode(kube, 'w1', 's1', signal).catch(() => undefined);
    const marks = () => Object.values(nodes.get('s1')?.metadata.annotations ?? {});
    expect(marks()).toContain('w1 addr-w1');
    state.dies = Number.POSITIVE_INFINITY;
    if (!(await isRemoved(kube, 'w1', 's1', signal))) await removeNode(kube, 'w1', 's1', signal);
    expect(await isRemoved(kube, 'w1', 's1', signal)).toBe(true);
    expect(nodes.get('s1')?.metadata.annotations).toEqual({ 'kubestair.dev/freed-host': 'w1 addr-w1' });
  });
});

describe('the token of a join', () => {
  it('is deleted with those that runs before left for the same node, and no other', async () => {
    const secrets = new Map<string, { readonly description: string }>([
      ['bootstrap-token-others', { description: 'The default bootstrap token' }],
    ]);
    const kube: Kube = {
      server: 'x',
      context: 'x',
      stream: () => Promise.reject(new Error('no streams')),
      async request({ method = 'GET', path, body }: KubeRequest) {
        if (method === 'DELETE') return secrets.delete(path.split('/').at(-1) ?? '');
        if (method === 'GET') {
          expect(decodeURIComponent(path)).toContain('fieldSelector=type=bootstrap.kubernetes.io/token');
          const items = [...secrets].map(([name, { description }]) => ({
            metadata: { name },
            data: { description: Buffer.from(description).toString('base64') },
          }));
          return { items };
        }
        const made = body as {
          metadata: { name: string };
          stringData: { description: string; expiration: string };
        };
        expect(made.stringData.expiration).toBe('2026-11-21T09:15:00Z');
        secrets.set(made.metadata.name, made.stringData);
        return {};
      },
    };
    const clock = fakeClock();
    await makeToken(kube, 's1', clock, signal);
    await makeToken(kube, 's1', clock, signal);
    const { id } = await makeToken(kube, 's10', clock, signal);
    await dropTokens(kube, 's1', signal);
    expect([...secrets.keys()]).toEqual(['bootstrap-token-others', `bootstrap-token-${id}`]);
  });
});
