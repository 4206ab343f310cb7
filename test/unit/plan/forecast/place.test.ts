import { describe, expect, test } from 'vitest';
import type { NodeObservation, Observation, PodObservation } from '../../../../src/cluster/observation.ts';
import type { PodTerm, SpreadConstraint } from '../../../../src/cluster/scheduling.ts';
import { openBoard } from '../../../../src/plan/forecast/board.ts';
import { openPlacer } from '../../../../src/plan/forecast/place.ts';
import { cluster, demand, pod, scheduling, worker } from '../sample.ts';

const ROOM = { cpu: 1000, memory: 4e12, pods: 10_000 };

function node(name: string, labels = {}, over: Partial<NodeObservation> = {}): NodeObservation {
  const own = scheduling({ 'kubernetes.io/hostname': name, ...labels }, { allocatable: ROOM });
  return worker(name, 'v1.35.4', { scheduling: own, ...over });
}

const NODES = [node('w1'), node('w2'), node('w3')];

/** Names of the pods of w1 that find no other place, each with the reason. */
function nowhere(
  pods: readonly PodObservation[],
  over: Partial<Observation> = {},
): Readonly<Record<string, string>> {
  const observation = cluster(NODES, { pods, ...over });
  const evicted = pods.filter((one) => one.node === 'w1');
  const stranded = openPlacer(openBoard(observation)).place(['w1'], evicted);
  return Object.fromEntries([...stranded].map(([{ name }, reason]) => [name, reason]));
}

const asking = (cpu: number) => ({ demand: demand({ requests: { cpu } }) });

describe('room', () => {
  test('a pod goes where there is some', () => {
    expect(
      nowhere([pod('a', 'w1', asking(600)), pod('b', 'w2', asking(600)), pod('c', 'w3', asking(400))]),
    ).toEqual({});
  });

  test('and nowhere where there is none', () => {
    expect(
      nowhere([pod('a', 'w1', asking(600)), pod('b', 'w2', asking(600)), pod('c', 'w3', asking(500))]),
    ).toEqual({
      a: 'too little cpu left (2 nodes)',
    });
  });

  test('the pods of one node take it from each other', () => {
    const pods = ['a', 'b', 'c'].map((name) => pod(name, 'w1', asking(600)));
    expect(Object.keys(nowhere(pods))).toHaveLength(1);
  });

  test('a large pod is not in the way of a small one that came first', () => {
    const pods = [
      pod('small', 'w1', asking(200)),
      pod('large', 'w1', asking(900)),
      pod('b', 'w2', asking(800)),
    ];
    expect(nowhere(pods)).toEqual({});
  });

  test('what is done or leaving takes none', () => {
    const pods = [
      pod('a', 'w1', asking(600)),
      pod('done', 'w2', { ...asking(600), phase: 'Succeeded' }),
      pod('leaving', 'w3', { ...asking(600), terminating: true }),
    ];
    expect(nowhere(pods)).toEqual({});
  });

  test('a resource that no other node has', () => {
    const own = { demand: demand({ requests: { 'nvidia.com/gpu': 1000 } }) };
    expect(nowhere([pod('a', 'w1', own)])).toEqual({ a: 'too little nvidia.com/gpu left (2 nodes)' });
  });

  test('a node takes only so many pods', () => {
    const full = ['w2', 'w3'].flatMap((name) =>
      Array.from({ length: 10 }, (_, index) => pod(`${name}-${index}`, name)),
    );
    expect(nowhere([pod('a', 'w1'), ...full])).toEqual({ a: 'no room for another pod (2 nodes)' });
  });
});

describe('nodes that do not want it, or that it does not want', () => {
  test('each is told by what speaks against it', () => {
    const taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };
    const nodes = [
      node('w1', { zone: 'a' }),
      node('w2', { zone: 'b' }),
      node(
        'w3',
        { zone: 'a' },
        { scheduling: scheduling({ zone: 'a' }, { allocatable: ROOM, taints: [taint] }) },
      ),
      node('w4', { zone: 'a' }, { unschedulable: true }),
    ];
    const own = pod('a', 'w1', { demand: demand({ nodeSelector: { zone: 'a' } }) });
    expect(nowhere([own], { nodes })).toEqual({
      a: 'cordoned by somebody else (1 node), not chosen by its node selector or affinity (1 node), the taint dedicated=gpu:NoSchedule (1 node)',
    });
  });

  test("Kubestair's own cordon is taken back before", () => {
    const nodes = [node('w1'), node('w2', {}, { unschedulable: true, cordonedBy: 'run-1' })];
    expect(nowhere([pod('a', 'w1')], { nodes })).toEqual({});
  });

  test('a cluster of one node', () => {
    expect(nowhere([pod('a', 'w1')], { nodes: [node('w1')] })).toEqual({ a: 'there is no other node' });
  });

  test('a volume that only its node reaches', () => {
    const nodeTerms = [
      {
        matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['w1'] }],
        matchFields: [],
      },
    ];
    const volumes = { 'default/data': { name: 'pv-1', nodeTerms, local: true } };
    expect(nowhere([pod('a', 'w1', { claims: ['data'] })], { volumes })).toEqual({
      a: 'no access to its local volume pv-1 (2 nodes)',
    });
    expect(nowhere([pod('a', 'w1', { claims: ['other'] })], { volumes })).toEqual({});
  });

  test('a host port that others have', () => {
    const web = (address = '') => ({
      demand: demand({ hostPorts: [{ port: 80, protocol: 'TCP', address }] }),
    });
    const pods = [pod('a', 'w1', web()), pod('b', 'w2', web()), pod('c', 'w3', web('10.0.0.3'))];
    expect(nowhere(pods)).toEqual({ a: 'its host port 80 taken (2 nodes)' });
    expect(
      nowhere([pod('a', 'w1', web('10.0.0.1')), pods[1], pods[2]].filter((one) => one !== undefined)),
    ).toEqual({});
  });
});

describe('company', () => {
  const WEB = { matchLabels: { app: 'web' } };
  const onHost = (over: Partial<PodTerm> = {}): PodTerm => ({
    topologyKey: 'kubernetes.io/hostname',
    selector: WEB,
    namespaces: ['default'],
    ...over,
  });
  const labels = { app: 'web' };

  test('pods that keep apart fill every node once', () => {
    const apart = { labels, demand: demand({ antiAffinity: [onHost()] }) };
    const pods = ['w1', 'w2', 'w3'].map((name) => pod(`web-${name}`, name, apart));
    expect(nowhere(pods)).toEqual({
      'web-w1': 'pods that it keeps apart from (kubernetes.io/hostname) (2 nodes)',
    });
    expect(nowhere(pods.slice(0, 2))).toEqual({});
  });

  test('two of them on one node keep apart from each other elsewhere, too', () => {
    const apart = { labels, demand: demand({ antiAffinity: [onHost({ topologyKey: 'zone' })] }) };
    const nodes = [node('w1', { zone: 'a' }), node('w2', { zone: 'b' }), node('w3', { zone: 'b' })];
    expect(Object.keys(nowhere([pod('a', 'w1', apart), pod('b', 'w1', apart)], { nodes }))).toHaveLength(1);
    expect(nowhere([pod('a', 'w1', apart)], { nodes })).toEqual({});
  });

  test('others may keep apart from a pod that does not mind', () => {
    const shy = { demand: demand({ antiAffinity: [onHost()] }) };
    const pods = [pod('web', 'w1', { labels }), pod('x', 'w2', shy), pod('y', 'w3', shy)];
    expect(nowhere(pods)).toEqual({ web: 'pods that keep apart from it (kubernetes.io/hostname) (2 nodes)' });
    const elsewhere = pods.map((one) => (one.name === 'web' ? { ...one, namespace: 'other' } : one));
    expect(nowhere(elsewhere)).toEqual({});
  });

  test('a pod that has to be with others goes only to them', () => {
    const fond = { demand: demand({ affinity: [onHost()] }) };
    expect(nowhere([pod('a', 'w1', fond), pod('web', 'w2', { labels })])).toEqual({});
    expect(nowhere([pod('a', 'w1', fond), pod('web', 'w1', { labels })])).toEqual({
      a: 'no pods that it has to be with (kubernetes.io/hostname) (2 nodes)',
    });
  });

  test('the first of a group that wants its own company may start anywhere', () => {
    const fond = { labels, demand: demand({ affinity: [onHost()] }) };
    expect(nowhere([pod('a', 'w1', fond), pod('b', 'w1', fond)])).toEqual({});
  });

  describe('spread over nodes', () => {
    const even = (over: Partial<SpreadConstraint> = {}) => ({
      labels,
      demand: demand({
        spread: [
          {
            topologyKey: 'kubernetes.io/hostname',
            maxSkew: 1,
            minDomains: 1,
            selector: WEB,
            allNodes: false,
            honorTaints: false,
            ...over,
          },
        ],
      }),
    });
    const three = (over = {}) => ['w1', 'w2', 'w3'].map((name) => pod(`web-${name}`, name, even(over)));

    test('counts the cordoned node as an empty one, unless taints are honoured', () => {
      expect(nowhere(three())).toEqual({
        'web-w1': 'its topology spread (kubernetes.io/hostname, maxSkew 1) (2 nodes)',
      });
      expect(nowhere(three({ honorTaints: true }))).toEqual({});
      expect(nowhere(three({ maxSkew: 2 }))).toEqual({});
    });

    test('counts only nodes that the pod chooses', () => {
      const nodes = [node('w1', { pool: 'a' }), node('w2', { pool: 'a' }), node('w3')];
      const chosen = { ...even(), demand: { ...even().demand, nodeSelector: { pool: 'a' } } };
      expect(nowhere([pod('a', 'w1', chosen)], { nodes })).toEqual({});
      expect(Object.keys(nowhere([pod('a', 'w1', chosen), pod('b', 'w2', chosen)], { nodes }))).toEqual([
        'a',
      ]);
    });

    test('wants as many domains as it says', () => {
      const zones = [node('w1', { zone: 'a' }), node('w2', { zone: 'b' })];
      const constraint = even({ topologyKey: 'zone', minDomains: 3 });
      const pods = [pod('a', 'w1', constraint), pod('b', 'w2', constraint)];
      expect(Object.keys(nowhere(pods, { nodes: zones }))).toEqual(['a']);
    });
  });
});
